import type { Page } from 'playwright-core';
import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { openPhone } from '../cloud/support/phone.ts';
import { closeWindows, endBrowser } from './support/browser.ts';
import { openConsole, openEnrolledPhone, reload } from './support/people.ts';
import { authorize, BLOCK, bindingCode, openWaiting, RELEASE, reject, request, statusShown } from './support/steps.ts';

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('FIN', [
    ...Array.from({ length: 6 }, () => ({ administrators: 1 })),
    { policy: 'OTHER_ADMINISTRATOR', administrators: 2 },
    { policy: 'OTHER_ADMINISTRATOR', administrators: 3 },
  ]);
});
afterEach(async () => expect(await closeWindows()).toEqual([]));
afterAll(endBrowser);

const administrator = (number: number, index = 0): Person => nth(nth(companies, number).administrators, index);

/** An administrator whose own release is open on their phone. */
async function deciding(number: number): Promise<{ person: Person; web: Page; phone: Page }> {
  const person = administrator(number);
  const { page: phone } = await openEnrolledPhone(person);
  const { page: web } = await openConsole(person);
  await request(web, person, RELEASE);
  await openWaiting(phone);
  return { person, web, phone };
}

const DECISION = /\/decision$/;

/** Lets decisions reach the service, and loses every answer until it is told to stop. */
async function loseAnswers(phone: Page): Promise<void> {
  await phone.route(DECISION, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    await route.fetch();
    return route.abort('connectionreset');
  });
}

/** Loses every decision on its way until it is told to stop. */
async function loseDecisions(phone: Page): Promise<void> {
  await phone.route(DECISION, (route) => route.abort('connectionreset'));
}

/** The same ending in both languages. */
async function ended(phone: Page, spanish: string, english: string): Promise<void> {
  await phone.getByRole('heading', { name: spanish, exact: true }).waitFor();
  await phone.getByRole('button', { name: 'English' }).click();
  await phone.getByRole('heading', { name: english, exact: true }).waitFor();
}

test('the answers are lost: the page asks on until it knows that the code was wrong, and then that it is applied', async () => {
  const { web, phone } = await deciding(0);
  const code = await bindingCode(web);
  await loseAnswers(phone);
  await authorize(phone, String((Number(code) + 1) % 1_000_000).padStart(6, '0'));
  await phone.getByRole('heading', { name: 'Todavía no sabemos qué pasó con su decisión' }).waitFor();
  await phone.unrouteAll({ behavior: 'wait' });
  await phone.getByText('Le quedan 2 intentos.').waitFor();

  await loseAnswers(phone);
  await authorize(phone, code);
  await phone.getByRole('heading', { name: 'Todavía no sabemos qué pasó con su decisión' }).waitFor();
  await statusShown(web, 'Aplicado');
  expect(await phone.getByText('ya no espera').count()).toBe(0);
  await phone.unrouteAll({ behavior: 'wait' });
  await ended(phone, 'Autorizado y aplicado', 'Authorized and applied');
  await phone.getByRole('button', { name: 'Continue' }).click();
  await phone.getByText('Your token was released').waitFor();
});

test('the page is reloaded before an answer came: it goes on asking, and says what came of it', async () => {
  const { person, web, phone } = await deciding(1);
  await loseAnswers(phone);
  await authorize(phone, await bindingCode(web));
  await statusShown(web, 'Aplicado');
  await reload(phone, person);
  await phone.getByRole('heading', { name: 'Todavía no sabemos qué pasó con su decisión' }).waitFor();
  await phone.unrouteAll({ behavior: 'wait' });
  await phone.getByRole('heading', { name: 'Autorizado y aplicado' }).waitFor();
  // Once read, it is not shown again.
  await phone.getByRole('button', { name: 'Continuar' }).click();
  await phone.getByText('Su token fue liberado').waitFor();
  await reload(phone, person);
  await phone.getByText('Su token fue liberado').waitFor();
});

