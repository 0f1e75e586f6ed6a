import { loadCompany, nth } from '../cloud/support/company.ts';
import { stack } from '../cloud/support/stack.ts';
import { violations } from './support/accessibility.ts';
import { openWindow, PHONE_SCREEN, useBrowser } from './support/browser.ts';
import { enrol, passLogin, reload } from './support/people.ts';
import { shownCodeIsValid } from './support/shown-code.ts';

useBrowser();

const DISABLED = 'Su token físico quedó inhabilitado.';

test('a phone says once that the physical token ended, that its clock is wrong, and whom to ask when it lost its data', async () => {
  const person = nth((await loadCompany('ESTADO', { administrators: 1 })).administrators, 0);
  const { page: phone, context } = await openWindow(PHONE_SCREEN);
  await phone.clock.install({ time: Date.now() - 10 * 60_000 });
  await phone.goto(stack().phoneUrl);
  await passLogin(phone, person);
  await enrol(phone, person.activationCode ?? '');
  await phone.getByText(DISABLED).waitFor();
  await phone.getByText('El reloj de este celular está corrido 10 minutos.').waitFor();
  expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await phone.getByRole('button', { name: 'Copiar el código' }).click();
  await phone.getByRole('button', { name: 'Código copiado' }).waitFor();
  expect(await phone.evaluate('navigator.clipboard.readText()')).toMatch(/^\d{6}$/);
  expect(await violations(phone)).toEqual([]);
  await reload(phone, person);
  await phone.getByText('No tiene nada por autorizar.').waitFor();
  expect(await phone.getByText(DISABLED).count()).toBe(0);

  await phone.evaluate(`new Promise((done) => {
    indexedDB.open('keyval-store').onsuccess = ({ target: { result } }) => {
      const store = result.transaction('keyval', 'readwrite').objectStore('keyval');
      store.clear().onsuccess = done;
    };
  }).then(() => true)`);
  await reload(phone, person);
  await phone.getByText('Si es este mismo celular, perdió los datos de su token').waitFor();
  await phone.getByText('pida a otro administrador de su empresa que lo libere').waitFor();
  expect(await violations(phone)).toEqual([]);
});
