import type { Page, Route } from 'playwright-core';
import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { openWeb } from '../cloud/support/web.ts';
import { closeWindows, endBrowser } from './support/browser.ts';
import { choosePin } from './support/lock.ts';
import { openConsole, openEnrolledPhone, openPhonePage, passLogin, reload } from './support/people.ts';
import { endSession } from './support/session.ts';
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
} from './support/steps.ts';

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies(
    'RED',
    Array.from({ length: 8 }, () => ({ administrators: 1 })),
  );
});
afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

const administrator = (number: number): Person => nth(nth(companies, number).administrators, 0);

/** Counts the company's changes. */
async function countChanges(person: Person): Promise<number> {
  const { body } = await (await openWeb(person)).send('GET', '/changes?limit=100');
  return (body as { items: unknown[] }).items.length;
}

/** Lets the first matching calls reach the service, and loses their answers. */
async function loseAnswers(page: Page, path: RegExp, method: string, times: number): Promise<() => number> {
  let lost = 0;
  await page.route(path, async (route: Route) => {
    if (route.request().method() !== method || lost >= times) return route.fallback();
    lost += 1;
    await route.fetch();
    return route.abort('connectionreset');
  });
  return () => lost;
}

test('the answer to the confirmation is lost: asked again by itself, made once', async () => {
  const person = administrator(0);
  await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  const lost = await loseAnswers(web, /\/changes$/, 'POST', 2);
  await openDialog(web, person);
  await choose(web, RELEASE);
  await confirm(web, RELEASE);
  await readChangeId(web);
  await statusShown(web, 'En espera de autorización');
  expect(lost()).toBe(2);
  expect(await countChanges(person)).toBe(1);
});

test('the network is away at the confirmation: the same request after a reload is the same change', async () => {
  const person = administrator(1);
  await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  const lost = await loseAnswers(web, /\/changes$/, 'POST', 4);
  await openDialog(web, person);
  await choose(web, RELEASE);
  await confirm(web, RELEASE);
  await web.getByText('Puede reintentar sin riesgo').waitFor();
  expect(lost()).toBe(4);

  // A reload keeps the dialog; the change is there already, and asking for it again finds it.
  await reload(web, person);
  await web.getByRole('dialog').getByText('Este token ya tiene un cambio en curso.').waitFor();
  await web.getByRole('link', { name: 'Ver el cambio en curso' }).click();
  await statusShown(web, 'En espera de autorización');
  expect(await countChanges(person)).toBe(1);
});

test('confirming twice, going back and reloading make nothing happen twice', async () => {
  const person = administrator(2);
  await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  await openDialog(web, person);
  await web.goBack();
  await web.getByRole('dialog').waitFor({ state: 'detached' });
  await openDialog(web, person);
  await choose(web, BLOCK);
  await web.getByRole('button', { name: 'Confirmar bloqueo' }).dblclick();
  const changeId = await readChangeId(web);
  await statusShown(web, 'Aplicado');

  // Back leads to the list, not to a dialog that could be confirmed again.
  await web.goBack();
  await web.getByRole('row', { name: person.fullName }).getByText('Bloqueado').waitFor();
  expect(await web.getByRole('dialog').count()).toBe(0);
  await web.goForward();
  await statusShown(web, 'Aplicado');
  await reload(web, person);
  expect(await readChangeId(web)).toBe(changeId);
  await statusShown(web, 'Aplicado');
  expect(await countChanges(person)).toBe(1);
});

test('the network goes away while a change is held and comes back', async () => {
  const person = administrator(3);
  const { page: phone } = await openEnrolledPhone(person);
  const { page: web, context } = await openConsole(person);
  await request(web, person, RELEASE);
  const code = await bindingCode(web);
  await context.setOffline(true);
  await web.getByText('Sin conexión.').waitFor();
  // What was on the page stays on it.
  expect(await bindingCode(web)).toBe(code);
  await openWaiting(phone);
  await authorize(phone, code);
  await phone.getByRole('heading', { name: /^Autorizado/ }).waitFor();
  await context.setOffline(false);
  await statusShown(web, 'Aplicado');
});

test('the answer to the decision is lost: sent again, decided once', async () => {
  const person = administrator(4);
  const { page: phone } = await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  await request(web, person, RELEASE);
  await openWaiting(phone);
  const lost = await loseAnswers(phone, /\/decision$/, 'POST', 1);
  await authorize(phone, await bindingCode(web));
  await phone.getByRole('heading', { name: /^Autorizado/ }).waitFor();
  await statusShown(web, 'Aplicado');
  expect(lost()).toBe(1);
});

test('the answer to the enrolment is lost: the same code and keys bring the same device', async () => {
  const person = administrator(5);
  const { page: phone } = await openPhonePage(person);
  await loseAnswers(phone, /\/app\/devices$/, 'POST', 4);
  await phone.getByLabel('Código de activación').fill(person.activationCode ?? '');
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await choosePin(phone);
  await phone.getByText('No hay respuesta del servicio').waitFor();
  await reload(phone, person);
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await choosePin(phone);
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
});

test('a phone that is reloaded keeps its device, its seed and what waits', async () => {
  const person = administrator(6);
  const { page: phone } = await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  await request(web, person, RELEASE);
  await openWaiting(phone);
  await reload(phone, person);
  await phone.getByRole('heading', { name: 'Lo que va a firmar' }).waitFor();
  await authorize(phone, await bindingCode(web));
  await statusShown(web, 'Aplicado');
});

test('the sign-in ends while a change is held: the page keeps what it shows, and goes on after signing in', async () => {
  const person = administrator(7);
  const { page: phone } = await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  const changeId = await request(web, person, RELEASE);
  const code = await bindingCode(web);
  await endSession(web);
  await web.getByText('Su sesión terminó').first().waitFor();
  expect(await bindingCode(web)).toBe(code);
  await web.unrouteAll({ behavior: 'ignoreErrors' });

  await web.getByRole('button', { name: 'Ingresar' }).click();
  await web.locator('#username').waitFor();
  await passLogin(web, person);
  expect(await readChangeId(web)).toBe(changeId);
  await openWaiting(phone);
  await authorize(phone, code);
  await statusShown(web, 'Aplicado');
});
