import type { Page } from 'playwright-core';
import { loadCompany, nth } from '../cloud/support/company.ts';
import { withFaults } from '../cloud/support/relay.ts';
import { openWeb, UNBLOCK } from '../cloud/support/web.ts';
import { startBrowser, useBrowser } from './support/browser.ts';
import { findToken } from './support/find-token.ts';
import { passLock } from './support/lock.ts';
import { installed, openEnrolledPhone } from './support/people.ts';
import { shownCodeIsValid } from './support/shown-code.ts';
import { openWaiting } from './support/steps.ts';
import { serveTwoVersions, type TwoVersions } from './support/two-versions.ts';

useBrowser();

let versions: TwoVersions;

beforeAll(async () => {
  versions = await serveTwoVersions();
  startBrowser([versions.browserArgument]);
});
afterAll(() => versions.close());

/** Has the page look for a new version, as when somebody comes back to it. */
const SHOWN = `document.dispatchEvent(new Event('visibilitychange'))`;
const PUT_AWAY = `Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }); ${SHOWN}`;
const laterVersion = (phone: Page) => phone.locator('meta[name=version]');

test('a new version waits for the lock, and takes over with no code and no decision lost', async () => {
  const company = await loadCompany('VERSION', { administrators: 1, secondaries: 1 });
  const [person, holder] = [nth(company.administrators, 0), nth(company.secondaries, 0)];
  const { page: phone } = await openEnrolledPhone(person, { serviceWorkers: 'allow' });
  await installed(phone);
  const web = await openWeb(person);
  const tokenId = await findToken(web, holder);
  await web.block(tokenId);

  await versions.serveLater();
  await phone.evaluate(SHOWN);
  await phone.waitForFunction('navigator.serviceWorker.getRegistration().then((found) => Boolean(found?.waiting))');
  const { changeId, bindingCode = '' } = await web.hold(tokenId, UNBLOCK);
  await openWaiting(phone, 'Desbloquear el token');
  await phone.getByLabel('Código de seis dígitos').fill(bindingCode);
  await phone.getByRole('button', { name: 'Autorizar' }).click();
  expect(await laterVersion(phone).count()).toBe(0);

  // Put away while its decision is under way, the phone locks, and is another version when it is opened again.
  const late = {
    service: 'dynamodb',
    operation: 'TransactWriteItems',
    kind: 'delay',
    delayMs: 3000,
    times: 1,
  } as const;
  await withFaults([late], async () => {
    const sent = phone.waitForRequest(/\/decision$/);
    await passLock(phone);
    await sent;
    await phone.evaluate(PUT_AWAY);
    await laterVersion(phone).waitFor({ state: 'attached' });
  });
  await passLock(phone);
  await phone.getByRole('heading', { name: /^Autorizado/ }).waitFor();
  await web.until(changeId, 'APPLIED');
  await phone.getByRole('button', { name: 'Continuar' }).click();
  expect(await shownCodeIsValid(phone, person)).toEqual({ valid: true });
  expect(await phone.evaluate('caches.keys()')).toEqual(['llavero-later']);
});
