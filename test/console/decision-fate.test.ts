import type { Page } from 'playwright-core';
import { type Company, loadCompany, nth, type Person } from '../cloud/support/company.ts';
import type { Change } from '../cloud/support/shapes.ts';
import { BLOCK, openWeb, UNBLOCK, type Web } from '../cloud/support/web.ts';
import { useBrowser } from './support/browser.ts';
import { findToken } from './support/find-token.ts';
import { loseAnswers, restoreNetwork } from './support/network.ts';
import { openEnrolledPhone, reload } from './support/people.ts';
import { authorize, openWaiting } from './support/steps.ts';

useBrowser();

let company: Company;
let person: Person;
let web: Web;
let phone: Page;

beforeAll(async () => {
  company = await loadCompany('FIN', { administrators: 1, secondaries: 2 });
  person = nth(company.administrators, 0);
  phone = (await openEnrolledPhone(person)).page;
  web = await openWeb(person);
});

const DECISION = /\/decision$/;

/** A change of a user's token that is open on the phone. */
async function deciding(user: number): Promise<Change> {
  const tokenId = await findToken(web, nth(company.secondaries, user));
  await web.block(tokenId, BLOCK);
  const change = await web.hold(tokenId, UNBLOCK);
  await openWaiting(phone, 'Desbloquear el token');
  return change;
}

test('the answers are lost: the page asks on until it knows that the code was wrong, and then that it is applied', async () => {
  const { changeId, bindingCode = '' } = await deciding(0);
  await loseAnswers(phone, DECISION);
  await authorize(phone, String((Number(bindingCode) + 1) % 1_000_000).padStart(6, '0'));
  await phone.getByRole('heading', { name: 'Todavía no sabemos qué pasó con su decisión' }).waitFor();
  await restoreNetwork(phone);
  await phone.getByText('Le quedan 2 intentos.').waitFor();

  const lost = await loseAnswers(phone, DECISION);
  await authorize(phone, bindingCode);
  await phone.getByRole('heading', { name: 'Todavía no sabemos qué pasó con su decisión' }).waitFor();
  await web.until(changeId, 'APPLIED');
  expect(lost()).toBeGreaterThan(0);
  expect(await phone.getByText('ya no espera').count()).toBe(0);
  await restoreNetwork(phone);
  await phone.getByRole('heading', { name: 'Autorizado y aplicado', exact: true }).waitFor();
  await phone.getByRole('button', { name: 'English' }).click();
  await phone.getByRole('heading', { name: 'Authorized and applied', exact: true }).waitFor();
  await phone.getByRole('button', { name: 'Español' }).click();
  await phone.getByRole('button', { name: 'Continuar' }).click();
});

test('a phone that is reloaded goes on: with what waits, with an answer that did not come, and until it is applied', async () => {
  const { changeId, bindingCode = '' } = await deciding(1);
  await reload(phone, person);
  await phone.getByRole('heading', { name: 'Lo que va a firmar' }).waitFor();
  await loseAnswers(phone, DECISION);
  await authorize(phone, bindingCode);
  await web.until(changeId, 'APPLIED');
  await reload(phone, person);
  await phone.getByRole('heading', { name: 'Todavía no sabemos qué pasó con su decisión' }).waitFor();

  // Answered as whoever asks before it is applied; it becomes the other by itself.
  let answers = 0;
  await restoreNetwork(phone);
  await phone.route(DECISION, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    answers += 1;
    const response = await route.fetch();
    const body = { ...((await response.json()) as object), ...(answers === 1 ? { status: 'AUTHORIZED' } : {}) };
    return route.fulfill({ response, json: body });
  });
  await phone.getByRole('heading', { name: 'Autorizado', exact: true }).waitFor();
  await phone.getByRole('heading', { name: 'Autorizado y aplicado' }).waitFor();
  expect(answers).toBe(2);

  // Once read, it is not shown again.
  await phone.getByRole('button', { name: 'Continuar' }).click();
  await phone.getByText('No tiene nada por autorizar.').waitFor();
  await reload(phone, person);
  await phone.getByText('No tiene nada por autorizar.').waitFor();
});
