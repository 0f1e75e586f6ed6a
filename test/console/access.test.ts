import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { formatMoment } from '../../console/src/common/time.ts';
import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { eventually } from '../cloud/support/eventually.ts';
import { stack } from '../cloud/support/stack.ts';
import { closeWindows, endBrowser, openWindow } from './support/browser.ts';
import { passLock } from './support/lock.ts';
import {
  enrol,
  openConsole,
  openEnrolledPhone,
  openForAnother,
  openPhonePage,
  passLogin,
  reload,
} from './support/people.ts';
import { BLOCK, choose, confirm, named, openDialog, statusShown } from './support/steps.ts';

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('ENT', [
    { administrators: 1, secondaries: 12 },
    { administrators: 1 },
    { administrators: 1 },
    { administrators: 1 },
  ]);
});
afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

test('a secondary user sees why there is nothing here, and whom to call', async () => {
  const { page } = await openConsole(nth(nth(companies, 0).secondaries, 0), {}, '/administracion/cambios');
  await page.getByRole('heading', { name: 'Esta sección es para el administrador' }).waitFor();
  await page
    .getByText(/Abierto ahora|Cerrado ahora/)
    .first()
    .waitFor();
  await page
    .getByRole('link', { name: /018000 514652/ })
    .first()
    .waitFor();
  await page
    .getByRole('link', { name: /318 671 4836/ })
    .first()
    .waitFor();
  expect(await page.getByRole('navigation', { name: 'Secciones' }).count()).toBe(0);
});

test('addresses that lead nowhere, and changes and tokens of nobody, say so', async () => {
  const administrator = nth(nth(companies, 1).administrators, 0);
  const { page } = await openConsole(administrator, {}, '/no/existe');
  await page.getByText('Esta página no existe').first().waitFor();
  const { page: change } = await openConsole(administrator, {}, '/administracion/cambios/nada');
  await change.getByText('No encontramos este cambio').waitFor();
  const { page: token } = await openConsole(administrator, {}, '/administracion/token/virtual/nada');
  await token.getByText('No encontramos este token').waitFor();
});

test('search as one types, and filter by state', async () => {
  const company = nth(companies, 0);
  const { page } = await openConsole(nth(company.administrators, 0));
  const rows = page.getByRole('rowheader');
  await rows.first().waitFor();
  expect(await rows.count()).toBe(13);
  await page.getByLabel('Buscar usuario').pressSequentially('admin');
  await eventually(
    () => rows.count(),
    (count) => count === 1,
  );
  expect(new URL(page.url()).searchParams.get('q')).toBe('admin');
  await page.getByRole('button', { name: 'Borrar la búsqueda' }).click();
  await eventually(
    () => rows.count(),
    (count) => count === 13,
  );
  await page.getByLabel('Estado', { exact: true }).selectOption('Bloqueado');
  await page.getByText('Ningún usuario coincide').waitFor();
});

