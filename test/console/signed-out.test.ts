import type { Page } from 'playwright-core';
import { type Company, loadCompany, nth, type Person } from '../cloud/support/company.ts';
import { eventually } from '../cloud/support/eventually.ts';
import { openPhone } from '../cloud/support/phone.ts';
import { openWeb, type Web } from '../cloud/support/web.ts';
import { violations } from './support/accessibility.ts';
import { useBrowser } from './support/browser.ts';
import { findToken } from './support/find-token.ts';
import { focusOn, tabTo } from './support/keyboard.ts';
import { choosePin } from './support/lock.ts';
import { answerPosts, restoreNetwork } from './support/network.ts';
import { openConsole, openPhonePage, passLogin, toTokens } from './support/people.ts';
import { endSession, signInAgain } from './support/session.ts';
import { BLOCK, choose, confirm, openDialog, readChangeId, request, statusShown, UNBLOCK } from './support/steps.ts';

useBrowser();

const NOTE = 'Robado en la Calle 10';
const CHANGES = /\/changes$/;

let company: Company;
let person: Person;
let api: Web;
let web: Page;

beforeAll(async () => {
  company = await loadCompany('FIN', { administrators: 2, secondaries: 2 });
  person = nth(company.administrators, 0);
  web = (await openConsole(person)).page;
  [api] = await Promise.all([openWeb(person), openPhone(person)]);
});

const user = (place: number): Person => nth(company.secondaries, place);

/** The notes of the user's changes, one per change that was really made. */
async function notesAbout(holder: Person): Promise<(string | null)[]> {
  const tokenId = await findToken(api, holder);
  const { items } = (await api.send('GET', '/changes?limit=100')).body as {
    items: { note: string | null; tokenId: string }[];
  };
  return items.filter((change) => change.tokenId === tokenId).map(({ note }) => note);
}

/** Opens the user's dialog and fills it in, up to the confirmation; gives the keys with which the page asks from now on. */
async function ready(holder: Person): Promise<Set<string>> {
  await toTokens(web);
  await openDialog(web, holder);
  await choose(web, { ...BLOCK, note: NOTE });
  const keys = new Set<string>();
  web.on('request', (sent) => {
    const key = sent.headers()['idempotency-key'];
    if (key) keys.add(key);
  });
  return keys;
}

test('an answer 503 to the confirmation is not called a failure', async () => {
  await ready(user(1));
  await answerPosts(web, CHANGES, 503);
  await confirm(web, BLOCK);
  await web.getByText('El servicio no confirmó si hizo el cambio. Puede reintentar sin riesgo').waitFor();
  await restoreNetwork(web);
});

test('a sign-in that ends at the confirmation: nothing is said to go on, and the draft survives', async () => {
  const keys = await ready(user(0));
  const dialog = web.getByRole('dialog');
  await endSession(web);
  await confirm(web, BLOCK);
  await dialog.getByText('Su solicitud no fue recibida: no se ha hecho nada.').waitFor();
  expect(await web.evaluate('document.body.innerText')).not.toMatch(/sigue su curso/);
  expect(await dialog.getByRole('button', { name: 'Confirmar bloqueo' }).getAttribute('aria-disabled')).toBe('true');
  await focusOn(web, 'Ingresar');
  expect(await violations(web)).toEqual([]);
  expect(await notesAbout(user(0))).toEqual([]);

  await signInAgain(web, person);
  await dialog.getByText(NOTE).waitFor();
  await dialog.getByText(BLOCK.reason).waitFor();
  await confirm(web, BLOCK);
  await readChangeId(web);
  await statusShown(web, 'Aplicado');
  expect(await notesAbout(user(0))).toEqual([NOTE]);
  expect(keys.size).toBe(1);
});

