import type { Page } from 'playwright-core';
import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { approval, openPhone } from '../cloud/support/phone.ts';
import { openWeb } from '../cloud/support/web.ts';
import { sidewaysOverflow, violations } from './support/accessibility.ts';
import { useBrowser } from './support/browser.ts';
import { openConsole, toTokens, visit } from './support/people.ts';
import {
  BLOCK,
  bindingCode,
  choose,
  confirm,
  openDialog,
  RELEASE,
  request,
  statusShown,
  UNBLOCK,
} from './support/steps.ts';

useBrowser();

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('NAD', [{ administrators: 1, secondaries: 1 }, { administrators: 2 }]);
});

const administrator = (number: number): Person => nth(nth(companies, number).administrators, 0);

/** The lines and when they open are in this part of the page. */
async function hasHelp(part: ReturnType<Page['getByRole']>): Promise<void> {
  await part.getByText('018000 514652').waitFor();
  await part.getByText(/De lunes a viernes: 08:00 a 12:00 · 13:00 a 18:00/).waitFor();
}

test('a sole administrator is told before that nobody would be left, and afterwards what help remains', async () => {
  const person = administrator(0);
  const { tokenId } = await openPhone(person);
  const { page: web } = await openConsole(person);
  const dialog = web.getByRole('dialog');
  const correct = () => dialog.getByRole('button', { name: 'Corregir' }).click();

  // A step after which somebody is left warns of nothing.
  await openDialog(web, nth(nth(companies, 0).secondaries, 0));
  await choose(web, BLOCK);
  await dialog.getByText('Se aplica de inmediato').waitFor();
  expect(await dialog.getByText('nadie podrá autorizar').count()).toBe(0);
  await toTokens(web);

  await openDialog(web, person);
  await choose(web, BLOCK);
  await dialog.getByText('Si lo bloquea, nadie podrá autorizar que usted lo desbloquee o lo libere').waitFor();
  await hasHelp(dialog);
  expect({ violations: await violations(web), overflow: await sidewaysOverflow(web) }).toEqual({
    violations: [],
    overflow: 0,
  });
  await correct();
  // This reason asks another phone than the token's own, and there is none.
  await dialog.getByText('Liberar', { exact: true }).click();
  await dialog.getByText('Pérdida del celular', { exact: true }).click();
  await dialog.getByText('Nadie puede autorizar este cambio si usted lo solicita ahora').waitFor();
  await dialog.getByText('Si el token está en riesgo, bloquéelo').waitFor();
  expect(await dialog.getByRole('button', { name: 'Continuar' }).count()).toBe(0);
  await choose(web, RELEASE);
  await dialog
    .getByText('Si se libera, ningún celular de administrador podrá autorizar lo que usted solicite')
    .waitFor();
  await dialog.getByText('desde que autorice tiene 30 minutos').waitFor();
  await hasHelp(dialog);

  // The last phone is gone since the dialog was opened: refused at once, and neither action that is left is offered.
  const { changeId } = await (await openWeb(person)).block(tokenId);
  await confirm(web, RELEASE);
  for (const { action, reason } of [RELEASE, UNBLOCK]) {
    await dialog.getByText(action, { exact: true }).click();
    await dialog.getByText('Nadie puede autorizar que usted lo desbloquee o lo libere').waitFor();
    await dialog.getByText(reason, { exact: true }).click();
    expect(await dialog.getByRole('button', { name: 'Continuar' }).count()).toBe(0);
  }
  await hasHelp(dialog);
  expect(await violations(web)).toEqual([]);

  await visit(web, `/administracion/cambios/${changeId}`);
  await statusShown(web, 'Aplicado');
  const main = web.getByRole('main');
  await main.getByText('Nadie puede autorizar que usted lo desbloquee o lo libere').waitFor();
  await hasHelp(main);
  expect(await main.getByText('solicite desbloquearlo').count()).toBe(0);
});

test('whoever releases their own last token makes its code within thirty minutes; past them the page names who helps', async () => {
  const person = administrator(1);
  const phone = await openPhone(person);
  const { page: web } = await openConsole(person);
  const changeId = await request(web, person, RELEASE);
  await phone.answer(changeId, approval({ bindingCode: await bindingCode(web) }));
  await statusShown(web, 'Aplicado');
  await web.getByText('Habilite un celular nuevo: tiene 30 minutos desde que autorizó').waitFor();
  await web.getByText(/Hasta las .* puede generar el código de activación de su propio token/).waitFor();
  expect(await violations(web)).toEqual([]);
  await web.getByRole('link', { name: 'Generar código de activación' }).click();
  const dialog = web.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Generar código' }).click();
  expect(await dialog.locator('.activation-code').textContent()).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/);
  await dialog.getByRole('button', { name: 'Ya lo entregué' }).click();

  await visit(web, `/administracion/cambios/${changeId}`);
  await web.getByText(/Hasta las .* puede generar/).waitFor();
  await web.clock.install({ time: new Date(Date.now() + 31 * 60_000) });
  await web.clock.resume();
  await web.getByText('No puede generar el código de su propio token').waitFor();
  await hasHelp(web.getByRole('main'));
  expect(await web.getByRole('link', { name: 'Generar código de activación' }).count()).toBe(0);
});
