import type { Page } from 'playwright-core';
import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { eventually } from '../cloud/support/eventually.ts';
import { openApp } from '../cloud/support/phone.ts';
import { stack } from '../cloud/support/stack.ts';
import { openWeb } from '../cloud/support/web.ts';
import { closeWindows, endBrowser } from './support/browser.ts';
import { choosePin, passLock } from './support/lock.ts';
import {
  enrol,
  openConsole,
  openEnrolledPhone,
  openForAnother,
  openPhonePage,
  passLogin,
  reload,
} from './support/people.ts';
import { keepUnprotected, keptDevices, keptNames } from './support/phone-storage.ts';
import { shownCodeIsValid } from './support/shown-code.ts';
import { authorize, BLOCK, bindingCode, openWaiting, RELEASE, request, statusShown, UNBLOCK } from './support/steps.ts';

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('OTRA', [
    { administrators: 1 },
    { administrators: 1 },
    { policy: 'HOLDER', administrators: 1, secondaries: 1 },
    { policy: 'HOLDER', administrators: 1, secondaries: 1 },
    { policy: 'OTHER_ADMINISTRATOR', administrators: 2 },
    { administrators: 1 },
    { administrators: 1 },
    { administrators: 1 },
    { administrators: 2 },
  ]);
});
afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

const administrator = (number: number): Person => nth(nth(companies, number).administrators, 0);

/** An activation code for the person's token, made by the administrator. */
async function activationCode(by: Person, person: Person): Promise<string> {
  const { tokenId } = await openApp(person);
  return (await openWeb(by)).activationCode(tokenId);
}

/** Asks for a change on the web and authorizes it on the phone that is asked. */
async function change(web: Page, person: Person, phone: Page, wish: typeof RELEASE): Promise<void> {
  await request(web, person, wish);
  await openWaiting(phone, wish === UNBLOCK ? 'Desbloquear el token' : 'Liberar el token');
  await authorize(phone, await bindingCode(web));
  await statusShown(web, 'Aplicado');
  await phone.getByRole('button', { name: 'Continuar' }).click();
}

/** Waits until the page has heard twice from the service who it is, so that what it judges by then is judged. */
async function settled(phone: Page): Promise<void> {
  for (let answers = 0; answers < 2; answers += 1) {
    await phone.waitForResponse((response) => /\/app\/me$/.test(response.url()) && response.ok());
  }
}

test('a sole administrator releases their own token, enrols the same phone again and authorizes with it', async () => {
  const person = administrator(0);
  const { page: phone } = await openEnrolledPhone(person);
  const [first] = await keptDevices(phone);
  const { page: web } = await openConsole(person);
  await change(web, person, phone, RELEASE);
  await phone.getByText('Su token fue liberado').waitFor();
  // The keys and the seed of the released phone go, and nothing else.
  await eventually(
    () => keptDevices(phone),
    (kept) => kept.length === 0,
  );

  await web.getByRole('link', { name: 'Generar código de activación' }).click();
  await web.getByRole('button', { name: 'Generar código' }).click();
  await enrol(phone, (await web.locator('.activation-code').textContent()) ?? '');
  await web.getByRole('button', { name: 'Ya lo entregué' }).click();
  await settled(phone);
  const kept = await keptDevices(phone);
  expect(kept).toEqual([expect.any(String)]);
  expect(kept).not.toEqual([first]);
  expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });
  await reload(phone, person);
  await change(web, person, phone, RELEASE);
  await phone.getByText('Su token fue liberado').waitFor();
});

test('a sole administrator enrols another phone after the release; the first one forgets, the new one lives', async () => {
  const person = administrator(1);
  const { page: first } = await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  await change(web, person, first, RELEASE);

  const { page: second } = await openPhonePage(person);
  await enrol(second, await activationCode(person, person), 'Celular nuevo');
  await settled(second);
  expect(await shownCodeIsValid(second, person)).toEqual({ valid: true });
  await first.getByText('Está habilitado en «Celular nuevo»').waitFor();
  await eventually(
    () => keptDevices(first),
    (kept) => kept.length === 0,
  );
  await change(web, person, second, RELEASE);
});

test('a holder whose token was released enrols the same phone again and authorizes with it', async () => {
  const holder = nth(nth(companies, 2).secondaries, 0);
  const { page: web } = await openConsole(administrator(2));
  const { page: phone } = await openPhonePage(holder);
  await enrol(phone, await activationCode(administrator(2), holder));
  await change(web, holder, phone, RELEASE);
  await enrol(phone, await activationCode(administrator(2), holder));
  await settled(phone);
  expect(await shownCodeIsValid(phone, holder)).toEqual({ valid: true });
  await change(web, holder, phone, RELEASE);
});

test('a holder whose token was released enrols another phone and authorizes with it', async () => {
  const holder = nth(nth(companies, 3).secondaries, 0);
  const { page: web } = await openConsole(administrator(3));
  const { page: first } = await openPhonePage(holder);
  await enrol(first, await activationCode(administrator(3), holder));
  await change(web, holder, first, RELEASE);
  const { page: second } = await openPhonePage(holder);
  await enrol(second, await activationCode(administrator(3), holder));
  await settled(second);
  expect(await shownCodeIsValid(second, holder)).toEqual({ valid: true });
  await change(web, holder, second, RELEASE);
});