test('a sign-in that ends after an answer was lost: the page does not know, and the retry is the same request', async () => {
  const keys = await ready(user(1));
  await web.route(CHANGES, async (route) => {
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

  await signInAgain(web, person);
  // The token is blocked already; the request is still the same one, and finds its change.
  await confirm(web, BLOCK);
  await readChangeId(web);
  await statusShown(web, 'Aplicado');
  expect(await notesAbout(user(1))).toEqual([NOTE]);
  expect(keys.size).toBe(1);
});

test('a sign-in that ends at a cancellation: one signs in there and sees that the change still waits', async () => {
  const changeId = await request(web, user(0), UNBLOCK);
  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await endSession(web);
  const dialog = web.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Sí, cancelarlo' }).click();
  await dialog.getByText('Ingrese de nuevo para ver si el cambio sigue en espera.').waitFor();
  expect(await violations(web)).toEqual([]);
  await focusOn(web, 'Ingresar');
  await signInAgain(web, person);
  expect(await readChangeId(web)).toBe(changeId);
  await statusShown(web, 'En espera de autorización');
});

test('a sign-in that ends at an activation code: one signs in there and creates it', async () => {
  await toTokens(web);
  const other = nth(company.administrators, 1);
  await web.getByRole('link', { name: `Historial: ${other.fullName}` }).click();
  await web.getByRole('button', { name: 'Código de activación' }).click();
  const dialog = web.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Generar código' }).waitFor();
  await endSession(web);
  await dialog.getByRole('button', { name: 'Generar código' }).click();
  await dialog.getByText('Ingrese de nuevo para generar el código.').waitFor();
  await focusOn(web, 'Ingresar');
  await signInAgain(web, person);
  await dialog.getByRole('button', { name: 'Generar código' }).click();
  await dialog.getByText('Se muestra una sola vez.').waitFor();
  const code = (await dialog.locator('.activation-code').textContent()) ?? '';
  await dialog.getByRole('button', { name: 'Ya lo entregué' }).click();
  await enrolSignedOut(other, code);
});

/** On the phone page a sign-in ends at the enrolment: it says so, and the code is kept. */
async function enrolSignedOut(holder: Person, code: string): Promise<void> {
  const { page: phone } = await openPhonePage(holder);
  await phone.getByLabel('Código de activación').fill(code);
  await endSession(phone);
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await choosePin(phone);
  await phone.getByText('Su sesión terminó antes de recibir respuesta.').waitFor();
  expect(await phone.getByText('No hay respuesta del servicio').count()).toBe(0);
  expect(await violations(phone)).toEqual([]);
  await restoreNetwork(phone);
  await tabTo(phone, 'Ingresar');
  await phone.keyboard.press('Enter');
  await phone.locator('#username').waitFor();
  await passLogin(phone, holder);
  expect(await phone.getByLabel('Código de activación').inputValue()).toBe(code);
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await choosePin(phone);
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
}

test('a sign-in that ends while somebody writes keeps what was written, for that person alone', async () => {
  await toTokens(web);
  const holder = nth(company.administrators, 1);
  await openDialog(web, holder);
  const dialog = web.getByRole('dialog');
  await dialog.getByText('Bloquear', { exact: true }).click();
  await dialog.getByText('Sospecha de fraude', { exact: true }).click();
  const note = dialog.getByLabel(/^Nota/);
  await note.fill(NOTE);
  await endSession(web);
  // The list behind the dialog is asked for again every few seconds, and when somebody comes back to the page.
  await eventually(
    async () => {
      await web.evaluate(`window.dispatchEvent(new Event('visibilitychange'))`);
      return dialog.getByText('Su sesión terminó').count();
    },
    (count) => count === 1,
  );
  expect(await web.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
  await tabTo(web, 'Ingresar');
  await signInAgain(web, person);
  expect(await note.inputValue()).toBe(NOTE);

  // Closing the dialog gives the draft up.
  await dialog.getByRole('button', { name: 'Cancelar' }).click();
  await openDialog(web, holder);
  expect(await dialog.getByLabel(/^Nota/).count()).toBe(0);

  // Another person who signs in finds nothing of it.
  await choose(web, { ...BLOCK, note: NOTE });
  await endSession(web);
  await confirm(web, BLOCK);
  await focusOn(web, 'Ingresar');
  await signInAgain(web, holder);
  await web.getByRole('dialog').getByText('Bloquear', { exact: true }).waitFor();
  expect(await web.evaluate('document.body.innerText + JSON.stringify({ ...sessionStorage })')).not.toContain(NOTE);
});
