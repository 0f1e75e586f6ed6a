import type { Page } from 'playwright-core';
import { type Company, loadCompany, nth, type Person } from '../cloud/support/company.ts';
import { eventually } from '../cloud/support/eventually.ts';
import { openPhone } from '../cloud/support/phone.ts';
import { useBrowser } from './support/browser.ts';
import { focusIn, focusOn } from './support/keyboard.ts';
import { openConsole, toTokens } from './support/people.ts';
import { BLOCK, choose, confirm, named, openDialog, RELEASE, statusShown } from './support/steps.ts';

useBrowser();

let company: Company;
let administrator: Person;
let web: Page;

beforeAll(async () => {
  company = await loadCompany('FOCO', { administrators: 1, secondaries: 1 });
  administrator = nth(company.administrators, 0);
  await openPhone(administrator);
  web = (await openConsole(administrator)).page;
});

/** All that whoever listens to the page was told, in the place that was there from the beginning. */
async function told(text: string): Promise<void> {
  await web.locator('[data-live]', { hasText: text }).waitFor({ state: 'attached' });
}

test('the focus goes to the heading, the list or the faulty field, and what becomes of a change is said', async () => {
  await web.getByRole('link', { name: 'Cambios de estado' }).first().click();
  await focusOn(web, 'Cambios de estado');
  await focusIn(web, 'h1');
  await web.getByRole('link', { name: 'Administración de Token' }).first().click();
  await focusIn(web, 'h1');

  // The faulty field, at each try; and the choice, back from the summary.
  await openDialog(web, administrator);
  const dialog = web.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Continuar' }).click();
  await focusIn(web, 'input[value=RELEASE]');
  await dialog.getByText('Liberar', { exact: true }).click();
  await dialog.getByText('Otra', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Continuar' }).click();
  await focusIn(web, 'textarea');
  await dialog.getByText(RELEASE.reason, { exact: true }).click();
  await dialog.getByRole('button', { name: 'Continuar' }).click();
  await focusOn(web, 'Revise antes de confirmar');
  await dialog.getByRole('button', { name: 'Corregir' }).click();
  await focusIn(web, 'input:checked');
  await dialog.getByRole('button', { name: 'Continuar' }).click();
  await confirm(web, RELEASE);

  await focusIn(web, 'h1');
  await focusOn(web, named(administrator));
  await told('En espera de autorización');
  // The tests' hold is a minute at most.
  await told('Queda menos de un minuto para autorizar');
  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await web.getByRole('button', { name: 'Sí, cancelarlo' }).click();
  await statusShown(web, 'Cancelado');
  await told('Cancelado');
  await focusIn(web, 'h1');
});

test('a dialog gives the focus back where it came from, and once confirmed to the heading of what it led to', async () => {
  await toTokens(web);
  await openDialog(web, administrator);
  await web.keyboard.press('Escape');
  await focusOn(web, `Cambiar Estado del Token Virtual: ${named(administrator)}`);
  await openDialog(web, administrator);
  await choose(web, BLOCK);
  await confirm(web, BLOCK);
  await told('Aplicado');
  await focusIn(web, 'h1');
});

test('a note that has to be written is not under the footer of the dialog', async () => {
  await web.setViewportSize({ width: 360, height: 600 });
  await toTokens(web);
  await openDialog(web, nth(company.secondaries, 0));
  const dialog = web.getByRole('dialog');
  await dialog.getByText('Otra', { exact: true }).click();
  const hidden = `document.querySelector('.textarea').getBoundingClientRect().bottom
    - document.querySelector('.dialog-footer').getBoundingClientRect().top`;
  await eventually(
    () => web.evaluate(hidden),
    (pixels) => Number(pixels) <= 0,
  );
});