test('a phone that was blocked keeps its keys: unblocked, its code is good and it authorizes', async () => {
  const [asking, deciding] = [administrator(4), nth(nth(companies, 4).administrators, 1)];
  const { page: blocked } = await openEnrolledPhone(asking);
  const { page: other } = await openEnrolledPhone(deciding);
  const { page: web } = await openConsole(deciding);
  await request(web, asking, BLOCK);
  await blocked.getByText('Su token está bloqueado').waitFor();
  await settled(blocked);
  const { page: asks } = await openConsole(asking);
  await change(asks, asking, other, UNBLOCK);
  await blocked.getByRole('heading', { name: 'Su código' }).waitFor();
  expect(await shownCodeIsValid(blocked, asking)).toEqual({ valid: true });
  await change(web, deciding, blocked, RELEASE);
});

test('what the service said before the enrolment and the page hears after it destroys nothing', async () => {
  const person = administrator(5);
  const { page: phone } = await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  await change(web, person, phone, RELEASE);
  await phone.getByText('Su token fue liberado').waitFor();

  // Every answer is as old as the last one before the enrolment.
  const code = await activationCode(person, person);
  const released = phone.waitForResponse(/\/app\/me$/);
  const body = await (await released).text();
  await phone.route(/\/app\/me$/, (route) =>
    route.request().method() === 'GET'
      ? route.fulfill({ status: 200, headers: { 'access-control-allow-origin': '*' }, body })
      : route.fallback(),
  );
  await phone.getByLabel('Código de activación').fill(code);
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await passLock(phone);
  await phone.waitForResponse(/\/app\/devices$/);
  await settled(phone);
  expect(await keptDevices(phone)).toHaveLength(1);
  await phone.unrouteAll({ behavior: 'ignoreErrors' });
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });
});

test('of two tabs one enrols: the other, which hears nothing of it, puts no PIN of its own before the phone', async () => {
  const person = administrator(6);
  const { page: one, context } = await openPhonePage(person);
  await one.getByRole('heading', { name: 'Habilite su token' }).waitFor();
  const other = await context.newPage();
  await other.goto(stack().phoneUrl);
  await passLogin(other, person);
  await other.getByRole('heading', { name: 'Habilite su token' }).waitFor();
  // The other tab goes on believing that there is no phone.
  await one.evaluate('BroadcastChannel.prototype.postMessage = () => {}');
  await other.route(/\/app\/me$/, (route) => route.abort());
  await enrol(one, person.activationCode ?? '');
  await other.getByLabel('Código de activación').fill('AAAA-AAAA-AAAA-AAAA');
  await other.getByRole('button', { name: 'Habilitar este celular' }).click();
  for (const label of ['PIN nuevo', 'Escriba el PIN otra vez']) await other.getByLabel(label).fill('258036');
  await other.keyboard.press('Enter');
  await other.getByRole('heading', { name: 'Confirme que es usted' }).waitFor();
  expect(await keptDevices(one)).toHaveLength(1);
  await other.unrouteAll({ behavior: 'ignoreErrors' });
  await passLock(other);
  await other.getByRole('heading', { name: 'Su código' }).waitFor();
  await reload(one, person);
  await one.getByRole('heading', { name: 'Su código' }).waitFor();
  expect(await shownCodeIsValid(one, person)).toEqual({ valid: true });
});

test('after a lost answer the same code written otherwise is the same enrolment', async () => {
  const person = administrator(7);
  const { page: phone } = await openPhonePage(person);
  await phone.route(/\/app\/devices$/, async (route) => {
    await route.fetch();
    return route.abort('connectionreset');
  });
  await phone.getByLabel('Código de activación').fill(person.activationCode ?? '');
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await choosePin(phone);
  await phone.getByText('No hay respuesta del servicio').waitFor();
  await phone.unrouteAll({ behavior: 'ignoreErrors' });
  await phone.getByLabel('Código de activación').fill((person.activationCode ?? '').toLowerCase().replaceAll('-', ' '));
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });
});

test('what an earlier version kept unprotected is forgotten; a release takes its own user’s keys and no others', async () => {
  const company = nth(companies, 8);
  const [person, colleague] = [nth(company.administrators, 0), nth(company.administrators, 1)];
  const { page: phone, context } = await openEnrolledPhone(person);
  await keepUnprotected(phone);
  await reload(phone, person);
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  expect(await keptNames(phone)).toEqual([expect.stringMatching(/^account:/)]);

  const second = await context.newPage();
  await openForAnother(second, colleague);
  await enrol(second, colleague.activationCode ?? '');
  expect(await keptDevices(phone)).toHaveLength(2);
  const { page: web } = await openConsole(colleague);
  await change(web, colleague, second, RELEASE);
  await eventually(
    () => keptDevices(phone),
    (kept) => kept.length === 1,
  );
  expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });
});
