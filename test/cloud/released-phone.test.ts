import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { aws } from './support/aws.ts';
import { loadCompany, nth } from './support/company.ts';
import { expectProblem } from './support/http.ts';
import { type App, approval, openAdministrator, openPhone } from './support/phone.ts';
import { findSeed } from './support/seeds.ts';
import { stack } from './support/stack.ts';

it('a released phone decides nothing any more, nor does the new one what came before it', async () => {
  const company = await loadCompany('released', { administrators: 2, secondaries: 1 });
  const [one, other] = await Promise.all([
    openAdministrator(nth(company.administrators, 0)),
    openAdministrator(nth(company.administrators, 1)),
  ]);
  const { tokenId } = await openPhone(nth(company.secondaries, 0), one.web);
  const change = await one.web.hold(tokenId);
  const waiting = await one.phone.waiting(change.changeId);
  const decision = await one.phone.sign(waiting, approval(change));

  const release = await other.web.hold(one.phone.tokenId, { action: 'RELEASE', reason: 'PHONE_LOST' });
  await other.phone.answer(release.changeId, approval(release));
  await other.web.until(release.changeId, 'APPLIED');

  expect(await one.phone.waitingNow()).toEqual([]);
  expectProblem(await one.phone.post(change.changeId, decision), 403, 'PROOF_REFUSED');

  const again = await openPhone({ ...one.phone.person, activationCode: undefined }, other.web);
  expect(await again.waitingNow()).toEqual([]);
  const byNewPhone = await again.post(change.changeId, await again.sign(waiting, approval(change)));
  expectProblem(byNewPhone, 403, 'PROOF_REFUSED');
  expect((await one.web.change(change.changeId)).status).toBe('PENDING_AUTHORIZATION');
});

it('a phone that asks about its device hears that it is retired, and of no other device anything', async () => {
  const company = await loadCompany('retired', { administrators: 2 });
  const [one, other] = await Promise.all([
    openAdministrator(nth(company.administrators, 0)),
    openAdministrator(nth(company.administrators, 1)),
  ]);
  const { deviceId } = other.phone;
  const retired = async ({ api }: App, about?: string) => (await api.me(about)).retiredDeviceId;
  expect(await retired(other.phone, deviceId)).toBeNull();

  const release = await one.web.hold(other.phone.tokenId);
  await one.phone.answer(release.changeId, approval(release));
  await one.web.until(release.changeId, 'APPLIED');
  expect(await retired(other.phone, deviceId)).toBe(deviceId);
  const again = await openPhone({ ...other.phone.person, activationCode: undefined }, one.web);
  expect(await retired(again, deviceId)).toBe(deviceId);
  expect(await retired(again, again.deviceId)).toBeNull();
  expect(await retired(again, 'no-such-device')).toBeNull();
  // Nothing is said where nothing was asked.
  expect(await retired(again)).toBeUndefined();
  // Another person's device is as unknown as one that never was.
  expect(await retired(one.phone, deviceId)).toBeNull();
  expectProblem(await one.phone.send('GET', '/app/me?deviceId=a%20b'), 400, 'VALIDATION_FAILED', {
    errors: [{ path: 'deviceId', message: expect.any(String) }],
  });
});

it('a release leaves nothing of the seed, sealed or not, and the record says who, when and why', async () => {
  const company = await loadCompany('destroyed', { administrators: 1, secondaries: 1 });
  const { web, phone } = await openAdministrator(nth(company.administrators, 0));
  const held = await openPhone(nth(company.secondaries, 0), web);
  const seed = await findSeed(held.tokenId);
  expect(seed?.sealed).toEqual(expect.any(String));
  const change = await web.hold(held.tokenId, { action: 'RELEASE', reason: 'SEED_RELEASE' });
  await phone.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');
  expect(await findSeed(held.tokenId)).toBeUndefined();
  const table = JSON.stringify(await everything());
  expect(table).not.toContain(held.seed.secret);
  expect(table).not.toContain(String(seed?.sealed));

  const applied = (await web.events(held.tokenId)).find(({ type }) => type === 'CHANGE_APPLIED');
  expect(applied?.change).toEqual(
    expect.objectContaining({ changeId: change.changeId, action: 'RELEASE', reason: 'SEED_RELEASE' }),
  );
  const requested = (await web.events(held.tokenId)).find(({ type }) => type === 'CHANGE_REQUESTED');
  expect(requested?.actor).toEqual(expect.objectContaining({ userId: phone.userId }));
});

async function everything(): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await aws
      .dynamodb()
      .send(new ScanCommand({ TableName: stack().tableName, ...(start ? { ExclusiveStartKey: start } : {}) }));
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}
