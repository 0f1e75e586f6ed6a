import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { formatMoment } from '../../console/src/common/time.ts';
import { type Company, loadCompany, nth, type Person } from '../cloud/support/company.ts';
import { stack } from '../cloud/support/stack.ts';
import { openWindow, PHONE_SCREEN, useBrowser } from './support/browser.ts';
import { passLock } from './support/lock.ts';
import { answerPosts, restoreNetwork } from './support/network.ts';
import { arrived, enrol, openConsole, passLogin, reload, toTokens, visit } from './support/people.ts';
import { BLOCK, choose, confirm, openDialog } from './support/steps.ts';

useBrowser();

let company: Company;
let administrator: Person;
let web: Page;
let phone: Page;
/** The first load of each page: the phone's up to the login, the console's up to its first list. */
let loaded: { readonly console: ReadonlySet<string>; readonly phone: ReadonlySet<string> };

/** Notes the page's own files from now on. */
function watchFiles(page: Page, address: string): Set<string> {
  const files = new Set<string>();
  page.on('response', (response) => {
    const { origin, pathname } = new URL(response.url());
    if (origin === new URL(address).origin && pathname.startsWith('/assets/')) files.add(pathname);
  });
  return files;
}

beforeAll(async () => {
  company = await loadCompany('ENT', { administrators: 1, secondaries: 1 });
  administrator = nth(company.administrators, 0);
  const { consoleUrl, phoneUrl } = stack();
  phone = (await openWindow(PHONE_SCREEN)).page;
  const ofPhone = watchFiles(phone, phoneUrl);
  await phone.goto(phoneUrl);
  await phone.locator('#username').waitFor();
  web = (await openWindow()).page;
  const ofConsole = watchFiles(web, consoleUrl);
  loaded = { phone: new Set(ofPhone), console: ofConsole };
  await web.goto(consoleUrl);
  await passLogin(web, administrator);
  await web.getByRole('table').waitFor();
  loaded = { phone: loaded.phone, console: new Set(ofConsole) };
});

test.each(['console', 'phone'] as const)('the first load of the %s is less than 150 kB', (name) => {
  const sizes = [...loaded[name]].map((path) => gzipSync(readFileSync(`console/dist/${name}${path}`)).length);
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
});

test('both pages say when the person last signed in there, other than now', async () => {
  await passLogin(phone, administrator);
  await arrived(phone);
  await enrol(phone, administrator.activationCode ?? '');
  for (const { page, path, again } of [
    { page: web, path: '/me', again: reload },
    { page: phone, path: '/app/me', again: signInAnew },
  ]) {
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
async function signInAnew(page: Page, person: Person): Promise<void> {
  // The login ends its session, and leads back.
  const back = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Cerrar sesión' }).click();
  await back;
  await passLock(page);
  await page.getByRole('button', { name: 'Ingresar' }).click();
  await passLogin(page, person);
  await passLock(page);
}

test('a secondary user sees why there is nothing here, and whom to call', async () => {
  const { page } = await openConsole(nth(company.secondaries, 0), {}, '/administracion/cambios');
  await page.getByRole('heading', { name: 'Esta sección es para el administrador' }).waitFor();
  const main = page.getByRole('main');
  await main.getByText(/Abierto ahora|Cerrado ahora/).waitFor();
  for (const line of [/018000 514652/, /318 671 4836/]) await main.getByRole('link', { name: line }).waitFor();
  expect(await page.getByRole('navigation', { name: 'Secciones' }).count()).toBe(0);
});

test('addresses that lead nowhere, and changes and tokens of nobody, say so', async () => {
  for (const [path, said] of [
    ['/no/existe', 'Esta página no existe'],
    ['/administracion/cambios/nada', 'No encontramos este cambio'],
    ['/administracion/token/virtual/nada', 'No encontramos este token'],
  ] as const) {
    await visit(web, path);
    await web.getByRole('main').getByText(said).first().waitFor();
  }
});

const CHANGES = /\/changes$/;
const refuseNotes = () =>
  answerPosts(web, CHANGES, 400, {
    code: 'VALIDATION_FAILED',
    errors: [{ path: 'note', message: 'Máximo 500 caracteres · At most 500 characters' }],
  });

test('an answer with a code this front does not know keeps its reference and names the support lines', async () => {
  await toTokens(web);
  await openDialog(web, administrator);
  await choose(web, BLOCK);
  await answerPosts(web, CHANGES, 409, { code: 'SOMETHING_NEW', requestId: 'req-7' });
  await confirm(web, BLOCK);
  const dialog = web.getByRole('dialog');
  await dialog.getByText('Algo no salió bien (SOMETHING_NEW)').waitFor();
  await dialog.getByText('Referencia para soporte: req-7').waitFor();
  await dialog.getByText('018000 514652').waitFor();
  await restoreNetwork(web);
});

test('a note is sent without what nobody sees in it, which alone is no note; what the service refuses is said beside it', async () => {
  await toTokens(web);
  await openDialog(web, administrator);
  await refuseNotes();
  const dialog = web.getByRole('dialog');
  await choose(web, { ...BLOCK, reason: 'Otra', note: '\u3164\u200B\uFE0F' });
  await dialog.getByText('Escriba una nota: esta causal la necesita.').waitFor();

  const note = dialog.getByLabel(/^Nota/);
  await note.fill('hola \u202Emundo\u0007\n\tya\uFEFF');
  await dialog.getByRole('button', { name: 'Continuar' }).click();
  const sent = web.waitForRequest((request) => request.method() === 'POST' && CHANGES.test(request.url()));
  await confirm(web, BLOCK);
  expect((await sent).postDataJSON()).toEqual({ action: 'BLOCK', reason: 'OTHER', note: 'hola mundo ya' });
  await dialog.getByText('Máximo 500 caracteres', { exact: true }).waitFor();
  expect(await note.getAttribute('aria-invalid')).toBe('true');
  await restoreNetwork(web);
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
  const stored = await web.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
  expect(stored).not.toMatch(/ey[\w-]+\.ey/);
  expect(
    (await web.context().cookies(stack().consoleUrl)).map(({ name }) => name).filter((name) => /token/i.test(name)),
  ).toEqual([]);
});

test('in English, which this browser remembers; signing out leads back to the login, and going back shows nothing', async () => {
  await toTokens(web);
  await web.getByRole('button', { name: 'English' }).click();
  await web.getByRole('heading', { name: 'Token administration' }).waitFor();
  await reload(web, administrator);
  await web.getByRole('heading', { name: 'Token administration' }).waitFor();
  expect(await web.getAttribute('html', 'lang')).toBe('en');

  await web.getByRole('button', { name: 'Sign out' }).click();
  await web.locator('#username').waitFor();
  await web.goto(`${stack().consoleUrl}/administracion/cambios`);
  await web.locator('#username').waitFor();
});
