import { randomBytes, randomUUID } from 'node:crypto';
import { GetEndpointAttributesCommand, NotFoundException } from '@aws-sdk/client-sns';
import { signPushToken } from '../../phone/protocol/index.ts';
import { aws } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { readEndpoint } from './support/devices.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import {
  type Administrator,
  approval,
  enrolPhone,
  openAdministrator,
  openApp,
  openPhone,
  type Phone,
} from './support/phone.ts';
import { pushAbout, pushesTo } from './support/relay.ts';

let company: Company;
let administrator: Administrator;

beforeAll(async () => {
  company = await loadCompany('push', { administrators: 3, secondaries: 4 });
  administrator = await openAdministrator(nth(company.administrators, 0));
});

const buildSigner = ({ deviceId, userId, keys }: Phone) => ({ deviceId, userId, signingKey: keys.signing.privateKey });

const put = (phone: Phone, deviceId: string, body: unknown) =>
  phone.send('PUT', `/app/devices/${deviceId}/push-token`, { body });

/** Releases a phone on the approval of the administrator, who asked for it. */
async function release({ tokenId }: Phone): Promise<void> {
  const change = await administrator.web.hold(tokenId);
  await administrator.phone.answer(change.changeId, approval(change));
  await administrator.web.until(change.changeId, 'APPLIED');
}

/** True if SNS has the endpoint. */
async function isThere(EndpointArn: string): Promise<boolean> {
  try {
    await aws.sns().send(new GetEndpointAttributesCommand({ EndpointArn }));
    return true;
  } catch (error) {
    if (error instanceof NotFoundException) return false;
    throw error;
  }
}

it('a new push address gets the pushes from then on, the old one none; each is worth delivering no longer than its hold', async () => {
  const { web, phone } = await openAdministrator(nth(company.administrators, 1));
  const pushToken = `push-${randomUUID()}`;
  const body = await signPushToken(pushToken, buildSigner(phone));
  const answer = await put(phone, phone.deviceId, body);
  expect({ status: answer.status, body: answer.body }).toEqual({ status: 204, body: '' });
  expectProblem(await put(phone, phone.deviceId, body), 403, 'PROOF_REFUSED');
  const { tokenId } = await openPhone(nth(company.secondaries, 0), web);
  const change = await web.hold(tokenId);
  const push = await pushAbout(pushToken, change.changeId, 'AUTHORIZATION_PENDING');
  expect(await pushesTo(phone.pushToken)).toEqual([]);

  const left = (Date.parse(change.authorization?.expiresAt ?? '') - Date.parse(push.at)) / 1000;
  const seconds = Number(push.attributes['AWS.SNS.MOBILE.FCM.TTL']);
  expect(push.attributes).toEqual({
    'AWS.SNS.MOBILE.APNS.TTL': String(seconds),
    'AWS.SNS.MOBILE.FCM.TTL': String(seconds),
  });
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(left + 1);
  expect(JSON.stringify(push.payload.GCM)).toContain(`"ttl":"${seconds}s"`);
  const { type, changeId } = push.payload;
  expect({ type, changeId }).toEqual({ type: 'AUTHORIZATION_PENDING', changeId: change.changeId });
});

it('an iPhone enrols with a push address in hexadecimal, and with no other', async () => {
  const app = await openApp(nth(company.secondaries, 3));
  const code = await administrator.web.activationCode(app.tokenId);
  const enrol = (pushToken: string) => enrolPhone(app, code, { platform: 'IOS', pushToken });
  await expect(enrol('no-hexadecimal')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  expect(await isThere(await readEndpoint(await enrol(randomBytes(32).toString('hex'))))).toBe(true);
});

it('one handset wakes every user enrolled on it, until the last is released', async () => {
  const second = await openAdministrator(nth(company.administrators, 2));
  const { pushToken } = second.phone;
  // The same handset has the same address, whoever uses it.
  const shared = await openPhone(nth(company.secondaries, 1), administrator.web, { pushToken });
  const endpointArn = await readEndpoint(second.phone);
  expect(await readEndpoint(shared)).toBe(endpointArn);
  const { tokenId } = await openPhone(nth(company.secondaries, 2), administrator.web);
  const first = await second.web.hold(tokenId);
  await pushAbout(pushToken, first.changeId, 'AUTHORIZATION_PENDING');
  await second.web.cancel(first.changeId);

  await release(shared);
  const next = await second.web.hold(tokenId);
  await pushAbout(pushToken, next.changeId, 'AUTHORIZATION_PENDING');
  await second.web.cancel(next.changeId);

  await release(second.phone);
  await eventually(
    () => isThere(endpointArn),
    (there) => !there,
  );
  const again = await openPhone({ ...nth(company.secondaries, 1), activationCode: undefined }, administrator.web, {
    pushToken,
  });
  expect(await isThere(await readEndpoint(again))).toBe(true);
});
