import type { Page } from 'playwright-core';
import { type Company, loadCompanies, nth, type Person } from '../cloud/support/company.ts';
import { eventually } from '../cloud/support/eventually.ts';
import { approval, openAdministrator } from '../cloud/support/phone.ts';
import { stack } from '../cloud/support/stack.ts';
import { openWeb, RELEASE, UNBLOCK, type Web } from '../cloud/support/web.ts';
import { violations } from './support/accessibility.ts';
import { useBrowser } from './support/browser.ts';
import { findToken } from './support/find-token.ts';
import { choosePin, keepInUse, passLock } from './support/lock.ts';
import { loseAnswers, restoreNetwork } from './support/network.ts';
import { enrol, openEnrolledPhone, openForAnother, openPhonePage, passLogin, reload } from './support/people.ts';
import { keepUnprotected, keptDevices, keptNames } from './support/phone-storage.ts';
import { shownCodeIsValid } from './support/shown-code.ts';
import { authorize, openWaiting } from './support/steps.ts';

useBrowser();

let companies: Company[];

beforeAll(async () => {
  companies = await loadCompanies('OTRA', [
    { administrators: 2, secondaries: 1 },
    ...Array.from({ length: 4 }, () => ({ administrators: 1 })),
  ]);
});

const administrator = (number: number, place = 0): Person => nth(nth(companies, number).administrators, place);

/** Releases the token of the phone that is in the person's hands, and authorizes it there. */
async function release(web: Web, tokenId: string, phone: Page): Promise<void> {
  const { changeId, bindingCode = '' } = await web.hold(tokenId, RELEASE);
  await openWaiting(phone);
  await authorize(phone, bindingCode);
  await web.until(changeId, 'APPLIED');
  await phone.getByRole('button', { name: 'Continuar' }).click();
  await phone.getByText('Su token fue liberado').waitFor();
}

/** Waits until the browser keeps the keys and seeds of so many devices. */
const keeps = (phone: Page, devices: number) =>
  eventually(
    () => keptDevices(phone),
    (kept) => kept.length === devices,
  );

/** Waits until the page has heard twice from the service who it is, so that what it judges by then is judged. */
async function settled(phone: Page): Promise<void> {
  for (let answers = 0; answers < 2; answers += 1) {
    await phone.waitForResponse((response) => /\/app\/me$/.test(response.url()) && response.ok());
  }
}

test('blocked, a phone keeps its keys; released, it loses them, and the same phone or another is enrolled again', async () => {
  const person = administrator(0);
  const [{ page: first }, web, other] = await Promise.all([
    openEnrolledPhone(person),
    openWeb(person),
    openAdministrator(administrator(0, 1)),
  ]);
  const [device] = await keptDevices(first);
  const tokenId = await findToken(web, person);

  await web.block(tokenId);
  await first.getByText('Su token está bloqueado').waitFor();
  const unblock = await other.web.hold(tokenId, UNBLOCK);
  await other.phone.answer(unblock.changeId, approval(unblock));
  await first.getByRole('heading', { name: 'Su código' }).waitFor();
  expect(await keptDevices(first)).toEqual([device]);
  expect(await shownCodeIsValid(first, person)).toEqual({ valid: true });

  // The keys and the seed of the released phone go.
  await release(web, tokenId, first);
  await keeps(first, 0);

  // Enrolled again, what the service said before and the page hears only now destroys nothing.
  const released = await first.waitForResponse(/\/app\/me$/);
  const body = await released.text();
  await first.route(/\/app\/me$/, (route) =>
    route.request().method() === 'GET'
      ? route.fulfill({ status: 200, headers: { 'access-control-allow-origin': '*' }, body })
      : route.fallback(),
  );
  await first.getByLabel('Código de activación').fill(await web.activationCode(tokenId));
  await first.getByRole('button', { name: 'Habilitar este celular' }).click();
  const enrolled = first.waitForResponse(/\/app\/devices$/);
  await passLock(first);
  await enrolled;
  await settled(first);
  expect(await keptDevices(first)).toEqual([expect.not.stringMatching(device ?? '')]);
  await restoreNetwork(first);
  await first.getByRole('heading', { name: 'Su código' }).waitFor();
  expect(await shownCodeIsValid(first, person)).toEqual({ valid: true });
  await reload(first, person);
  await release(web, tokenId, first);

  const { page: second } = await openPhonePage(person);
  await enrol(second, await web.activationCode(tokenId), 'Celular nuevo');
  await first.getByText('Está habilitado en «Celular nuevo»').waitFor();
  await keeps(first, 0);
  // Three holds of one token are the most in ten minutes: the new phone authorizes another's change.
  const user = await findToken(web, nth(nth(companies, 0).secondaries, 0));
  await web.block(user);
  const { changeId, bindingCode = '' } = await web.hold(user, UNBLOCK);
  await openWaiting(second, 'Desbloquear el token');
  await authorize(second, bindingCode);
  await web.until(changeId, 'APPLIED');
  await second.getByRole('button', { name: 'Continuar' }).click();
  expect(await shownCodeIsValid(second, person)).toEqual({ valid: true });
});

