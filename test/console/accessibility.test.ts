import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { type Company, loadCompanies, nth } from '../cloud/support/company.ts';
import { eventually } from '../cloud/support/eventually.ts';
import { stack } from '../cloud/support/stack.ts';
import { openWeb } from '../cloud/support/web.ts';
import { paleTexts, violations, violationsTranslated } from './support/accessibility.ts';
import { openWindow, useBrowser } from './support/browser.ts';
import { focusOn, tabTo } from './support/keyboard.ts';
import { PIN, passLock } from './support/lock.ts';
import { firstRowBelow, hiddenControls, layoutShift, tabsLikeTheOpenOne } from './support/looks.ts';
import { enrol, openConsole, openPhonePage } from './support/people.ts';
import { keepReading } from './support/session.ts';
import {
  authorize,
  BLOCK,
  bindingCode,
  openDialog,
  openWaiting,
  RELEASE,
  readChangeId,
  request,
  statusShown,
} from './support/steps.ts';

useBrowser();

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('ACC', [{ administrators: 1, secondaries: 1, wide: true }, { administrators: 1 }]);
});

/** The files of what is looked at: each page of the console, each screen of the phone, and what opens a dialog. */
function listLooks(): string[] {
  const list = (folder: string) =>
    readdirSync(`console/src/${folder}`).map((file) => join('console/src', folder, file));
  const dialogs = list('console/parts').filter((file) => /<ModalDialog\b/.test(readFileSync(file, 'utf8')));
  return [...list('console/pages'), ...list('phone-page/screens'), ...dialogs]
    .map((file) => basename(file, '.tsx'))
    .sort();
}

