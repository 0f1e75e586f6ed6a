import type { Page } from 'playwright-core';
import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { openApp } from '../cloud/support/phone.ts';
import { openWeb } from '../cloud/support/web.ts';
import { violations } from './support/accessibility.ts';
import { addAuthenticator } from './support/authenticator.ts';
import { closeWindows, endBrowser } from './support/browser.ts';
import { keepInUse, passLock } from './support/lock.ts';
import { enrol, installed, openConsole, openEnrolledPhone, openPhonePage } from './support/people.ts';
import { shownCodeIsValid } from './support/shown-code.ts';
import { bindingCode, openWaiting, RELEASE, request, statusShown } from './support/steps.ts';

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('VERIFICA', [
    { administrators: 1 },
    { administrators: 1 },
    { administrators: 1 },
    { administrators: 1 },
    { administrators: 1 },
  ]);
});
afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

const PLATFORM = 'Usar la huella, el rostro o el bloqueo de pantalla';

const administrator = (number: number): Person => nth(nth(companies, number).administrators, 0);

/** Fills the enrolment in, up to the choice of how the person is verified. */
async function beginEnrolment(phone: Page, { activationCode }: Person): Promise<void> {
  await phone.getByLabel('Código de activación').fill(activationCode ?? '');
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await phone.getByRole('heading', { name: 'Proteja su token' }).waitFor();
}

/** Reads from the record how the person was verified who authorized the release. */
async function recordedVerification(person: Person): Promise<unknown> {
  const { tokenId } = await openApp(person);
  const web = await openWeb(person);
  const { items } = (await web.send('GET', `/tokens/${tokenId}/events`)).body as {
    items: { type: string; details: { userVerification?: string } }[];
  };
  return items.find(({ type }) => type === 'CHANGE_AUTHORIZED')?.details.userVerification;
}

test('the phone’s own verification opens code and signature, without a network too, and a later enrolment', async () => {
  const person = administrator(0);
  const { page: phone, context } = await openPhonePage(person, { serviceWorkers: 'allow' });
  await addAuthenticator(phone);
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
  const { page: web } = await openConsole(person);
  await request(web, person, RELEASE);
  await openWaiting(phone);
  await phone.getByLabel('Código de seis dígitos').fill(await bindingCode(web));
  await phone.getByRole('button', { name: 'Autorizar' }).click();
  await statusShown(web, 'Aplicado');
  expect(await recordedVerification(person)).toBe('BIOMETRIC');

  await phone.getByRole('button', { name: 'Continuar' }).click();
  const { tokenId } = await openApp(person);
  await phone.getByLabel('Código de activación').fill(await (await openWeb(person)).activationCode(tokenId));
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });
});

test('whom the phone does not recognize, signs nothing and sees no code', async () => {
  const person = administrator(4);
  const { page: phone } = await openPhonePage(person);
  const device = await addAuthenticator(phone);
  await beginEnrolment(phone, person);
  await phone.getByRole('button', { name: PLATFORM }).click();
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();

  const { page: web } = await openConsole(person);
  await request(web, person, RELEASE);
  await openWaiting(phone);
  await device.refuse();
  await phone.getByLabel('Código de seis dígitos').fill(await bindingCode(web));
  await phone.getByRole('button', { name: 'Autorizar' }).click();
  await phone.getByText('Este celular no confirmó que es usted.').waitFor();
  expect(await violations(phone)).toEqual([]);
  await statusShown(web, 'En espera de autorización');

  await phone.reload();
  await phone.getByRole('button', { name: 'Abrir el token' }).click();
  await phone.getByText('Este celular no confirmó que es usted.').waitFor();
  expect(await phone.locator('.one-time-code').count()).toBe(0);
  await statusShown(web, 'En espera de autorización');
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

  const { page: web } = await openConsole(person);
  await request(web, person, RELEASE);
  await openWaiting(phone);
  await phone.getByLabel('Código de seis dígitos').fill(await bindingCode(web));
  await phone.getByRole('button', { name: 'Autorizar' }).click();
  await passLock(phone, '739155');
  await phone.getByText('El PIN no es ese. Le quedan 9 intentos').waitFor();
  expect(await violations(phone)).toEqual([]);
  await statusShown(web, 'En espera de autorización');
  await passLock(phone);
  await statusShown(web, 'Aplicado');
  expect(await recordedVerification(person)).toBe('PIN');
});

test('the tenth wrong PIN in a row destroys what the phone kept', async () => {
  const person = administrator(2);
  const { page: phone } = await openEnrolledPhone(person);
  await phone.reload();
  for (let left = 9; left > 0; left -= 1) {
    await passLock(phone, '739155');
    await phone.getByText(left === 1 ? 'Le queda 1 intento' : `Le quedan ${left} intentos`).waitFor();
  }
  await passLock(phone, '739155');
  await phone.getByRole('button', { name: 'Ingresar' }).waitFor();
  expect(await phone.locator('.one-time-code').count()).toBe(0);
});

test('a phone that nobody touches for a minute locks, and so does one that is put away', async () => {
  const person = administrator(3);
  const { page: phone } = await openPhonePage(person);
  await phone.clock.install({ time: new Date() });
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
});
