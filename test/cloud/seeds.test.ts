import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeContinuousBackupsCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { canonical } from '../../shared/domain/canonical.ts';
import { aws } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { deployedFunctions } from './support/deployed-functions.ts';
import { type BankSystem, computeCode, openSystem } from './support/otp.ts';
import { type Administrator, approval, openAdministrator, openPhone, type Phone } from './support/phone.ts';
import { cloudPort } from './support/port.ts';
import { recordedWhile } from './support/recorded-while.ts';
import { withFaults } from './support/relay.ts';
import { mustRun, runScript } from './support/run.ts';
import { findSeed, loseSeed, seedKey, seedTable } from './support/seeds.ts';
import { stack } from './support/stack.ts';
import { UNBLOCK } from './support/web.ts';

let company: Company;
let administrator: Administrator;
let system: BankSystem;

beforeAll(async () => {
  company = await loadCompany('seeds', { administrators: 1, secondaries: 7 });
  administrator = await openAdministrator(nth(company.administrators, 0));
  system = await openSystem();
});

const openPhoneNumber = (index: number) => openPhone(nth(company.secondaries, index), administrator.web);
const isGood = async (phone: Phone, steps = 0) =>
  Object((await system.verify(phone.userId, await computeCode(phone, steps))).body).valid;

async function release({ tokenId }: Phone): Promise<string> {
  const { web, phone } = administrator;
  const change = await web.hold(tokenId);
  await phone.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');
  return change.changeId;
}

async function lastEvent({ tokenId }: Phone) {
  return (await administrator.web.events(tokenId)).at(-1);
}

it('a seed is in its own table alone, with its phone, until a release deletes it', async () => {
  const phone = await openPhoneNumber(0);
  const seed = await findSeed(phone.tokenId);
  expect(seed).toEqual({ ...seedKey(phone.tokenId), deviceId: phone.deviceId, sealed: expect.any(String) });
  const pages = paginateScan(
    { client: aws.dynamodb() },
    {
      TableName: stack().tableName,
      FilterExpression: 'sk = :sk',
      ExpressionAttributeValues: { ':sk': `TOKEN#${phone.tokenId}` },
    },
  );
  const items = (await Array.fromAsync(pages)).flatMap(({ Items = [] }) => Items);
  expect(items.filter((item) => 'holder' in item)).toHaveLength(1);
  expect(JSON.stringify(items)).not.toContain(String(seed?.sealed));

  await release(phone);
  expect(await findSeed(phone.tokenId)).toBeUndefined();
  expect(await lastEvent(phone)).toMatchObject({ type: 'CHANGE_APPLIED', details: { seedDestroyed: true } });
});

it('a block keeps the seed, and an unblock finds it', async () => {
  const { web, phone: own } = administrator;
  const phone = await openPhoneNumber(1);
  await web.block(phone.tokenId);
  expect(await findSeed(phone.tokenId)).toBeDefined();
  const change = await web.hold(phone.tokenId, UNBLOCK);
  await own.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');
  expect(await isGood(phone)).toBe(true);
});

it('the seed goes with the token’s release or not at all, when the answer of its transaction is lost', async () => {
  const { web, phone: own } = administrator;
  const phone = await openPhoneNumber(2);
  const change = await web.hold(phone.tokenId);
  const waiting = await own.waiting(change.changeId);
  // The decision’s own transaction comes first.
  await withFaults([{ service: 'dynamodb', operation: 'TransactWriteItems', kind: 'cut', times: 2 }], async () => {
    expect((await own.post(change.changeId, await own.sign(waiting, approval(change)))).status).toBe(200);
    await web.until(change.changeId, 'APPLIED');
  });
  expect(await findSeed(phone.tokenId)).toBeUndefined();
  expect(await lastEvent(phone)).toMatchObject({ type: 'CHANGE_APPLIED', details: { seedDestroyed: true } });
});

it('nothing is a code of a token whose seed is lost; it can be released all the same, and its user enrols again', async () => {
  const phone = await openPhoneNumber(3);
  expect(await isGood(phone)).toBe(true);
  await loseSeed(phone.tokenId);
  expect(await isGood(phone, 1)).toBe(false);

  const changeId = await release(phone);
  expect(await lastEvent(phone)).toMatchObject({
    type: 'CHANGE_APPLIED',
    details: { from: 'ACTIVE', to: 'RELEASED', seedDestroyed: false },
  });
  expect(await receiptVerdict(changeId)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('there was no seed'),
  });
  const again = await openPhone({ ...phone.person, activationCode: undefined }, administrator.web);
  expect(await isGood(again)).toBe(true);
});

async function receiptVerdict(changeId: string) {
  const folder = await mkdtemp(join(tmpdir(), 'receipt-'));
  try {
    const [receipt, keys] = [join(folder, 'receipt.json'), join(folder, 'keys.json')];
    const { body } = await administrator.web.send('GET', `/changes/${changeId}/receipt`);
    await writeFile(receipt, canonical(body));
    await mustRun('receipt-keys', ['--out', keys, '--port', String(cloudPort())]);
    return await runScript('verify-receipt', [receipt, '--key', keys, '--lang', 'en']);
  } finally {
    await rm(folder, { recursive: true });
  }
}

it('a seed without its phone is no seed: of another phone’s, left from before, no code is good', async () => {
  const phone = await openPhoneNumber(4);
  await aws.dynamodb().send(
    new PutCommand({
      TableName: await seedTable(),
      Item: { ...(await findSeed(phone.tokenId)), deviceId: 'another' },
    }),
  );
  expect(await isGood(phone)).toBe(false);
});

it('who verifies a code makes the same calls for a wrong code and a token blocked, released, lost or unknown', async () => {
  const [wrong, blocked] = [await openPhoneNumber(5), await openPhoneNumber(6)];
  await administrator.web.block(blocked.tokenId);
  const released = await openPhoneNumber(0);
  await release(released);
  const functions = await deployedFunctions();
  const keys = functions.find(({ folder }) => folder === 'verify-otp')?.accessKeyIds ?? [];
  const callsFor = async (userId: string, code: string) => {
    const { calls } = await recordedWhile(async () => {
      expect((await system.verify(userId, code)).body).toEqual({ valid: false });
    });
    return calls
      .filter(({ accessKeyId = '' }) => keys.includes(accessKeyId))
      .map(({ service, operation }) => `${service}.${operation}`);
  };
  const expected = ['dynamodb.BatchGetItem', 'dynamodb.BatchGetItem', 'kms.Decrypt', 'dynamodb.TransactWriteItems'];
  expect(await callsFor(wrong.userId, await computeCode(wrong, -5))).toEqual(expected);
  expect(await callsFor(blocked.userId, await computeCode(blocked))).toEqual(expected);
  expect(await callsFor(released.userId, await computeCode(released))).toEqual(expected);
  expect(await callsFor('nobody-of-seeds', '123456')).toEqual(expected);
  // A token’s id names no user, and finds no seed.
  expect(await callsFor(wrong.tokenId, await computeCode(wrong))).toEqual(expected);
  await loseSeed(wrong.tokenId);
  expect(await callsFor(wrong.userId, await computeCode(wrong))).toEqual(expected);
});

it('the table of seeds has no stream and no recovery to a point in time', async () => {
  const TableName = await seedTable();
  const client = aws.dynamodb();
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.StreamSpecification?.StreamEnabled ?? false).toBe(false);
  const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
  expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe('DISABLED');
});
