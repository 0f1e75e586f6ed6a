import type { Page } from 'playwright-core';
import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { openWeb } from '../cloud/support/web.ts';
import { violations } from './support/accessibility.ts';
import { closeWindows, endBrowser } from './support/browser.ts';
import { focusOn, tabTo } from './support/keyboard.ts';
import { choosePin } from './support/lock.ts';
import { openConsole, openEnrolledPhone, openPhonePage, passLogin } from './support/people.ts';
import { CORS, endSession, signInAgain } from './support/session.ts';
import {
  BLOCK,
  choose,
  confirm,
  named,
  openDialog,
  RELEASE,
  readChangeId,
  request,
  statusShown,
} from './support/steps.ts';

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('FIN', [
    { administrators: 1, secondaries: 3 },
    { administrators: 1 },
    { administrators: 2, secondaries: 2 },
    { administrators: 1 },
  ]);
});
afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

const administrator = (number: number, place = 0): Person => nth(nth(companies, number).administrators, place);
const user = (number: number, place: number): Person => nth(nth(companies, number).secondaries, place);
const NOTE = 'Robado en la Calle 10';

/** The notes of the user's changes, one per change that was really made. */
async function notesAbout(person: Person): Promise<(string | null)[]> {
  const web = await openWeb(administrator(companies.findIndex(({ companyId }) => companyId === person.companyId)));
  const { items } = (await web.send('GET', '/changes?limit=100')).body as {
    items: { note: string | null; tokenId: string }[];
  };
  const tokens = await Promise.all(items.map(({ tokenId }) => web.token(tokenId)));
  return items.filter((_, index) => tokens[index]?.holder.username === person.username).map(({ note }) => note);
}

/** The Idempotency-Keys with which the page asks for changes from now on. */
function watchKeys(page: Page): Set<string> {
  const keys = new Set<string>();
  page.on('request', (sent) => {
    const key = sent.headers()['idempotency-key'];
    if (key) keys.add(key);
  });
  return keys;
}

const LANGUAGES = [
  {
    language: 'Spanish',
    number: 0,
    change: 'Cambiar Estado del Token Virtual',
    steps: ['Bloquear', 'Sospecha de fraude'],
    note: /^Nota/,
    go: 'Continuar',
    confirm: 'Confirmar bloqueo',
    refused: 'Su solicitud no fue recibida: no se ha hecho nada.',
    signIn: 'Ingresar',
    done: 'Aplicado',
  },
  {
    language: 'English',
    number: 1,
    change: 'Change the virtual token’s state',
    steps: ['Block', 'Suspected fraud'],
    note: /^Note/,
    go: 'Continue',
    confirm: 'Confirm block',
    refused: 'Your request was not accepted: nothing has been done.',
    signIn: 'Sign in',
    done: 'Applied',
  },
] as const;

test.each(LANGUAGES)(
  'a sign-in that ends at the confirmation, in $language: nothing is said to go on, and the draft survives',
  async ({ language, number, ...words }) => {
    const person = user(0, number);
    const { page: web } = await openConsole(administrator(0));
    if (language === 'English') await web.getByRole('button', { name: 'English' }).click();
    await web.getByRole('button', { name: `${words.change}: ${named(person)}`, exact: true }).click();
    const dialog = web.getByRole('dialog');
    for (const step of words.steps) await dialog.getByText(step, { exact: true }).click();
    await dialog.getByLabel(words.note).fill(NOTE);
    await dialog.getByRole('button', { name: words.go }).click();

    const keys = watchKeys(web);
    await endSession(web);
    await dialog.getByRole('button', { name: words.confirm }).click();
    await dialog.getByText(words.refused).waitFor();
    expect(await web.evaluate('document.body.innerText')).not.toMatch(/sigue su curso|goes on/);
    expect(await dialog.getByRole('button', { name: words.confirm }).getAttribute('aria-disabled')).toBe('true');
    await focusOn(web, words.signIn);
    expect(await violations(web)).toEqual([]);
    expect(await notesAbout(person)).toEqual([]);

    await signInAgain(web, administrator(0));
    await dialog.getByText(NOTE).waitFor();
    await dialog.getByText(words.steps[1]).waitFor();
    await dialog.getByRole('button', { name: words.confirm }).click();
    await readChangeId(web);
    await statusShown(web, words.done);
    expect(await notesAbout(person)).toEqual([NOTE]);
    expect(keys.size).toBe(1);
  },
);

test('a sign-in that ends after an answer was lost: the page does not know, and the retry is the same request', async () => {
  const person = user(0, 2);
  const { page: web } = await openConsole(administrator(0));
  await openDialog(web, person);
  await choose(web, { ...BLOCK, note: NOTE });
  const keys = watchKeys(web);
  await web.route(/\/changes$/, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    await route.fetch();
    await endSession(web);
    return route.abort('connectionreset');
  });
  await confirm(web, BLOCK);
  const dialog = web.getByRole('dialog');
  await dialog.getByText('El servicio no confirmó si hizo el cambio.').waitFor();
  expect(await dialog.getByText('no se ha hecho nada').count()).toBe(0);
  await focusOn(web, 'Ingresar');

  await signInAgain(web, administrator(0));
  // The token is blocked already; the request is still the same one, and finds its change.
  await confirm(web, BLOCK);
  await readChangeId(web);
  await statusShown(web, 'Aplicado');
  expect(await notesAbout(person)).toEqual([NOTE]);
  expect(keys.size).toBe(1);
});

