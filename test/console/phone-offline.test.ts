import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { openApp } from '../cloud/support/phone.ts';
import { stack } from '../cloud/support/stack.ts';
import { openWeb } from '../cloud/support/web.ts';
import { violations } from './support/accessibility.ts';
import { closeWindows, endBrowser, openWindow, PHONE_SCREEN } from './support/browser.ts';
import { keepInUse, passLock } from './support/lock.ts';
import { enrol, installed, openConsole, openEnrolledPhone, openForAnother } from './support/people.ts';
import { shownCodeIsValid } from './support/shown-code.ts';
import { authorize, bindingCode, openWaiting, RELEASE, request, statusShown } from './support/steps.ts';

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('FUERA', [{ administrators: 1 }, { administrators: 1 }, { administrators: 1 }]);
});
afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

const administrator = (number: number): Person => nth(nth(companies, number).administrators, 0);

test('without a network the code is good and nothing is claimed; back in it, one authorizes, and enrols again', async () => {
  const person = administrator(0);
  const { page: phone, context } = await openEnrolledPhone(person, { serviceWorkers: 'allow' });
  await installed(phone);
  await context.setOffline(true);
  await phone.reload();
  await passLock(phone);
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  await phone.getByText('Sin conexión no se sabe si algo espera su autorización').waitFor();
  expect(await phone.getByText('No tiene nada por autorizar.').count()).toBe(0);
  expect(await violations(phone)).toEqual([]);
  expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });

  // The sign-in that was kept goes on: nobody asks for the password.
  await context.setOffline(false);
  const { page: web } = await openConsole(person);
  await request(web, person, RELEASE);
  await openWaiting(phone);
  await authorize(phone, await bindingCode(web));
  await statusShown(web, 'Aplicado');
  await phone.getByRole('button', { name: 'Continuar' }).click();
  const { tokenId } = await openApp(person);
  await enrol(phone, await (await openWeb(person)).activationCode(tokenId));

  // Signing out reaches the login later: until then the page says what is left to do.
  await context.setOffline(true);
  await phone.getByRole('button', { name: 'Cerrar sesión' }).click();
  await phone.getByText('El servicio de ingreso no respondió y allá sigue abierta').waitFor();
  expect(await phone.locator('.one-time-code').count()).toBe(0);
  expect(await violations(phone)).toEqual([]);
  await context.setOffline(false);
  const revoked = phone.waitForRequest(/\/oauth2\/revoke$/);
  const ended = phone.waitForRequest(/\/logout\?/);
  const back = phone.waitForEvent('load');
  await phone.getByRole('button', { name: 'Terminar de cerrar la sesión' }).click();
  const form = new URLSearchParams((await revoked).postData() ?? '');
  await Promise.all([ended, back]);
  await passLock(phone);
  await phone.getByText('Ingrese para ver lo que espera su autorización.').waitFor();
  const { clientId } = stack().clients.app;
  expect(form.get('client_id')).toBe(clientId);
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: form.get('token') ?? '',
  });
  const refused = await fetch(stack().login.tokenUrl, { method: 'POST', body });
  expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);
});

test('two companies on one phone: each behind its own lock, with its own code', async () => {
  const [one, other] = [administrator(1), administrator(2)];
  const { page: phone } = await openEnrolledPhone(one);
  await openForAnother(phone, other);
  await enrol(phone, other.activationCode ?? '');
  await phone.reload();
  await keepInUse(phone);
  await phone.getByRole('heading', { name: '¿De quién es el token?' }).waitFor();
  expect(await violations(phone)).toEqual([]);
  for (const person of [one, other]) {
    await phone.getByRole('button', { name: person.username }).click();
    await passLock(phone);
    await phone.getByText(`Hola, ${person.fullName}`).waitFor();
    expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });
    await phone.getByRole('button', { name: 'Bloquear o cambiar de usuario' }).click();
  }
});

test('the first load of the phone page is less than 150 kB', async () => {
  const { page } = await openWindow(PHONE_SCREEN);
  const files = new Set<string>();
  page.on('response', (response) => {
    const { origin, pathname } = new URL(response.url());
    if (origin === new URL(stack().phoneUrl).origin && pathname.startsWith('/assets/')) files.add(pathname);
  });
  await page.goto(stack().phoneUrl);
  await page.locator('#username').waitFor();
  const sizes = [...files].map((path) => gzipSync(readFileSync(`console/dist/phone${path}`)).length);
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
});
