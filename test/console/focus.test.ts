import type { Page } from 'playwright-core';
import { type Company, loadCompanies, nth } from '../cloud/support/company.ts';
import { eventually } from '../cloud/support/eventually.ts';
import { closeWindows, endBrowser } from './support/browser.ts';
import { focusIn, focusOn } from './support/keyboard.ts';
import { openConsole, openEnrolledPhone } from './support/people.ts';
import { BLOCK, choose, confirm, named, openDialog, RELEASE, statusShown } from './support/steps.ts';

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('FOCO', [{ administrators: 1, secondaries: 11 }, { administrators: 1 }]);
});
afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

/** All that whoever listens to the page was told, in the place that was there from the beginning. */
async function told(page: Page, text: string): Promise<void> {
  await page.locator('[data-live]', { hasText: text }).waitFor({ state: 'attached' });
}

test('the focus goes to the heading, the list or the faulty field, and what becomes of a change is said', async () => {
  const administrator = nth(nth(companies, 0).administrators, 0);
  await openEnrolledPhone(administrator);
  const { page: web } = await openConsole(administrator);
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
  await told(web, 'En espera de autorización');
  // The tests' hold is a minute at most.
  await told(web, 'Queda menos de un minuto para autorizar');
  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await web.getByRole('button', { name: 'Sí, cancelarlo' }).click();
  await statusShown(web, 'Cancelado');
  await told(web, 'Cancelado');
  await focusIn(web, 'h1');
});

test('a dialog gives the focus back where it came from, and once confirmed to the heading of what it led to', async () => {
  const administrator = nth(nth(companies, 1).administrators, 0);
  const { page: web } = await openConsole(administrator);
  await openDialog(web, administrator);
  await web.keyboard.press('Escape');
  await focusOn(web, `Cambiar Estado del Token Virtual: ${named(administrator)}`);
  await openDialog(web, administrator);
  await choose(web, BLOCK);
  await confirm(web, BLOCK);
  await told(web, 'Aplicado');
  await focusIn(web, 'h1');
});

test('a note that has to be written is not under the footer of the dialog', async () => {
  const { administrators, secondaries } = nth(companies, 0);
  const { page: web } = await openConsole(nth(administrators, 0), { viewport: { width: 360, height: 600 } });
  await openDialog(web, nth(secondaries, 0));
  const dialog = web.getByRole('dialog');
  await dialog.getByText('Otra', { exact: true }).click();
  const hidden = `document.querySelector('.textarea').getBoundingClientRect().bottom
    - document.querySelector('.dialog-footer').getBoundingClientRect().top`;
  await eventually(
    () => web.evaluate(hidden),
    (pixels) => Number(pixels) <= 0,
  );
});
