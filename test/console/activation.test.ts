import { loadCompany, nth } from '../cloud/support/company.ts';
import { violations } from './support/accessibility.ts';
import { closeWindows, endBrowser } from './support/browser.ts';
import { focusOn } from './support/keyboard.ts';
import { openConsole } from './support/people.ts';
import { named } from './support/steps.ts';

afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

test('an activation code is made from the row, is printed as a letter, and is not lost by Escape', async () => {
  const company = await loadCompany('CARTA', { administrators: 1, secondaries: 1 });
  const holder = nth(company.secondaries, 0);
  const { page: web } = await openConsole(nth(company.administrators, 0));
  await web.getByRole('button', { name: `Código de activación: ${named(holder)}`, exact: true }).click();
  const dialog = web.getByRole('dialog');

  // Nothing is lost yet: Escape closes at once.
  await dialog.getByRole('button', { name: 'Generar código' }).waitFor();
  await web.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await web.getByRole('button', { name: `Código de activación: ${named(holder)}`, exact: true }).click();
  await dialog.getByRole('button', { name: 'Generar código' }).click();
  const code = (await web.locator('.activation-code').textContent()) ?? '';
  await web.keyboard.press('Escape');
  await dialog.getByText('El código no se vuelve a mostrar').waitFor();
  await focusOn(web, 'Seguir viendo el código');
  expect(await violations(web)).toEqual([]);
  // A second Escape is no answer.
  await web.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Seguir viendo el código' }).click();
  expect(await web.locator('.activation-code').textContent()).toBe(code);
  expect(await web.evaluate('document.activeElement?.getAttribute("role")')).toBe('dialog');

  await web.emulateMedia({ media: 'print' });
  const letter = String(await web.evaluate('document.body.innerText'));
  for (const said of [company.name, holder.fullName, holder.username, code, 'Vence', '018000 514652'])
    expect(letter).toContain(said);
  for (const other of ['Administración de Token', 'Ya lo entregué']) expect(letter).not.toContain(other);
  await web.emulateMedia({ media: 'screen' });

  await web.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Cerrar de todos modos' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await web.locator('.activation-code').count()).toBe(0);
});
