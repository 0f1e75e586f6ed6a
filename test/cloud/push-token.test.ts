import { randomBytes, randomUUID } from 'node:crypto';
import { GetEndpointAttributesCommand, NotFoundException } from '@aws-sdk/client-sns';
import * as z from 'zod';
import { createKeys, RefusalError, signPushToken } from '../../phone/protocol/index.ts';
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
import { pushAbout, pushesTo, withFaults } from './support/relay.ts';

let company: Company;
let administrator: Administrator;

beforeAll(async () => {
  company = await loadCompany('push', { administrators: 4, secondaries: 7 });
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

const later = (seconds: number) => new Date(Date.now() + seconds * 1000);

it('a new push address gets the pushes from then on, and the old one none', async () => {
  const { web, phone } = await openAdministrator(nth(company.administrators, 1));
  const pushToken = `push-${randomUUID()}`;
  const answer = await put(phone, phone.deviceId, await signPushToken(pushToken, buildSigner(phone)));
  expect({ status: answer.status, body: answer.body }).toEqual({ status: 204, body: '' });
  const { tokenId } = await openPhone(nth(company.secondaries, 0), web);
  const { changeId } = await web.hold(tokenId);
  await pushAbout(pushToken, changeId, 'AUTHORIZATION_PENDING');
  expect(await pushesTo(phone.pushToken)).toEqual([]);
  await web.cancel(changeId);
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

it('an enrolment while the endpoint of its push address is deleted ends with one that is there', async () => {
  const person = nth(company.secondaries, 4);
  const phone = await openPhone(person, administrator.web);
  const delay = { service: 'sns', operation: 'DeleteEndpoint', kind: 'delay', delayMs: 1500, times: 1 } as const;
  const { pushToken } = phone;
  const again = await withFaults([delay], async () => {
    const change = await administrator.web.hold(phone.tokenId);
    await administrator.phone.answer(change.changeId, approval(change));
    await administrator.web.until(change.changeId, 'APPLIED');
    const app = await openApp({ ...person, activationCode: undefined });
    const code = await administrator.web.activationCode(app.tokenId);
    const keys = await createKeys();
    return eventually(
      () => enrolPhone(app, code, { keys, pushToken }).catch((error: unknown) => error),
      (enrolled) => !(enrolled instanceof RefusalError && enrolled.status === 503),
    );
  });
  if (again instanceof Error) throw again;
  const { deviceId } = z.object({ deviceId: z.string() }).parse(again);
  expect(await isThere(await readEndpoint({ ...phone, deviceId }))).toBe(true);
});

it('a prompt says to both platforms that it is worth delivering for no longer than its hold', async () => {
  // Somebody whose phone's budget no other test has taken from.
  const { web, phone } = await openAdministrator(nth(company.administrators, 3));
  const { tokenId } = await openPhone(nth(company.secondaries, 5), web);
  const change = await web.hold(tokenId);
  const push = await pushAbout(phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING');
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
  await web.cancel(change.changeId);
});

it("an iPhone's push address is hexadecimal, and another is a bad request", async () => {
  const pushToken = randomBytes(32).toString('hex');
  const phone = await openPhone(nth(company.secondaries, 6), administrator.web, { platform: 'IOS', pushToken });
  const refused = await put(
    phone,
    phone.deviceId,
    await signPushToken('push-of-an-android', buildSigner(phone), later(1)),
  );
  expectProblem(refused, 400, 'VALIDATION_FAILED', { errors: [{ path: 'pushToken', message: expect.any(String) }] });
  const next = await signPushToken(randomBytes(32).toString('hex'), buildSigner(phone), later(2));
  expect((await put(phone, phone.deviceId, next)).status).toBe(204);
});

it("is refused to proofs that are old, replayed, early, another's or for another address, in one and the same way", async () => {
  const phone = await openPhone(nth(company.secondaries, 3), administrator.web);
  const signer = buildSigner(phone);
  const good = await signPushToken(`push-${randomUUID()}`, signer, later(1));
  expect((await put(phone, phone.deviceId, good)).status).toBe(204);
  const refused = [
    good,
    await signPushToken(`push-${randomUUID()}`, signer, later(0)),
    await signPushToken(`push-${randomUUID()}`, signer, later(-360)),
    await signPushToken(`push-${randomUUID()}`, signer, later(360)),
    { ...(await signPushToken(`push-${randomUUID()}`, signer, later(2))), pushToken: 'push-other' },
    await signPushToken(`push-${randomUUID()}`, buildSigner(administrator.phone), later(2)),
    await signPushToken(`push-${randomUUID()}`, { ...signer, userId: administrator.phone.userId }, later(2)),
  ];
  for (const body of refused) expectProblem(await put(phone, phone.deviceId, body), 403, 'PROOF_REFUSED');
  expect((await put(phone, phone.deviceId, await signPushToken(`push-${randomUUID()}`, signer, later(3)))).status).toBe(
    204,
  );
});

it('is refused for a device that the caller does not have', async () => {
  const { phone } = administrator;
  const deviceId = 'AAAAAAAAAAAAAAAAAAAAAA';
  const body = await signPushToken(`push-${randomUUID()}`, { ...buildSigner(phone), deviceId });
  const answer = await put(phone, deviceId, body);
  expect([403, 404]).toContain(answer.status);
});
