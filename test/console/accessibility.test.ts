import type { BrowserContextOptions, Page } from 'playwright-core';
import { type Company, loadCompanies, nth } from '../cloud/support/company.ts';
import { sidewaysOverflow, violations } from './support/accessibility.ts';
import { closeWindows, endBrowser } from './support/browser.ts';
import { focusOn, tabTo } from './support/keyboard.ts';
import { PIN } from './support/lock.ts';
import { enrol, openConsole, openPhonePage } from './support/people.ts';
import {
  authorize,
  bindingCode,
  openDialog,
  openWaiting,
  RELEASE,
  readChangeId,
  statusShown,
} from './support/steps.ts';

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('ACC', [
    { administrators: 1, secondaries: 1 },
    { administrators: 1, secondaries: 1 },
    { administrators: 1, secondaries: 1 },
    { administrators: 1 },
  ]);
});
afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

const SCREENS: readonly (readonly [string, number, BrowserContextOptions])[] = [
  ['in the light', 0, {}],
  ['in the dark', 1, { colorScheme: 'dark' }],
  // 1280 pixels at 200 % leave 640; a narrow phone has 320.
  ['320 pixels wide', 2, { viewport: { width: 320, height: 640 } }],
];

test.each(SCREENS)(
  'every page and dialog %s: nothing for axe to say, nothing out of sight',
  async (_, number, options) => {
    const company = nth(companies, number);
    const administrator = nth(company.administrators, 0);
    const said: Record<string, unknown> = {};
    const examine = async (page: Page, name: string): Promise<void> => {
      said[name] = { violations: await violations(page), overflow: await sidewaysOverflow(page) };
    };

    const { page: phone } = await openPhonePage(administrator, options);
    await phone.getByRole('heading', { name: 'Habilite su token' }).waitFor();
    await examine(phone, 'phone: enrolment');
    await enrol(phone, administrator.activationCode ?? '');
    await phone.getByText('No tiene nada por autorizar.').waitFor();
    await examine(phone, 'phone: code');

    const { page: web } = await openConsole(administrator, options);
    await web.getByText(administrator.fullName).nth(1).waitFor();
    await examine(web, 'tokens');
    await web.getByLabel('Buscar usuario').fill('nadie se llama así');
    await web.getByText('Ningún usuario coincide').waitFor();
    await examine(web, 'tokens: nobody found');
    await web.getByRole('button', { name: 'Quitar filtros' }).click();
    await web.getByRole('tab', { name: 'Token Físico' }).click();
    await web.getByText('no vuelve a habilitarse').waitFor();
    await examine(web, 'physical tokens');

    await web.getByRole('tab', { name: 'Token Virtual' }).click();
    await openDialog(web, administrator);
    const dialog = web.getByRole('dialog');
    await dialog.getByText('Liberar', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Continuar' }).click();
    await dialog.getByText('Elija una causal.').waitFor();
    await examine(web, 'dialog: a reason is missing');
    await dialog.getByText('Otra', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Continuar' }).click();
    await dialog.getByText('esta causal la necesita').waitFor();
    await examine(web, 'dialog: a note is missing');
    await dialog.getByLabel(/^Nota/).fill('Prueba de accesibilidad');
    await dialog.getByRole('button', { name: 'Continuar' }).click();
    await dialog.getByText('Revise antes de confirmar').waitFor();
    await examine(web, 'dialog: summary');
    await dialog.getByRole('button', { name: 'Confirmar liberación' }).click();

    await readChangeId(web);
    await statusShown(web, 'En espera de autorización');
    await examine(web, 'held change');
    await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
    await web.getByText('¿Cancelar este cambio?').waitFor();
    await examine(web, 'dialog: cancellation');
    await web.getByRole('button', { name: 'No, dejarlo en espera' }).click();

    await openWaiting(phone);
    await examine(phone, 'phone: authorization');
    await authorize(phone, await bindingCode(web));
    await phone.getByRole('heading', { name: /^Autorizado/ }).waitFor();
    await examine(phone, 'phone: outcome');
    await statusShown(web, 'Aplicado');
    await examine(web, 'applied change');

    await web.getByRole('link', { name: 'Ver el token' }).click();
    await web.getByText('Cambio aplicado').waitFor();
    await examine(web, 'token and its history');
    await web.getByRole('link', { name: 'Cambios de estado' }).first().click();
    await web.getByRole('table').getByText('Otra').waitFor();
    await examine(web, 'changes');
    await web.getByRole('link', { name: 'Registro', exact: true }).click();
    await web.getByRole('table').getByText('Cambio aplicado').waitFor();
    await examine(web, 'record');
    await web.getByRole('link', { name: 'Administración de Token' }).first().click();
    await web.getByLabel('Elegir toda la página').check();
    await web.getByText('2 usuarios elegidos.').waitFor();
    await examine(web, 'tokens: chosen');
    await web.getByRole('button', { name: 'Bloquear los elegidos' }).click();
    await web.getByRole('dialog').getByText('Retiro del usuario').waitFor();
    await examine(web, 'dialog: block of many');
    await web.keyboard.press('Escape');
    await web.getByRole('button', { name: 'Códigos de activación' }).click();
    await web.getByRole('dialog').getByText('Se generará').waitFor();
    await examine(web, 'dialog: codes of many');
    await web.keyboard.press('Escape');
    await web.getByRole('button', { name: 'English' }).click();
    await web.getByRole('heading', { name: 'Token administration' }).waitFor();
    await examine(web, 'tokens in English');
    for (const name of ['State changes', 'Record']) {
      await web.getByRole('link', { name, exact: true }).click();
      await web.getByRole('heading', { name }).waitFor();
      await web.getByRole('table').waitFor();
      await examine(web, `${name} in English`);
    }
    await web.getByRole('button', { name: 'Español' }).click();
    await web.getByRole('link', { name: 'Soporte', exact: true }).click();
    await web.getByRole('main').getByText('Hora de Colombia').waitFor();
    await examine(web, 'support');

    const { page: secondary } = await openConsole(nth(company.secondaries, 0), options);
    await secondary.getByText('Esta sección es para el administrador').waitFor();
    await examine(secondary, 'secondary user');

    expect(said).toEqual(Object.fromEntries(Object.keys(said).map((name) => [name, { violations: [], overflow: 0 }])));
  },
  240_000,
);

test('a release with the keyboard alone', async () => {
  const administrator = nth(nth(companies, 3).administrators, 0);
  const { page: phone } = await openPhonePage(administrator);
  await enrol(phone, administrator.activationCode ?? '');
  const { page: web } = await openConsole(administrator);
  await web.getByRole('row', { name: administrator.fullName }).waitFor();

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
