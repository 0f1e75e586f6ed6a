import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { openSystem } from '../cloud/support/otp.ts';
import { openApp } from '../cloud/support/phone.ts';
import { stack } from '../cloud/support/stack.ts';
import { violations } from './support/accessibility.ts';
import { closeWindows, endBrowser, openWindow, PHONE_SCREEN } from './support/browser.ts';
import { enrol, openEnrolledPhone, passLogin, reload } from './support/people.ts';

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('ESTADO', [{ administrators: 1 }, { administrators: 1 }]);
});
afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

const administrator = (number: number): Person => nth(nth(companies, number).administrators, 0);
const DISABLED = 'Su token físico quedó inhabilitado.';

test('the physical token’s end is said once, at the enrolment; a phone that lost its data says whom to ask', async () => {
  const person = administrator(0);
  const { page: phone, context } = await openEnrolledPhone(person);
  await phone.getByText(DISABLED).waitFor();
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

test('a phone whose clock is wrong says so, and its code is good', async () => {
  const person = administrator(1);
  const { page: phone } = await openWindow(PHONE_SCREEN);
  await phone.clock.install({ time: Date.now() - 10 * 60_000 });
  await phone.goto(stack().phoneUrl);
  await passLogin(phone, person);
  await enrol(phone, person.activationCode ?? '');
  await phone.getByText('El reloj de este celular está corrido 10 minutos.').waitFor();
  const code = await phone.locator('.one-time-code [data-code]').getAttribute('data-code');
  const { userId } = await openApp(person);
  expect((await (await openSystem()).verify(userId, code ?? '')).body).toEqual({ valid: true });
});
