import type { Page } from 'playwright-core';
import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { openWeb } from '../cloud/support/web.ts';
import { sidewaysOverflow, violations } from './support/accessibility.ts';
import { closeWindows, endBrowser } from './support/browser.ts';
import { openConsole, openEnrolledPhone } from './support/people.ts';
import {
  authorize,
  BLOCK,
  bindingCode,
  choose,
  confirm,
  openDialog,
  openWaiting,
  RELEASE,
  readChangeId,
  request,
  statusShown,
  UNBLOCK,
} from './support/steps.ts';

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('NAD', [
    { administrators: 1 },
    { administrators: 1 },
    { administrators: 2, secondaries: 1 },
    { administrators: 1 },
    { policy: 'OTHER_ADMINISTRATOR', administrators: 2 },
    { administrators: 1 },
  ]);
});
afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

const administrator = (number: number, place = 0): Person => nth(nth(companies, number).administrators, place);

/** The lines and when they open are in this part of the page. */
async function hasHelp(part: ReturnType<Page['getByRole']>): Promise<void> {
  await part.getByText('018000 514652').waitFor();
  await part.getByText(/De lunes a viernes: 08:00 a 12:00 · 13:00 a 18:00/).waitFor();
}

async function toTokens(web: Page): Promise<void> {
  await web.getByRole('link', { name: 'Administración de Token' }).first().click();
}

test('a sole administrator who blocks their own token is told so before, and afterwards what help remains', async () => {
  const person = administrator(0);
  await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  await openDialog(web, person);
  await choose(web, BLOCK);
  const dialog = web.getByRole('dialog');
  await dialog.getByText('Si lo bloquea, nadie podrá autorizar que usted lo desbloquee o lo libere').waitFor();
  await hasHelp(dialog);
  expect({ violations: await violations(web), overflow: await sidewaysOverflow(web) }).toEqual({
    violations: [],
    overflow: 0,
  });
  await confirm(web, BLOCK);
  await readChangeId(web);
  await statusShown(web, 'Aplicado');
  const main = web.getByRole('main');
  await main.getByText('Nadie puede autorizar que usted lo desbloquee o lo libere').waitFor();
  await hasHelp(main);
  expect(await main.getByText('solicite desbloquearlo').count()).toBe(0);
  expect(await violations(web)).toEqual([]);

  // Neither of the two actions that are left is led to its refusal.
  await toTokens(web);
  await openDialog(web, person);
  for (const { action, reason } of [UNBLOCK, RELEASE]) {
    await dialog.getByText(action, { exact: true }).click();
    await dialog.getByText('Nadie puede autorizar que usted lo desbloquee o lo libere').waitFor();
    await dialog.getByText(reason, { exact: true }).click();
    expect(await dialog.getByRole('button', { name: 'Continuar' }).count()).toBe(0);
  }
  await hasHelp(dialog);
  expect(await violations(web)).toEqual([]);
});

