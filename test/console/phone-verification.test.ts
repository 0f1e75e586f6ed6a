import type { Page } from 'playwright-core';
import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { stack } from '../cloud/support/stack.ts';
import { openWeb, type Web } from '../cloud/support/web.ts';
import { violations } from './support/accessibility.ts';
import { addAuthenticator } from './support/authenticator.ts';
import { openWindow, PHONE_SCREEN, useBrowser } from './support/browser.ts';
import { findToken } from './support/find-token.ts';
import { keepInUse, passLock } from './support/lock.ts';
import { enrol, installed, openPhonePage, passLogin } from './support/people.ts';
import { shownCodeIsValid } from './support/shown-code.ts';
import { openWaiting } from './support/steps.ts';

useBrowser();

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies(
    'VERIFICA',
    Array.from({ length: 3 }, () => ({ administrators: 1 })),
  );
});

const PLATFORM = 'Usar la huella, el rostro o el bloqueo de pantalla';

const administrator = (number: number): Person => nth(nth(companies, number).administrators, 0);

/** Fills the enrolment in, up to the choice of how the person is verified. */
async function beginEnrolment(phone: Page, { activationCode }: Person): Promise<void> {
  await phone.getByLabel('Código de activación').fill(activationCode ?? '');
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await phone.getByRole('heading', { name: 'Proteja su token' }).waitFor();
}

/** Asks for a release and signs it on the phone, as far as the person is verified; gives the change's id. */
async function sign(web: Web, tokenId: string, phone: Page): Promise<string> {
  const { changeId, bindingCode = '' } = await web.hold(tokenId);
  await openWaiting(phone);
  await phone.getByLabel('Código de seis dígitos').fill(bindingCode);
  await phone.getByRole('button', { name: 'Autorizar' }).click();
  return changeId;
}

/** Reads from the record how the person was verified who authorized a release. */
async function recordedVerification(web: Web, tokenId: string): Promise<unknown> {
  const authorized = (await web.events(tokenId)).find(({ type }) => type === 'CHANGE_AUTHORIZED');
  return authorized?.details.userVerification;
}

/** Has the phone verify somebody, and expects that it does not know them. */
async function refused(phone: Page): Promise<void> {
  await phone.getByText('Este celular no confirmó que es usted.').waitFor();
}

test('the phone’s own verification opens code, signature and a later enrolment, also offline; whom it does not know signs nothing', async () => {
  const person = administrator(0);
  const { page: phone, context } = await openPhonePage(person, { serviceWorkers: 'allow' });
  const device = await addAuthenticator(phone);
  const enrolments: string[] = [];
  phone.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/app/devices')) enrolments.push(request.url());
  });
  await beginEnrolment(phone, person);
  expect(await violations(phone)).toEqual([]);
  await phone.getByRole('button', { name: PLATFORM }).click();
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  // The device is asked by what chose it, and not once more.
  expect(enrolments).toHaveLength(1);
  await installed(phone);
  await keepInUse(phone);

  await context.setOffline(true);
  await phone.reload();
  await phone.getByRole('button', { name: 'Abrir el token' }).click();
  expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });
  await context.setOffline(false);
  const web = await openWeb(person);
  const tokenId = await findToken(web, person);
  await web.until(await sign(web, tokenId, phone), 'APPLIED');
  expect(await recordedVerification(web, tokenId)).toBe('BIOMETRIC');

  await phone.getByRole('button', { name: 'Continuar' }).click();
  await phone.getByLabel('Código de activación').fill(await web.activationCode(tokenId));
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });

  await device.refuse();
  const changeId = await sign(web, tokenId, phone);
  await refused(phone);
  expect(await violations(phone)).toEqual([]);
  await phone.reload();
  await phone.getByRole('button', { name: 'Abrir el token' }).click();
  await refused(phone);
  expect(await phone.locator('.one-time-code').count()).toBe(0);
  expect(await web.change(changeId)).toMatchObject({ status: 'PENDING_AUTHORIZATION' });
});

test('a device that verifies people and gives no secret: the PIN is offered, and recorded', async () => {
  const person = administrator(1);
  const { page: phone } = await openPhonePage(person);
  await addAuthenticator(phone, { hasPrf: false });
  await beginEnrolment(phone, person);
  await phone.getByRole('button', { name: PLATFORM }).click();
  await phone.getByText('Este celular no lo pudo hacer.').waitFor();
  for (const pin of ['123456', '739154']) {
    await phone.getByLabel('PIN nuevo').fill(pin);
    await phone.getByLabel('Escriba el PIN otra vez').fill(pin);
    await phone.keyboard.press('Enter');
    if (pin === '123456') await phone.getByText('Ese PIN es fácil de adivinar.').waitFor();
  }
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();

  const web = await openWeb(person);
  const tokenId = await findToken(web, person);
  const changeId = await sign(web, tokenId, phone);
  await passLock(phone, '739155');
  await phone.getByText('El PIN no es ese. Le quedan 9 intentos').waitFor();
  expect(await violations(phone)).toEqual([]);
  expect(await web.change(changeId)).toMatchObject({ status: 'PENDING_AUTHORIZATION' });
  await passLock(phone);
  await web.until(changeId, 'APPLIED');
  expect(await recordedVerification(web, tokenId)).toBe('PIN');
});

test('a phone that nobody touches for a minute, or that is put away, locks; the tenth wrong PIN in a row destroys what it kept', async () => {
  const person = administrator(2);
  const { page: phone } = await openWindow(PHONE_SCREEN);
  // Before the page sets its timers.
  await phone.clock.install({ time: new Date() });
  await phone.goto(stack().phoneUrl);
  await passLogin(phone, person);
  await enrol(phone, person.activationCode ?? '');
  await phone.evaluate(`window.dispatchEvent(new Event('pointerdown'))`);
  await phone.clock.fastForward(45_000);
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  await phone.clock.fastForward(70_000);
  await phone.getByRole('heading', { name: 'Confirme que es usted' }).waitFor();
  expect(await phone.locator('.one-time-code').count()).toBe(0);

  await passLock(phone);
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  await phone.evaluate(`
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  `);
  await phone.getByRole('heading', { name: 'Confirme que es usted' }).waitFor();

  await phone.reload();
  for (let left = 9; left > 0; left -= 1) {
    await passLock(phone, '739155');
    await phone.getByText(left === 1 ? 'Le queda 1 intento' : `Le quedan ${left} intentos`).waitFor();
  }
  await passLock(phone, '739155');
  await phone.getByRole('button', { name: 'Ingresar' }).waitFor();
  expect(await phone.locator('.one-time-code').count()).toBe(0);
});