test.each([500, 502, 503, 504])('an answer %d to the confirmation is not called a failure', async (status) => {
  const person = user(2, 0);
  const { page: web } = await openConsole(administrator(2));
  await openDialog(web, person);
  await choose(web, BLOCK);
  await web.route(/\/changes$/, (route) =>
    route.request().method() === 'POST' ? route.fulfill({ status, headers: CORS, body: '{}' }) : route.fallback(),
  );
  await confirm(web, BLOCK);
  await web.getByText('El servicio no confirmó si hizo el cambio. Puede reintentar sin riesgo').waitFor();
});

test('a sign-in that ends while somebody writes: the keyboard reaches the way in, and what was written is kept', async () => {
  const person = user(2, 0);
  const { page: web } = await openConsole(administrator(2));
  await openDialog(web, person);
  const dialog = web.getByRole('dialog');
  await dialog.getByText('Bloquear', { exact: true }).click();
  await dialog.getByText('Sospecha de fraude', { exact: true }).click();
  const note = dialog.getByLabel(/^Nota/);
  await note.fill(NOTE);
  await endSession(web);
  // The list behind the dialog is asked for again every few seconds.
  await dialog.getByText('Su sesión terminó').waitFor();
  expect(await web.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
  await tabTo(web, 'Ingresar');
  await signInAgain(web, administrator(2));
  expect(await note.inputValue()).toBe(NOTE);

  // Closing the dialog gives the draft up.
  await dialog.getByRole('button', { name: 'Cancelar' }).click();
  await openDialog(web, person);
  expect(await dialog.getByLabel(/^Nota/).count()).toBe(0);
});

test('another person who signs in finds nothing of the draft', async () => {
  const person = user(2, 0);
  const { page: web } = await openConsole(administrator(2));
  await openDialog(web, person);
  await choose(web, { ...BLOCK, note: NOTE });
  await endSession(web);
  await confirm(web, BLOCK);
  await focusOn(web, 'Ingresar');
  await signInAgain(web, administrator(2, 1));
  await web.getByRole('dialog').getByText('Bloquear', { exact: true }).waitFor();
  expect(await web.evaluate('document.body.innerText + JSON.stringify({ ...sessionStorage })')).not.toContain(NOTE);
});

test('a sign-in that ends at a cancellation: one signs in there and sees that the change still waits', async () => {
  const person = administrator(1);
  await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  const changeId = await request(web, person, RELEASE);
  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await endSession(web);
  const dialog = web.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Sí, cancelarlo' }).click();
  await dialog.getByText('Ingrese de nuevo para ver si el cambio sigue en espera.').waitFor();
  expect(await violations(web)).toEqual([]);
  await focusOn(web, 'Ingresar');
  await web.unrouteAll({ behavior: 'ignoreErrors' });
  await web.keyboard.press('Enter');
  await web.locator('#username').waitFor();
  await passLogin(web, person);
  expect(await readChangeId(web)).toBe(changeId);
  await statusShown(web, 'En espera de autorización');
});

test('a sign-in that ends at an activation code: one signs in there and creates it', async () => {
  const person = user(2, 1);
  const { page: web } = await openConsole(administrator(2));
  await web.getByRole('link', { name: `Historial: ${person.fullName}` }).click();
  await web.getByRole('button', { name: 'Código de activación' }).click();
  const dialog = web.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Generar código' }).waitFor();
  await endSession(web);
  await dialog.getByRole('button', { name: 'Generar código' }).click();
  await dialog.getByText('Ingrese de nuevo para generar el código.').waitFor();
  await focusOn(web, 'Ingresar');
  await signInAgain(web, administrator(2));
  await dialog.getByRole('button', { name: 'Generar código' }).click();
  await dialog.getByText('Se muestra una sola vez.').waitFor();
});

test('a sign-in that ends at an enrolment on the phone page: it says so, and the code is kept', async () => {
  const person = administrator(3);
  const { page: phone } = await openPhonePage(person);
  await phone.getByLabel('Código de activación').fill(person.activationCode ?? '');
  await endSession(phone);
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await choosePin(phone);
  await phone.getByText('Su sesión terminó antes de recibir respuesta.').waitFor();
  expect(await phone.getByText('No hay respuesta del servicio').count()).toBe(0);
  expect(await violations(phone)).toEqual([]);
  await phone.unrouteAll({ behavior: 'ignoreErrors' });
  await tabTo(phone, 'Ingresar');
  await phone.keyboard.press('Enter');
  await phone.locator('#username').waitFor();
  await passLogin(phone, person);
  expect(await phone.getByLabel('Código de activación').inputValue()).toBe(person.activationCode);
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await choosePin(phone);
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
});