test('in English, the same warning', async () => {
  const person = administrator(3);
  await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  await web.getByRole('button', { name: 'English' }).click();
  await web.getByRole('button', { name: `Change the virtual token’s state: ${person.fullName}` }).click();
  const dialog = web.getByRole('dialog');
  await dialog.getByText('Block', { exact: true }).click();
  await dialog.getByText('Suspected fraud', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.getByText('If you block it, nobody will be able to authorize').waitFor();
  await dialog.getByText(/Monday to Friday: 08:00 to 12:00/).waitFor();
  await dialog.getByRole('button', { name: 'Correct' }).click();

  await dialog.getByText('Release', { exact: true }).click();
  await dialog.getByText('Phone lost', { exact: true }).click();
  await dialog.getByText('Nobody can authorize this change if you ask for it now').waitFor();
  await dialog.getByText('If the token is at risk, block it').waitFor();
  expect(await dialog.getByRole('button', { name: 'Continue' }).count()).toBe(0);
  // Another reason may ask the phone that is at hand.
  await dialog.getByText('Phone changed', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.getByText('you have 30 minutes to create your activation code').waitFor();
});

test('a sole administrator who releases their own token enrols a new phone within thirty minutes', async () => {
  const person = administrator(1);
  const { page: phone } = await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  await openDialog(web, person);
  await choose(web, RELEASE);
  const dialog = web.getByRole('dialog');
  await dialog
    .getByText('Si se libera, ningún celular de administrador podrá autorizar lo que usted solicite')
    .waitFor();
  await dialog.getByText('desde que autorice tiene 30 minutos').waitFor();
  await hasHelp(dialog);
  await confirm(web, RELEASE);
  await readChangeId(web);
  await openWaiting(phone);
  await authorize(phone, await bindingCode(web));
  await statusShown(web, 'Aplicado');
  await web.getByText('Habilite un celular nuevo: tiene 30 minutos desde que autorizó').waitFor();
  await web.getByText(/Hasta las .* puede generar el código de activación de su propio token/).waitFor();
  expect(await violations(web)).toEqual([]);
  await web.getByRole('link', { name: 'Generar código de activación' }).click();
  await dialog.getByRole('button', { name: 'Generar código' }).click();
  const code = await dialog.locator('.activation-code').textContent();
  expect(code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
});

test('past the thirty minutes the page leads to nobody’s refusal: another administrator or the bank helps', async () => {
  const person = administrator(2);
  const { page: phone } = await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  await request(web, person, RELEASE);
  await openWaiting(phone);
  await authorize(phone, await bindingCode(web));
  await statusShown(web, 'Aplicado');
  await web.getByText(/Hasta las .* puede generar/).waitFor();
  await web.clock.install({ time: new Date(Date.now() + 31 * 60_000) });
  await web.clock.resume();
  await web.getByText('No puede generar el código de su propio token').waitFor();
  await hasHelp(web.getByRole('main'));
  expect(await web.getByRole('link', { name: 'Generar código de activación' }).count()).toBe(0);

  // The other administrator is not told any of it, and may.
  const { page: other } = await openConsole(administrator(2, 1));
  await other.getByRole('link', { name: `Historial: ${person.fullName}` }).click();
  await other.getByRole('button', { name: 'Código de activación' }).click();
  await other.getByRole('dialog').getByRole('button', { name: 'Generar código' }).waitFor();
  expect(await other.getByText('su propio token').count()).toBe(0);
});

test('where somebody is left, nobody is warned', async () => {
  const company = nth(companies, 2);
  const other = nth(company.administrators, 1);
  const { page: phone } = await openEnrolledPhone(other);
  await phone.close();
  const { page: web } = await openConsole(other);
  const holder = nth(company.secondaries, 0);
  await openDialog(web, holder);
  await choose(web, BLOCK);
  const dialog = web.getByRole('dialog');
  await dialog.getByText('Se aplica de inmediato').waitFor();
  expect(await dialog.getByText('nadie podrá autorizar').count()).toBe(0);
  await confirm(web, BLOCK);
  await statusShown(web, 'Aplicado');
  await web.getByText('solicite desbloquearlo').waitFor();
});

test('under four eyes, the one who is left is told that the other may ask', async () => {
  const [asking, other] = [administrator(4), administrator(4, 1)];
  await openEnrolledPhone(asking);
  await openEnrolledPhone(other);
  const { page: web } = await openConsole(asking);
  await request(web, other, BLOCK);
  await statusShown(web, 'Aplicado');
  await web.getByText('tal vez otro administrador pueda solicitarlo').waitFor();
  const { page: theirs } = await openConsole(other);
  await openDialog(theirs, other);
  await choose(theirs, UNBLOCK);
  await confirm(theirs, UNBLOCK);
  await readChangeId(theirs);
  await statusShown(theirs, 'En espera de autorización');
});

test('the last phone is gone since the dialog was opened: refused at once, with the safe action and the lines', async () => {
  const person = administrator(5);
  await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  await openDialog(web, person);
  await choose(web, RELEASE);
  const api = await openWeb(person);
  const { items } = (await api.send('GET', '/tokens?kind=VIRTUAL')).body as { items: { tokenId: string }[] };
  await api.block(nth(items, 0).tokenId);
  await confirm(web, RELEASE);
  const dialog = web.getByRole('dialog');
  await dialog.getByText('Nadie puede autorizar que usted lo desbloquee o lo libere').waitFor();
  await hasHelp(dialog);
});