test('two companies on one phone: each behind its own lock, with its own code; a release takes its user’s keys alone', async () => {
  const [one, other] = [administrator(1), administrator(2)];
  const { page: phone } = await openEnrolledPhone(one);
  // What an earlier version kept unprotected is forgotten.
  await keepUnprotected(phone);
  await reload(phone, one);
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  expect(await keptNames(phone)).toEqual([expect.stringMatching(/^account:/)]);

  await openForAnother(phone, other);
  await phone.getByRole('heading', { name: 'Habilite su token' }).waitFor();
  await enrol(phone, other.activationCode ?? '');
  await keeps(phone, 2);
  await phone.reload();
  await keepInUse(phone);
  await phone.getByRole('heading', { name: '¿De quién es el token?' }).waitFor();
  expect(await violations(phone)).toEqual([]);
  const open = async (person: Person): Promise<void> => {
    await phone.getByRole('button', { name: person.username }).click();
    await passLock(phone);
    await phone.getByText(`Hola, ${person.fullName}`).waitFor();
  };
  await open(one);
  await phone.getByRole('button', { name: 'Bloquear o cambiar de usuario' }).click();
  await open(other);
  expect(await shownCodeIsValid(phone, other)).toEqual({ valid: true });
  const web = await openWeb(other);
  await release(web, await findToken(web, other), phone);
  await keeps(phone, 1);
  await phone.reload();
  await open(one);
  expect(await shownCodeIsValid(phone, one)).toEqual({ valid: true });
});

test('of two tabs one enrols: the other, which hears nothing of it, puts no PIN of its own before the phone', async () => {
  const person = administrator(3);
  const { page: one, context } = await openPhonePage(person);
  await one.getByRole('heading', { name: 'Habilite su token' }).waitFor();
  const other = await context.newPage();
  await other.goto(stack().phoneUrl);
  await passLogin(other, person);
  await other.getByRole('heading', { name: 'Habilite su token' }).waitFor();
  // The other tab goes on believing that there is no phone.
  await one.evaluate('BroadcastChannel.prototype.postMessage = () => {}');
  await other.route(/\/app\/me$/, (route) => route.abort());
  await enrol(one, person.activationCode ?? '');
  await other.getByLabel('Código de activación').fill('AAAA-AAAA-AAAA-AAAA');
  await other.getByRole('button', { name: 'Habilitar este celular' }).click();
  for (const label of ['PIN nuevo', 'Escriba el PIN otra vez']) await other.getByLabel(label).fill('258036');
  await other.keyboard.press('Enter');
  await other.getByRole('heading', { name: 'Confirme que es usted' }).waitFor();
  expect(await keptDevices(one)).toHaveLength(1);
  await restoreNetwork(other);
  await passLock(other);
  await other.getByRole('heading', { name: 'Su código' }).waitFor();
  await reload(one, person);
  await one.getByRole('heading', { name: 'Su código' }).waitFor();
  expect(await shownCodeIsValid(one, person)).toEqual({ valid: true });
});

test('the answer to the enrolment is lost: after a reload the same code, written otherwise, brings the same device', async () => {
  const person = administrator(4);
  const { page: phone } = await openPhonePage(person);
  await loseAnswers(phone, /\/app\/devices$/);
  await phone.getByLabel('Código de activación').fill(person.activationCode ?? '');
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await choosePin(phone);
  await phone.getByText('No hay respuesta del servicio').waitFor();
  await restoreNetwork(phone);
  await reload(phone, person);
  const field = phone.getByLabel('Código de activación');
  expect(await field.inputValue()).toBe(person.activationCode);
  await field.fill((person.activationCode ?? '').toLowerCase().replaceAll('-', ' '));
  await phone.getByRole('button', { name: 'Habilitar este celular' }).click();
  await choosePin(phone);
  await phone.getByRole('heading', { name: 'Su código' }).waitFor();
  expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });
});
