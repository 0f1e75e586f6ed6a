import { DeleteCommand, GetCommand, PutCommand, paginateScan, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { archivedKeys } from '../support/archive.ts';
import { aws } from '../support/aws.ts';
import { type Company, loadCompanies, nth } from '../support/company.ts';
import { eventually } from '../support/eventually.ts';
import { mailsTo, mailWith } from '../support/mail.ts';
import { computeCode, openSystem } from '../support/otp.ts';
import { type Administrator, approval, openAdministrator, openPhone, type Phone } from '../support/phone.ts';
import { cloudPort } from '../support/port.ts';
import { deleteTables, liveTables, restoreTables, type Tables } from '../support/restored-tables.ts';
import { type Finished, runScript } from '../support/run.ts';
import { findSeed } from '../support/seeds.ts';

/** Runbook, "A table is restored" and "Seeds missing". */

interface Cast {
  readonly company: Company;
  readonly administrator: Administrator;
  readonly holder: Phone;
}

/** Whose holder's token and record are removed after the point in time. */
let damaged: Cast;
/** Whose holder's token is released after it. */
let moved: Cast;
let live: Tables;
let restored: Tables;
/** The sealed seed that the release destroyed. */
let destroyed: string;

beforeAll(async () => {
  live = await liveTables();
  const companies = await loadCompanies('restored', [
    { administrators: 1, secondaries: 1 },
    { administrators: 1, secondaries: 1 },
  ]);
  const [first, second] = await Promise.all(
    companies.map(async (company): Promise<Cast> => {
      const administrator = await openAdministrator(nth(company.administrators, 0));
      const cast = { company, administrator, holder: await openPhone(nth(company.secondaries, 0), administrator.web) };
      await archivedWhole(cast);
      return cast;
    }),
  );
  if (!first || !second) throw new Error('Two companies are needed');
  damaged = first;
  moved = second;
  restored = await restoreTables(live);
  destroyed = String((await findSeed(moved.holder.tokenId))?.sealed);

  const { web, phone } = moved.administrator;
  const change = await web.hold(moved.holder.tokenId);
  await phone.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');
  await archivedWhole(moved);
}, 60_000);

afterAll(() => deleteTables(restored));

async function archivedWhole({ company, administrator, holder }: Cast): Promise<void> {
  const events = await administrator.web.events(holder.tokenId);
  await eventually(
    () => archivedKeys(company.companyId, holder.tokenId),
    (keys) => keys.length === events.length,
  );
}

const verify = ({ company }: Cast, ...more: string[]): Promise<Finished> =>
  runScript('verify-record', ['--company', company.companyId, '--port', String(cloudPort()), ...more]);
const verifyRestored = (cast: Cast) => verify(cast, '--table', restored.main, '--record-table', restored.record);

const tokenKey = ({ company, holder }: Cast) => ({
  pk: `COMPANY#${company.companyId}`,
  sk: `TOKEN#${holder.tokenId}`,
});

async function token(TableName: string, cast: Cast): Promise<Record<string, unknown>> {
  const { Item } = await aws.dynamodb().send(new GetCommand({ TableName, Key: tokenKey(cast) }));
  if (!Item) throw new Error('The token is missing');
  return Item;
}

async function partition(TableName: string, pk: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await aws
    .dynamodb()
    .send(
      new QueryCommand({ TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } }),
    );
  return Items;
}

const recordKey = ({ company, holder }: Cast) => `COMPANY#${company.companyId}#TOKEN#${holder.tokenId}`;
const record = (TableName: string, cast: Cast) => partition(TableName, recordKey(cast));

/** Makes a partition of the live table what it was in the copy, as if the copy had taken its place. */
async function setBack(liveTable: string, copy: string, pk: string): Promise<void> {
  for (const item of await partition(liveTable, pk)) await remove(liveTable, item);
  for (const Item of await partition(copy, pk)) {
    await aws.dynamodb().send(new PutCommand({ TableName: liveTable, Item }));
  }
}

const remove = (TableName: string, { pk, sk }: Record<string, unknown>) =>
  aws.dynamodb().send(new DeleteCommand({ TableName, Key: { pk, sk } }));

/** Puts an item of a restored table into the live one, where there is none of its key. */
const putBack = (TableName: string, Item: Record<string, unknown>) =>
  aws.dynamodb().send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));

