import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Person } from '../../cloud/support/company.ts';
import { stack } from '../../cloud/support/stack.ts';
import { openWindow, PHONE_SCREEN, type Window } from './browser.ts';
import { choosePin, keepInUse, passLock } from './lock.ts';

/** Fills the hosted login's form. */
export async function passLogin(page: Page, { username }: Pick<Person, 'username'>): Promise<void> {
  await page.fill('#username', username);
  await page.fill('#password', stack().demo.password);
  await page.click('button[type=submit]');
}

/** Opens the console as this person. */
export async function openConsole(person: Person, options?: BrowserContextOptions, path = '/'): Promise<Window> {
  const window = await openWindow(options);
  await window.page.goto(stack().consoleUrl + path);
  await passLogin(window.page, person);
  await arrived(window.page);
  return window;
}

/** Opens the phone page as this person, in a profile of its own. */
export async function openPhonePage(person: Person, options?: BrowserContextOptions): Promise<Window> {
  const window = await openWindow({ ...PHONE_SCREEN, ...options });
  await window.page.goto(stack().phoneUrl);
  await passLogin(window.page, person);
  await arrived(window.page);
  return window;
}

/** An administrator at the console, with an enrolled phone in the other hand. */
export interface Desk {
  readonly person: Person;
  readonly web: Page;
  readonly phone: Page;
}

/** Opens both for an administrator. */
export async function openDesk(person: Person): Promise<Desk> {
  const [{ page: phone }, { page: web }] = await Promise.all([openEnrolledPhone(person), openConsole(person)]);
  return { person, web, phone };
}

/** Goes to another address of the page that is open: to load it would ask the login again. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`);
}

/** Leaves whatever is open for the list of virtual tokens. */
export async function toTokens(web: Page): Promise<void> {
  await visit(web, '/administracion/token/virtual');
  await web.getByRole('rowheader').first().waitFor();
}

/** Signs another person in on a phone that is somebody's already. */
export async function openForAnother(page: Page, person: Person): Promise<void> {
  await page.goto(stack().phoneUrl);
  await page.getByRole('button', { name: 'Habilitar aquí el token de otro usuario' }).click();
  await passLogin(page, person);
  await arrived(page);
}

/** Waits for a page's content; where none comes, says what came instead. */
export async function arrived(page: Page): Promise<void> {
  try {
    await page.getByRole('main').waitFor();
  } catch (cause) {
    const shown = await page.evaluate('document.body.innerText');
    throw new Error(`The sign-in ended at ${new URL(page.url()).pathname} with: ${shown}`, { cause });
  }
}

/** Enrols the phone page with an activation code, behind a PIN: the first time it is chosen, then it is asked for. */
export async function enrol(page: Page, activationCode: string, name = 'Celular de pruebas'): Promise<void> {
  await page.getByLabel('Código de activación').fill(activationCode);
  await page.getByLabel('Nombre de este celular').fill(name);
  await page.getByRole('button', { name: 'Habilitar este celular' }).click();
  await choosePin(page);
  await page.getByRole('heading', { name: 'Su código' }).waitFor();
  await keepInUse(page);
}

/** Opens the phone page and enrols it with the code of the import. */
export async function openEnrolledPhone(person: Person, options?: BrowserContextOptions): Promise<Window> {
  if (!person.activationCode) throw new Error(`${person.username} has no activation code`);
  const window = await openPhonePage(person, options);
  await enrol(window.page, person.activationCode);
  return window;
}

/** Reloads: a phone asks its lock, and goes on with the sign-in that it kept; any other page asks the login. */
export async function reload(page: Page, person: Person): Promise<void> {
  await page.reload();
  const login = page.locator('#username');
  await page.getByRole('main').or(login).first().waitFor();
  if (await login.isVisible()) await passLogin(page, person);
  else await passLock(page);
  await page.getByRole('main').waitFor();
}

/** Waits until the worker keeps the phone page, so that it opens without a network. */
export async function installed(phone: Page): Promise<void> {
  await phone.evaluate('navigator.serviceWorker.ready.then(() => true)');
}
