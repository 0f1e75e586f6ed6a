import { randomUUID } from 'node:crypto';
import { signPushToken } from '../../phone/protocol/index.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { type Administrator, openAdministrator, openPhone, type Phone } from './support/phone.ts';
import { pushAbout, pushesTo } from './support/relay.ts';

let company: Company;
let administrator: Administrator;

beforeAll(async () => {
  company = await loadCompany('push', { administrators: 3, secondaries: 4 });
  administrator = await openAdministrator(nth(company.administrators, 0));
});

const signerOf = ({ deviceId, userId, keys }: Phone) => ({ deviceId, userId, signingKey: keys.signing.privateKey });

const put = (phone: Phone, deviceId: string, body: unknown) =>
  phone.send('PUT', `/app/devices/${deviceId}/push-token`, { body });

const later = (seconds: number) => new Date(Date.now() + seconds * 1000);

it('a new push address gets the pushes from then on, and the old one none', async () => {
  const { web, phone } = await openAdministrator(nth(company.administrators, 1));
  const pushToken = `push-${randomUUID()}`;
  const answer = await put(phone, phone.deviceId, await signPushToken(pushToken, signerOf(phone)));
  expect({ status: answer.status, body: answer.body }).toEqual({ status: 204, body: '' });
  const { tokenId } = await openPhone(nth(company.secondaries, 0), web);
  const { changeId } = await web.hold(tokenId);
  await pushAbout(pushToken, changeId, 'AUTHORIZATION_PENDING');
  expect(await pushesTo(phone.pushToken)).toEqual([]);
  await web.cancel(changeId);
});

it('a push address that another phone had goes to the phone that brings it', async () => {
  const second = await openAdministrator(nth(company.administrators, 2));
  // The same handset, now of another user, has the same address.
  await openPhone(nth(company.secondaries, 1), administrator.web, { pushToken: second.phone.pushToken });
  const { tokenId } = await openPhone(nth(company.secondaries, 2), administrator.web);
  const { changeId } = await second.web.hold(tokenId);
  const change = await eventually(
    () => second.web.change(changeId),
    ({ notification }) => notification.status !== 'PENDING',
  );
  expect(change.notification.status).toBe('FAILED');
  expect(
    (await pushesTo(second.phone.pushToken)).filter(({ payload }) => JSON.stringify(payload).includes(changeId)),
  ).toEqual([]);
  expect((await second.phone.waiting(changeId)).changeId).toBe(changeId);
  await second.web.cancel(changeId);
});

it("is refused to proofs that are old, replayed, early, another's or for another address, in one and the same way", async () => {
  const phone = await openPhone(nth(company.secondaries, 3), administrator.web);
  const signer = signerOf(phone);
  const good = await signPushToken(`push-${randomUUID()}`, signer, later(1));
  expect((await put(phone, phone.deviceId, good)).status).toBe(204);
  const refused = [
    good,
    await signPushToken(`push-${randomUUID()}`, signer, later(0)),
    await signPushToken(`push-${randomUUID()}`, signer, later(-360)),
    await signPushToken(`push-${randomUUID()}`, signer, later(360)),
    { ...(await signPushToken(`push-${randomUUID()}`, signer, later(2))), pushToken: 'push-other' },
    await signPushToken(`push-${randomUUID()}`, signerOf(administrator.phone), later(2)),
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
  const body = await signPushToken(`push-${randomUUID()}`, { ...signerOf(phone), deviceId });
  const answer = await put(phone, deviceId, body);
  expect([403, 404]).toContain(answer.status);
});