test('“Autorizado” becomes “Autorizado y aplicado” by itself', async () => {
  const { web, phone } = await deciding(2);
  let answers = 0;
  await phone.route(DECISION, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    answers += 1;
    const response = await route.fetch();
    // As seen by who asks before it is applied.
    const body = { ...((await response.json()) as object), ...(answers <= 2 ? { status: 'AUTHORIZED' } : {}) };
    return route.fulfill({ response, json: body });
  });
  await authorize(phone, await bindingCode(web));
  await ended(phone, 'Autorizado', 'Authorized');
  await phone.getByRole('heading', { name: 'Authorized and applied' }).waitFor();
  expect(answers).toBe(3);
});

test('the answer to a rejection breaks off: asked again, it is rejected', async () => {
  const { web, phone } = await deciding(3);
  let answers = 0;
  await phone.route(DECISION, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    const response = await route.fetch();
    answers += 1;
    return answers === 1 ? route.fulfill({ response, body: '{"changeId":"' }) : route.fulfill({ response });
  });
  await reject(phone);
  await ended(phone, 'Rechazado', 'Rejected');
  await statusShown(web, 'Rechazado');
});

test('while no answer comes the code of the moment is one step away, and a cancellation meanwhile is shown when it is known', async () => {
  const { web, phone } = await deciding(4);
  await loseDecisions(phone);
  await authorize(phone, await bindingCode(web));
  await phone.getByRole('heading', { name: 'Todavía no sabemos qué pasó con su decisión' }).waitFor();
  await phone.getByRole('link', { name: 'Volver' }).click();
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  await web.getByRole('button', { name: 'Cancelar este cambio' }).click();
  await web.getByRole('button', { name: 'Sí, cancelarlo' }).click();
  await statusShown(web, 'Cancelado');
  await phone.unrouteAll({ behavior: 'wait' });
  await ended(phone, 'Este cambio fue cancelado', 'This change was cancelled');
});

test('a decision that comes too late says that the change expired', async () => {
  const { web, phone } = await deciding(5);
  await loseDecisions(phone);
  await authorize(phone, await bindingCode(web));
  await web.locator('.status-line').getByText('Vencido').waitFor({ timeout: 60_000 });
  await phone.unrouteAll({ behavior: 'wait' });
  await ended(phone, 'Este cambio venció', 'This change expired');
});

test('a decision that comes after a block says that the block superseded the change', async () => {
  const [asking, other] = [administrator(6, 0), administrator(6, 1)];
  const { page: phone } = await openEnrolledPhone(other);
  await openPhone(asking);
  const { page: web } = await openConsole(asking);
  await request(web, asking, RELEASE);
  await openWaiting(phone);
  await loseDecisions(phone);
  await authorize(phone, await bindingCode(web));
  await request(web, asking, BLOCK);
  await statusShown(web, 'Aplicado');
  await phone.unrouteAll({ behavior: 'wait' });
  await ended(phone, 'Un bloqueo anuló este cambio', 'A block superseded this change');
});

test('a decision that comes after another person’s says what that person decided', async () => {
  const [asking, slow, quick] = [administrator(7, 0), administrator(7, 1), administrator(7, 2)];
  const { page: phone } = await openEnrolledPhone(slow);
  const faster = await openPhone(quick);
  await openPhone(asking);
  const { page: web } = await openConsole(asking);
  const rejected = await request(web, asking, RELEASE);
  await openWaiting(phone);
  await loseDecisions(phone);
  await authorize(phone, await bindingCode(web));
  await faster.answer(rejected, { decision: 'REJECT' });
  await phone.unrouteAll({ behavior: 'wait' });
  await ended(phone, 'Este cambio quedó rechazado', 'This change was rejected');
  await phone.getByRole('button', { name: 'Continue' }).click();
  await phone.getByRole('button', { name: 'Español' }).click();

  const approved = await request(web, asking, RELEASE);
  await openWaiting(phone);
  await loseDecisions(phone);
  await reject(phone);
  await faster.answer(approved, { decision: 'APPROVE', bindingCode: await bindingCode(web) });
  await statusShown(web, 'Aplicado');
  await phone.unrouteAll({ behavior: 'wait' });
  await ended(
    phone,
    'Este cambio ya estaba autorizado y se aplicó',
    'This change was authorized already and has been applied',
  );
});
