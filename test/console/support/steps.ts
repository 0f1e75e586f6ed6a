import type { Page } from 'playwright-core';
import type { Person } from '../../cloud/support/company.ts';
import { eventually } from '../../cloud/support/eventually.ts';
import { passLock } from './lock.ts';

export interface Wish {
  readonly action: 'Liberar' | 'Bloquear' | 'Desbloquear';
  readonly reason: string;
  readonly note?: string;
}

export const RELEASE: Wish = { action: 'Liberar', reason: 'Cambio de celular' };
export const BLOCK: Wish = { action: 'Bloquear', reason: 'Sospecha de fraude' };
export const UNBLOCK: Wish = { action: 'Desbloquear', reason: 'Falsa alarma' };

const CONFIRM = {
  Liberar: 'Confirmar liberación',
  Bloquear: 'Confirmar bloqueo',
  Desbloquear: 'Confirmar desbloqueo',
};

/** A person as the pages name them: with what tells them apart from others of their name. */
export function named({ fullName, username }: Person): string {
  return `${fullName} (${username})`;
}

/** Opens the dialog from the user's row. */
export async function openDialog(page: Page, person: Person): Promise<void> {
  await page.getByRole('button', { name: `Cambiar Estado del Token Virtual: ${named(person)}`, exact: true }).click();
  await page.getByRole('dialog').waitFor();
}

/** Chooses action and causal, and goes on to the summary. */
export async function choose(page: Page, { action, reason, note }: Wish): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByText(action, { exact: true }).click();
  await dialog.getByText(reason, { exact: true }).click();
  if (note) await dialog.getByLabel(/^Nota/).fill(note);
  await dialog.getByRole('button', { name: 'Continuar' }).click();
}

/** Confirms what the summary shows. */
export async function confirm(page: Page, { action }: Wish): Promise<void> {
  await page.getByRole('button', { name: CONFIRM[action] }).click();
}

/** Asks for a change of the user's token, from the table to the change's own page; gives its id. */
export async function request(page: Page, person: Person, wish: Wish): Promise<string> {
  await page.getByRole('link', { name: 'Administración de Token' }).first().click();
  await openDialog(page, person);
  await choose(page, wish);
  await confirm(page, wish);
  return readChangeId(page);
}

/** Waits for a change's page and gives the change's id. */
export async function readChangeId(page: Page): Promise<string> {
  await page.waitForURL(/\/administracion\/cambios\/[^/?]+$/);
  return decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
}

/** The six digits on the change's page. */
export async function bindingCode(page: Page): Promise<string> {
  const code = await page.locator('.binding-digits').getAttribute('data-code');
  if (!code) throw new Error('The page shows no code');
  return code;
}

/** Comes back to the change's page, which asks at once what became of the change. */
export async function lookAgain(page: Page): Promise<void> {
  await page.evaluate(`window.dispatchEvent(new Event('focus'))`);
}

/** Comes back to the change's page each second until it shows this status: the page itself asks more seldom. */
export async function statusShown(page: Page, status: string): Promise<void> {
  const shown = page.locator('.status-line').getByText(status, { exact: true });
  await eventually(
    async () => {
      await lookAgain(page);
      return shown.waitFor({ timeout: 1_000 }).then(
        () => true,
        () => false,
      );
    },
    (isShown) => isShown,
    { seconds: 60 },
  );
}

/** Opens the change that waits on the phone. */
export async function openWaiting(phone: Page, action = 'Liberar el token'): Promise<void> {
  await phone.locator('.waiting-item', { hasText: action }).click();
  await phone.getByRole('heading', { name: 'Lo que va a firmar' }).waitFor();
}

/** Types the six digits on the phone and authorizes, verified by the PIN. */
export async function authorize(phone: Page, code: string): Promise<void> {
  await phone.getByLabel('Código de seis dígitos').fill(code);
  await phone.getByRole('button', { name: 'Autorizar' }).click();
  await passLock(phone);
}

/** Rejects on the phone, verified by the PIN. */
export async function reject(phone: Page): Promise<void> {
  await phone.getByRole('button', { name: 'Rechazar' }).click();
  await passLock(phone);
}