it('a copy that is older than the archive is found to lack each event archived since', async () => {
  const since = (await record(live.record, moved)).length - (await record(restored.record, moved)).length;
  const { exitCode, stdout } = await verifyRestored(moved);
  expect(since).toBeGreaterThan(0);
  expect({ exitCode, missing: stdout.match(/archived event is missing from the end/g)?.length }).toEqual({
    exitCode: 1,
    missing: since,
  });
  expect((await verify(moved)).exitCode).toBe(0);
});

it('what was removed from the live tables is named, and put back from the copy it is whole and works', async () => {
  const address = `${damaged.holder.person.username}@demo.invalid`;
  await mailWith(address, 'habilitado');
  const archived = await archivedKeys(damaged.company.companyId, damaged.holder.tokenId);
  const lost = await record(live.record, damaged);
  for (const event of lost) await remove(live.record, event);
  await remove(live.main, tokenKey(damaged));

  const { exitCode, stdout } = await verify(damaged);
  expect({ exitCode, named: stdout.match(/no such record any more/g)?.length }).toEqual({
    exitCode: 1,
    named: lost.length,
  });
  expect((await verifyRestored(damaged)).exitCode).toBe(0);

  for (const event of await record(restored.record, damaged)) await putBack(live.record, event);
  await putBack(live.main, await token(restored.main, damaged));
  expect((await verify(damaged)).exitCode).toBe(0);

  const { administrator, holder, company } = damaged;
  expect((await administrator.web.token(holder.tokenId)).device?.deviceId).toBe(holder.deviceId);
  const { verify: verifyOtp } = await openSystem();
  expect((await verifyOtp(holder.userId, await computeCode(holder))).body).toEqual({ valid: true });
  const change = await administrator.web.hold(holder.tokenId);
  await administrator.phone.answer(change.changeId, approval(change));
  await administrator.web.until(change.changeId, 'APPLIED');

  // The stream brought the events again: what was archived and told already is neither twice.
  await archivedWhole(damaged);
  expect(await archivedKeys(company.companyId, holder.tokenId)).toEqual(expect.arrayContaining(archived));
  await mailWith(address, 'liberado', change.changeId);
  const mails = (await mailsTo(address)).map((mail) => JSON.stringify(mail));
  expect(mails.filter((mail) => mail.includes('habilitado'))).toHaveLength(1);
});

it('nothing is put back over what is there', async () => {
  const before = await token(live.main, moved);
  await expect(putBack(live.main, await token(restored.main, moved))).rejects.toThrow(
    expect.objectContaining({ name: 'ConditionalCheckFailedException' }),
  );
  expect(await token(live.main, moved)).toEqual(before);
});

it('no copy of a table has a sealed seed, of whomever', async () => {
  const client = aws.dynamodb();
  const texts = await Promise.all(
    [restored.main, restored.record].map(async (TableName) =>
      JSON.stringify(await Array.fromAsync(paginateScan({ client }, { TableName }), ({ Items }) => Items)),
    ),
  );
  const still = String((await findSeed(moved.administrator.phone.tokenId))?.sealed);
  expect([destroyed, still].filter((seed) => seed.length < 100)).toEqual([]);
  for (const text of texts) {
    expect(text).toContain(moved.company.companyId);
    for (const seed of [destroyed, still]) expect(text).not.toContain(seed);
  }
});

it('with every table that can be restored set back to before a release, no released seed opens: one enrols again', async () => {
  const { company, holder, administrator } = moved;
  for (const pk of [`COMPANY#${company.companyId}`, `USER#${holder.userId}`]) {
    await setBack(live.main, restored.main, pk);
  }
  await setBack(live.record, restored.record, recordKey(moved));
  // All that the release did is undone, but for one thing.
  expect(await administrator.web.token(holder.tokenId)).toMatchObject({
    status: 'ACTIVE',
    device: { deviceId: holder.deviceId },
  });
  expect(await findSeed(holder.tokenId)).toBeUndefined();
  const { verify: verifyOtp } = await openSystem();
  for (const steps of [0, 1]) {
    expect((await verifyOtp(holder.userId, await computeCode(holder, steps))).body).toEqual({ valid: false });
  }

  const change = await administrator.web.hold(holder.tokenId);
  await administrator.phone.answer(change.changeId, approval(change));
  await administrator.web.until(change.changeId, 'APPLIED');
  const events = await administrator.web.events(holder.tokenId);
  expect(events.at(-1)).toMatchObject({ type: 'CHANGE_APPLIED', details: { seedDestroyed: false } });
  const again = await openPhone({ ...holder.person, activationCode: undefined }, administrator.web);
  expect((await verifyOtp(again.userId, await computeCode(again))).body).toEqual({ valid: true });
});
