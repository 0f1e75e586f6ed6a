import { loadCompany, nth } from '../cloud/support/company.ts';
import { closeWindows, endBrowser } from './support/browser.ts';
import { openConsole, openEnrolledPhone } from './support/people.ts';
import { bindingCode, RELEASE, request, statusShown } from './support/steps.ts';

afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

test('paper has the company, the person and the lines, and never the code; asking again keeps what was asked', async () => {
  const company = await loadCompany('PAPEL', { administrators: 1 });
  const administrator = nth(company.administrators, 0);
  await openEnrolledPhone(administrator);
  const { page: web } = await openConsole(administrator);
  await request(web, administrator, { ...RELEASE, note: 'Celular nuevo' });
  await statusShown(web, 'En espera de autorización');
  const code = await bindingCode(web);
  const text = async (): Promise<string> => String(await web.evaluate('document.body.innerText'));
  const withoutSpaces = async () => (await text()).replaceAll(/\s/g, '');
  expect(await withoutSpaces()).toContain(code);

  await web.emulateMedia({ media: 'print' });
  const paper = await text();
  expect(await withoutSpaces()).not.toContain(code);
  for (const said of [
    company.name,
    administrator.username,
    '018000 514652',
    'opción 1',
    '08:00 a 12:00',
    'no se imprime',
  ])
    expect(paper).toContain(said);
  expect(paper).not.toContain('Cancelar este cambio');
  await web.emulateMedia({ media: 'screen' });

  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await web.getByRole('button', { name: 'Sí, cancelarlo' }).click();
  await statusShown(web, 'Cancelado');
  await web.getByRole('link', { name: 'Solicitar de nuevo' }).click();
  const dialog = web.getByRole('dialog');
  await dialog.getByLabel(/^Nota/).waitFor();
  expect(await dialog.getByLabel(/^Nota/).inputValue()).toBe('Celular nuevo');
  expect(await dialog.getByRole('radio', { name: RELEASE.reason }).isChecked()).toBe(true);
  expect(await dialog.locator('input[value=RELEASE]').isChecked()).toBe(true);
});
