import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Person } from '../../cloud/support/company.ts';
import { stack } from '../../cloud/support/stack.ts';
import { openWindow, PHONE_SCREEN, type Window } from './browser.ts';

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

/** Waits for a page's content; where none comes, says what came instead. */
async function arrived(page: Page): Promise<void> {
  try {
    await page.getByRole('main').waitFor();
  } catch (cause) {
    const shown = await page.evaluate('document.body.innerText');
    throw new Error(`The sign-in ended at ${new URL(page.url()).pathname} with: ${shown}`, { cause });
  }
}

/** Enrols the phone page with an activation code. */
export async function enrol(page: Page, activationCode: string, name = 'Celular de pruebas'): Promise<void> {
  await page.getByLabel('Código de activación').fill(activationCode);
  await page.getByLabel('Nombre de este celular').fill(name);
  await page.getByRole('button', { name: 'Habilitar este celular' }).click();
  await page.getByRole('heading', { name: 'Su código' }).waitFor();
}

/** Opens the phone page and enrols it with the code of the import. */
export async function openEnrolledPhone(person: Person, options?: BrowserContextOptions): Promise<Window> {
  if (!person.activationCode) throw new Error(`${person.username} has no activation code`);
  const window = await openPhonePage(person, options);
  await enrol(window.page, person.activationCode);
  return window;
}

/** Reloads; tokens live in memory only, so the login may ask again. */
export async function reload(page: Page, person: Person): Promise<void> {
  await page.reload();
  const back = page.getByRole('main').waitFor();
  await Promise.race([back, page.locator('#username').waitFor()]);
  if (await page.locator('#username').isVisible()) await passLogin(page, person);
  await page.getByRole('main').waitFor();
}
