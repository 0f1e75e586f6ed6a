import type { Page } from 'playwright-core';
import { type Company, loadCompany, nth, type Person } from '../cloud/support/company.ts';
import { approval, openPhone, type Phone } from '../cloud/support/phone.ts';
import { openWeb, type Web } from '../cloud/support/web.ts';
import { useBrowser } from './support/browser.ts';
import { findToken } from './support/find-token.ts';
import { loseAnswers, restoreNetwork } from './support/network.ts';
import { openConsole, passLogin, reload, toTokens } from './support/people.ts';
import { endSession } from './support/session.ts';
import {
  BLOCK,
  bindingCode,
  choose,
  confirm,
  openDialog,
  readChangeId,
  statusShown,
  UNBLOCK,
} from './support/steps.ts';

useBrowser();

let company: Company;
let person: Person;
let api: Web;
let phone: Phone;
let web: Page;

beforeAll(async () => {
  company = await loadCompany('RED', { administrators: 1, secondaries: 3 });
  person = nth(company.administrators, 0);
  [api, phone] = await Promise.all([openWeb(person), openPhone(person)]);
  web = (await openConsole(person)).page;
});

/** A user of whose token so many changes were made. */
async function user(place: number, { blocked = false } = {}) {
  const holder = nth(company.secondaries, place);
  const tokenId = await findToken(api, holder);
  if (blocked) await api.block(tokenId);
  const changes = async (): Promise<number> => {
    const { items } = (await api.send('GET', '/changes?limit=100')).body as { items: { tokenId: string }[] };
    return items.filter((change) => change.tokenId === tokenId).length - (blocked ? 1 : 0);
  };
  return { holder, changes };
}

/** Approves a change on the phone. */
const approve = (changeId: string, code: string) => phone.answer(changeId, approval({ bindingCode: code }));

test('the answer to the confirmation is lost: asked again by itself, made once; and a network that goes away comes back', async () => {
  const { holder, changes } = await user(0, { blocked: true });
  const lost = await loseAnswers(web, /\/changes$/, 2);
  await toTokens(web);
  await openDialog(web, holder);
  await choose(web, UNBLOCK);
  await confirm(web, UNBLOCK);
  const changeId = await readChangeId(web);
  await statusShown(web, 'En espera de autorización');
  expect([lost(), await changes()]).toEqual([2, 1]);

  const code = await bindingCode(web);
  await web.context().setOffline(true);
  await web.getByText('Sin conexión.').waitFor();
  // What was on the page stays on it.
  expect(await bindingCode(web)).toBe(code);
  await approve(changeId, code);
  await web.context().setOffline(false);
  await statusShown(web, 'Aplicado');
});

test('the network is away at the confirmation: the same change after a reload, kept in sight when the sign-in ends', async () => {
  const { holder, changes } = await user(1, { blocked: true });
  await toTokens(web);
  const lost = await loseAnswers(web, /\/changes$/, 4);
  await openDialog(web, holder);
  await choose(web, UNBLOCK);
  await confirm(web, UNBLOCK);
  await web.getByText('Puede reintentar sin riesgo').waitFor();
  expect(lost()).toBe(4);

  // A reload keeps the dialog; the change is there already, and asking for it again finds it.
  await reload(web, person);
  await web.getByRole('dialog').getByText('Este token ya tiene un cambio en curso.').waitFor();
  await web.getByRole('link', { name: 'Ver el cambio en curso' }).click();
  await statusShown(web, 'En espera de autorización');
  expect(await changes()).toBe(1);

  const changeId = await readChangeId(web);
  const code = await bindingCode(web);
  await endSession(web);
  await web.getByText('Su sesión terminó').first().waitFor();
  expect(await bindingCode(web)).toBe(code);
  await restoreNetwork(web);
  await web.getByRole('button', { name: 'Ingresar' }).click();
  await web.locator('#username').waitFor();
  await passLogin(web, person);
  expect(await readChangeId(web)).toBe(changeId);
  await approve(changeId, code);
  await statusShown(web, 'Aplicado');
});

test('confirming twice, going back and reloading make nothing happen twice', async () => {
  const { holder, changes } = await user(2);
  await toTokens(web);
  await openDialog(web, holder);
  await web.goBack();
  await web.getByRole('dialog').waitFor({ state: 'detached' });
  await openDialog(web, holder);
  await choose(web, BLOCK);
  await web.getByRole('button', { name: 'Confirmar bloqueo' }).dblclick();
  const changeId = await readChangeId(web);
  await statusShown(web, 'Aplicado');

  // Back leads to the list, not to a dialog that could be confirmed again.
  await web.goBack();
  await web.getByRole('row', { name: holder.fullName }).getByText('Bloqueado').waitFor();
  expect(await web.getByRole('dialog').count()).toBe(0);
  await web.goForward();
  await statusShown(web, 'Aplicado');
  await reload(web, person);
  expect(await readChangeId(web)).toBe(changeId);
  await statusShown(web, 'Aplicado');
  expect(await changes()).toBe(1);
});