test('every page and dialog, with the widest names: nothing for axe to say in either language, nothing out of sight', async () => {
  const company = nth(companies, 0);
  const administrator = nth(company.administrators, 0);
  const said: Record<string, unknown> = {};
  const fileName = (name: string): string | undefined => name.split(':')[0];
  // Each page and dialog in both languages, its further states as they are.
  const examine = async (page: Page, name: string): Promise<void> => {
    const isFirst = !Object.keys(said).some((other) => fileName(other) === fileName(name));
    said[name] = {
      violations: await violations(page),
      translated: isFirst ? await violationsTranslated(page) : [],
      pale: await paleTexts(page),
      hidden: await hiddenControls(page),
    };
  };

  const { page: phone } = await openPhonePage(administrator);
  await phone.getByRole('heading', { name: 'Habilite su token' }).waitFor();
  await examine(phone, 'enrol-screen');
  await enrol(phone, administrator.activationCode ?? '');
  await phone.getByText('No tiene nada por autorizar.').waitFor();
  await examine(phone, 'home-screen');
  await phone.getByRole('button', { name: 'Bloquear o cambiar de usuario' }).click();
  await phone.getByRole('heading', { name: 'Confirme que es usted' }).waitFor();
  await examine(phone, 'lock-screen');
  await passLock(phone);
  await phone.getByText('No tiene nada por autorizar.').waitFor();

  const { page: web } = await openConsole(administrator);
  await web
    .getByRole('button', { name: /^Cambiar Estado/ })
    .first()
    .waitFor();
  await web.getByText('2 coincidencias').waitFor();
  expect(await layoutShift(web)).toBeLessThan(0.1);
  await examine(web, 'tokens-page');
  await web.emulateMedia({ forcedColors: 'active' });
  // Its colours change by a transition.
  await eventually(
    () => tabsLikeTheOpenOne(web),
    (tabs) => tabs.length === 0,
  );
  await web.emulateMedia({ forcedColors: null });
  await web.getByLabel('Buscar usuario').fill('nadie se llama así');
  await web.getByText('Ningún usuario coincide').waitFor();
  await examine(web, 'tokens-page: nobody found');
  await web.getByRole('button', { name: 'Quitar filtros' }).click();
  await web.getByRole('tab', { name: 'Token Físico' }).click();
  await web.getByText('no vuelve a habilitarse').waitFor();
  await examine(web, 'tokens-page: physical');

  await web.getByRole('tab', { name: 'Token Virtual' }).click();
  const dialog = web.getByRole('dialog');
  await web.getByRole('button', { name: /^Código de activación/ }).click();
  await dialog.getByRole('button', { name: 'Generar código' }).waitFor();
  await examine(web, 'token-dialogs: activation');
  await dialog.getByRole('button', { name: 'Generar código' }).click();
  await web.locator('.activation-code').waitFor();
  await examine(web, 'token-dialogs: activation code');
  await web.keyboard.press('Escape');
  await dialog.getByText('El código no se vuelve a mostrar').waitFor();
  await examine(web, 'token-dialogs: activation code is not lost');
  await dialog.getByRole('button', { name: 'Cerrar de todos modos' }).click();

  await openDialog(web, administrator);
  await dialog.getByText('Liberar', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Continuar' }).click();
  await dialog.getByText('Elija una causal.').waitFor();
  await examine(web, 'token-dialogs: a reason is missing');
  await dialog.getByText('Otra', { exact: true }).click();
  await dialog.getByRole('button', { name: 'Continuar' }).click();
  await dialog.getByText('esta causal la necesita').waitFor();
  await examine(web, 'token-dialogs: a note is missing');
  await dialog.getByLabel(/^Nota/).fill('N'.repeat(500));
  await dialog.getByRole('button', { name: 'Continuar' }).click();
  await dialog.getByText('Revise antes de confirmar').waitFor();
  await examine(web, 'token-dialogs: summary');

  // A held change is looked at for longer than it is held here: what was read of it stays.
  await keepReading(web, /\/changes\/[^/?]+$/);
  await keepReading(phone, /\/app\/authorizations$/);
  await dialog.getByRole('button', { name: 'Confirmar liberación' }).click();
  const changeId = await readChangeId(web);
  await statusShown(web, 'En espera de autorización');
  await openWaiting(phone);
  await examine(web, 'change-page: held');
  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await web.getByText('¿Cancelar este cambio?').waitFor();
  await examine(web, 'held-change');
  await web.getByRole('button', { name: 'No, dejarlo en espera' }).click();
  await examine(phone, 'authorization-screen');
  await Promise.all([web, phone].map((page) => page.unrouteAll({ behavior: 'wait' })));
  await (await openWeb(administrator)).send('POST', `/changes/${changeId}/cancellation`);
  await web
    .locator('.status-line')
    .getByText(/^(Cancelado|Vencido)$/)
    .waitFor();
  await examine(web, 'change-page: closed');

  await phone.goBack();
  await request(web, administrator, RELEASE);
  await openWaiting(phone);
  await authorize(phone, await bindingCode(web));
  await phone.getByRole('heading', { name: /^Autorizado/ }).waitFor();
  await examine(phone, 'fate-screen');
  await statusShown(web, 'Aplicado');
  await examine(web, 'change-page: applied');
  await web.getByRole('link', { name: 'Ver comprobante' }).click();
  await web.getByText('SHA-256 del archivo', { exact: true }).waitFor();
  await examine(web, 'receipt-page');
  await web.goBack();

  await web.getByRole('link', { name: 'Ver el token' }).click();
  await web.getByText('Cambio aplicado').waitFor();
  await examine(web, 'token-page');
  await web.getByRole('link', { name: 'Cambios de estado' }).first().click();
  await web.getByRole('table').getByText('Otra').waitFor();
  await examine(web, 'changes-page');
  await web.getByRole('link', { name: 'Registro', exact: true }).click();
  await web.getByRole('table').getByText('Cambio aplicado').waitFor();
  await examine(web, 'record-page');
  await web.getByRole('link', { name: 'Soporte', exact: true }).click();
  await web.getByRole('main').getByText('Hora de Colombia').waitFor();
  await examine(web, 'support-page');
  await web.evaluate("history.pushState(null, '', '/nada')");
  await web.getByRole('link', { name: 'Ir a Administración de Token' }).waitFor();
  await examine(web, 'missing-page');

  await web.getByRole('link', { name: 'Administración de Token' }).first().click();
  await web.getByLabel('Elegir toda la página').check();
  await web.getByText('2 usuarios elegidos.').waitFor();
  await examine(web, 'tokens-page: chosen');
  await web.getByRole('button', { name: 'Bloquear los elegidos' }).click();
  await dialog.getByText('Retiro del usuario').waitFor();
  await examine(web, 'bulk-dialogs: block');
  await web.keyboard.press('Escape');
  await web.getByRole('button', { name: 'Códigos de activación' }).click();
  await dialog.getByRole('button', { name: 'Generar 1 código' }).click();
  await dialog.getByText('1 de 1 listos.').waitFor();
  await examine(web, 'bulk-dialogs: codes');
  await dialog.getByRole('button', { name: 'Descargar CSV' }).focus();
  await web.keyboard.press('Escape');
  await dialog.getByText('no se podrá ver de nuevo').waitFor();
  await examine(web, 'bulk-dialogs: codes are not lost');
  await dialog.getByRole('button', { name: 'Sí, cerrar' }).click();
  await phone.getByRole('button', { name: 'Continuar' }).click();
  await request(web, administrator, BLOCK);
  await phone.getByRole('heading', { name: 'Su token está bloqueado' }).waitFor();
  await examine(phone, 'barred-screens');

  const { page: secondary } = await openConsole(nth(company.secondaries, 0));
  await secondary.getByText('Esta sección es para el administrador').waitFor();
  await examine(secondary, 'not-allowed-page');
  for (const [name, address] of [
    ['signed-out-page', `${stack().consoleUrl}/salida`],
    ['signed-out-screen', `${stack().phoneUrl}/salida`],
    ['crash-page', stack().consoleUrl],
    ['crash-screen', stack().phoneUrl],
  ] as const) {
    const { page } = await openWindow();
    if (name.startsWith('crash')) await page.route('**/config.json', (route) => route.fulfill({ status: 500 }));
    await page.goto(address);
    await page.getByRole('heading').waitFor();
    await examine(page, name);
  }

  expect(said).toEqual(
    Object.fromEntries(
      Object.keys(said).map((name) => [name, { violations: [], translated: [], pale: [], hidden: [] }]),
    ),
  );
  expect([...new Set(Object.keys(said).map(fileName))].sort()).toEqual(listLooks());
}, 600_000);

test('a release with the keyboard alone', async () => {
  const administrator = nth(nth(companies, 1).administrators, 0);
  const { page: phone } = await openPhonePage(administrator);
  await enrol(phone, administrator.activationCode ?? '');
  const { page: web } = await openConsole(administrator);
  await web.getByRole('row', { name: administrator.fullName }).waitFor();
  expect(await firstRowBelow(web)).toBe(0);

  await tabTo(web, `Cambiar Estado del Token Virtual: ${administrator.fullName}`);
  await web.keyboard.press('Enter');
  await web.getByRole('dialog').waitFor();
  // Escape closes, and the focus is back where it was.
  await web.keyboard.press('Escape');
  await web.getByRole('dialog').waitFor({ state: 'detached' });
  await focusOn(web, 'Cambiar Estado del Token Virtual');
  await web.keyboard.press('Enter');
  await web.getByRole('dialog').getByText('Liberar', { exact: true }).waitFor();

  await tabTo(web, 'RELEASE');
  await web.keyboard.press('Space');
  await web.getByRole('dialog').getByText(RELEASE.reason, { exact: true }).waitFor();
  await tabTo(web, 'SEED_RELEASE');
  await web.keyboard.press('Space');
  await web.keyboard.press('ArrowDown');
  await tabTo(web, 'Continuar');
  await web.keyboard.press('Enter');
  await focusOn(web, 'Revise antes de confirmar');
  await tabTo(web, 'Confirmar liberación');
  await web.keyboard.press('Enter');
  await readChangeId(web);
  await web.getByText('Cambio de celular').waitFor();

  await phone.getByText('Liberar el token').waitFor();
  await tabTo(phone, 'Liberar el token');
  await phone.keyboard.press('Enter');
  await phone.getByRole('heading', { name: 'Lo que va a firmar' }).waitFor();
  await tabTo(phone, 'Código de seis dígitos');
  await phone.keyboard.type(await bindingCode(web));
  await phone.keyboard.press('Enter');
  await focusOn(phone, 'PIN de seis dígitos');
  await phone.keyboard.type(PIN);
  await phone.keyboard.press('Enter');
  await statusShown(web, 'Aplicado');
});