test('an answer with a code this front does not know keeps its reference and names the support lines', async () => {
  const administrator = nth(nth(companies, 1).administrators, 0);
  const { page } = await openConsole(administrator);
  await openDialog(page, administrator);
  await choose(page, BLOCK);
  await page.route(/\/changes$/, (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({
          status: 409,
          headers: { 'access-control-allow-origin': '*', 'content-type': 'application/problem+json' },
          body: JSON.stringify({ title: 'New', status: 409, code: 'SOMETHING_NEW', requestId: 'req-7' }),
        })
      : route.fallback(),
  );
  await confirm(page, BLOCK);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Algo no salió bien (SOMETHING_NEW)').waitFor();
  await dialog.getByText('Referencia para soporte: req-7').waitFor();
  await dialog.getByText('018000 514652').waitFor();
});

test('a field that the service refuses says so beside the field', async () => {
  const administrator = nth(nth(companies, 1).administrators, 0);
  const { page } = await openConsole(administrator);
  await openDialog(page, administrator);
  await refuseNotes(page);
  await choose(page, { ...BLOCK, note: 'hola' });
  await confirm(page, BLOCK);
  const note = page.getByRole('dialog').getByLabel(/^Nota/);
  await page.getByRole('dialog').getByText('Máximo 500 caracteres', { exact: true }).waitFor();
  expect(await note.getAttribute('aria-invalid')).toBe('true');
});

test('a note is sent without what nobody sees in it, and of such characters alone it is no note', async () => {
  const administrator = nth(nth(companies, 1).administrators, 0);
  const { page } = await openConsole(administrator);
  await openDialog(page, administrator);
  await refuseNotes(page);
  const dialog = page.getByRole('dialog');
  await choose(page, { ...BLOCK, reason: 'Otra', note: '\u3164\u200B\uFE0F' });
  await dialog.getByText('Escriba una nota: esta causal la necesita.').waitFor();

  await dialog.getByLabel(/^Nota/).fill('hola \u202Emundo\u0007\n\tya\uFEFF');
  await dialog.getByRole('button', { name: 'Continuar' }).click();
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/changes'));
  await confirm(page, BLOCK);
  expect((await sent).postDataJSON()).toEqual({ action: 'BLOCK', reason: 'OTHER', note: 'hola mundo ya' });
});

/** Answers every request of a change as the service answers a note that is too long. */
async function refuseNotes(page: Page): Promise<void> {
  const message = 'Máximo 500 caracteres · At most 500 characters';
  await page.route(/\/changes$/, (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({
          status: 400,
          headers: { 'access-control-allow-origin': '*', 'content-type': 'application/problem+json' },
          body: JSON.stringify({ status: 400, code: 'VALIDATION_FAILED', errors: [{ path: 'note', message }] }),
        })
      : route.fallback(),
  );
}

test('in English, remembered by this browser', async () => {
  const administrator = nth(nth(companies, 2).administrators, 0);
  const { page: phone } = await openPhonePage(administrator);
  await enrol(phone, administrator.activationCode ?? '');
  await phone.getByRole('button', { name: 'English' }).click();
  await phone.getByText('You have nothing to authorize.').waitFor();

  const { page } = await openConsole(administrator);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Token administration' }).waitFor();
  expect(await page.getAttribute('html', 'lang')).toBe('en');
  await page.getByRole('button', { name: `Change the virtual token’s state: ${administrator.fullName}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Release', { exact: true }).click();
  await dialog.getByText('Phone changed', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.getByRole('button', { name: 'Confirm release' }).click();
  await page.getByText('Waiting for authorization').first().waitFor();
  await page.getByText('Open the app on your phone.').waitFor();
  await phone.locator('.waiting-item').click();
  await phone.getByRole('button', { name: 'It was not me' }).click();
  await phone.getByText('For 24 hours nobody can ask with it').waitFor();
  await phone.getByRole('button', { name: 'Yes, it was not me' }).click();
  await passLock(phone);
  await phone.getByText('We rejected it.').waitFor();
  await statusShown(page, 'Rejected');
  await page.getByText(`${named(administrator)} answered “it was not me” on their phone.`).waitFor();
  await page.getByText(`${named(administrator)} cannot ask to release or unblock this token until`).waitFor();
});

test('two users of one browser keep their phones apart', async () => {
  const { context, page } = await openEnrolledPhone(nth(nth(companies, 0).administrators, 0));
  await page.getByRole('heading', { name: 'Su código' }).waitFor();
  const other = await context.newPage();
  await openForAnother(other, nth(nth(companies, 0).secondaries, 1));
  await other.getByRole('heading', { name: 'Habilite su token' }).waitFor();
});

test('both pages are served with a policy that allows nothing inline and nobody else', async () => {
  for (const address of [stack().consoleUrl, stack().phoneUrl]) {
    const { headers } = await fetch(address);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).not.toContain('unsafe');
  }
});

test('the browser keeps no token: neither in its storage nor in a cookie of the page', async () => {
  const { page, context } = await openConsole(nth(nth(companies, 2).administrators, 0));
  await page.getByRole('table').waitFor();
  const stored = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
  expect(stored).not.toMatch(/ey[\w-]+\.ey/);
  expect(
    (await context.cookies(stack().consoleUrl)).map(({ name }) => name).filter((name) => /token/i.test(name)),
  ).toEqual([]);
});

test('both pages say when the person last signed in there, other than now', async () => {
  const administrator = nth(nth(companies, 3).administrators, 0);
  const windows = [
    { ...(await openConsole(administrator)), path: '/me', again: reload },
    { ...(await openEnrolledPhone(administrator)), path: '/app/me', again: signInAnew },
  ];
  for (const { page, path, again } of windows) {
    await page.getByText(administrator.fullName).first().waitFor();
    expect(await page.getByText(/Último ingreso/).count()).toBe(0);
    // Tokens tell a sign-in by its second.
    await page.waitForTimeout(1_001);
    const answered = page.waitForResponse((response) => response.url() === stack().apiUrl + path && response.ok());
    await again(page, administrator);
    const { lastAccess } = await (await answered).json();
    const shown = `Último ingreso, sin contar este: ${formatMoment(lastAccess, 'es')}`;
    await page.getByText(shown, { exact: true }).waitFor();
  }
});

/** Leaves the phone and signs in there again: it stays enrolled. */
async function signInAnew(phone: Page, person: Person): Promise<void> {
  // The login ends its session, and leads back.
  const back = phone.waitForEvent('load');
  await phone.getByRole('button', { name: 'Cerrar sesión' }).click();
  await back;
  await passLock(phone);
  await phone.getByRole('button', { name: 'Ingresar' }).click();
  await passLogin(phone, person);
  await passLock(phone);
}

test('signing out leads back to the login, and going back shows nothing', async () => {
  const { page } = await openConsole(nth(nth(companies, 2).administrators, 0));
  await page.getByRole('table').waitFor();
  await page.getByRole('button', { name: 'Cerrar sesión' }).click();
  await page.locator('#username').waitFor();
  await page.goto(`${stack().consoleUrl}/administracion/cambios`);
  await page.locator('#username').waitFor();
});

test('the first page of the console loads at most 150 KiB', async () => {
  const { page } = await openWindow();
  const files = new Set<string>();
  page.on('response', (response) => {
    const { origin, pathname } = new URL(response.url());
    if (origin === new URL(stack().consoleUrl).origin) files.add(pathname);
  });
  await page.goto(stack().consoleUrl);
  await page.fill('#username', nth(nth(companies, 2).administrators, 0).username);
  await page.fill('#password', stack().demo.password);
  await page.click('button[type=submit]');
  await page.getByRole('table').waitFor();
  const sizes = [...files]
    .filter((path) => path.startsWith('/assets/'))
    .map((path) => gzipSync(readFileSync(`console/dist/console${path}`)).length);
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(150 * 1024);
});
