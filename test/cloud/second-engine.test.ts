import { DATA_STACK, resources } from './support/aws.ts';
import { loadCompany, nth } from './support/company.ts';
import { computeCode, openSystem } from './support/otp.ts';
import { approval, openAdministrator, openPhone, REJECTION } from './support/phone.ts';
import { type RecordedCall, recordedWhile } from './support/recorded-while.ts';
import { copyTable, SecondEngine } from './support/second-engine.ts';
import { BLOCK, RELEASE, UNBLOCK } from './support/web.ts';

let engine: SecondEngine;

beforeAll(async () => {
  engine = await SecondEngine.start();
}, 120_000);

afterAll(() => engine?.stop());

/** A company's life from its load on: phones, changes of every kind and end, codes and lists; one step at a time. */
async function live(): Promise<void> {
  const company = await loadCompany('second-engine', { administrators: 1, secondaries: 2 });
  const { web, phone } = await openAdministrator(nth(company.administrators, 0));
  const [holder, other] = [
    await openPhone(nth(company.secondaries, 0), web),
    await openPhone(nth(company.secondaries, 1), web),
  ];
  const { verify } = await openSystem();
  await verify(holder.userId, await computeCode(holder));
  await verify(holder.userId, '000000');

  const rejected = await web.hold(holder.tokenId, RELEASE);
  await phone.answer(rejected.changeId, REJECTION);
  const cancelled = await web.hold(other.tokenId, RELEASE);
  await web.cancel(cancelled.changeId);
  const superseded = await web.hold(holder.tokenId, RELEASE);
  await web.block(holder.tokenId, BLOCK);
  await web.until(superseded.changeId, 'SUPERSEDED');
  const unblock = await web.hold(holder.tokenId, UNBLOCK);
  await phone.answer(unblock.changeId, approval({ bindingCode: '000000' }));
  await phone.answer(unblock.changeId, approval(unblock));
  await web.until(unblock.changeId, 'APPLIED');
  const release = await web.hold(other.tokenId, RELEASE);
  await phone.answer(release.changeId, approval(release));
  await web.until(release.changeId, 'APPLIED');
  await web.activationCode(other.tokenId);
  for (const path of ['/tokens?limit=2', '/tokens?q=demo', '/changes?limit=3', '/changes?status=APPLIED', '/events']) {
    await web.send('GET', path);
  }
}

/** Conflicts are the relay's own answers: the engine behind it never saw those calls. */
const isOfEngine = ({ answer }: RecordedCall) => !JSON.stringify(answer ?? '').includes('TransactionConflict');

it('a second maker’s engine answers every call of a whole process as the first does', async () => {
  const tables = await resources(DATA_STACK, 'AWS::DynamoDB::Table');
  for (const { physicalId } of tables) await engine.load(await copyTable(physicalId));
  const { calls } = await recordedWhile(live);
  const recorded = calls.filter((call) => call.service === 'dynamodb' && isOfEngine(call));
  const different: unknown[] = [];
  for (const [index, call] of recorded.entries()) {
    const { first, second } = await engine.repeat(call);
    if (JSON.stringify(first) !== JSON.stringify(second)) {
      different.push({ index, operation: call.operation, request: call.request, first, second });
    }
  }
  expect(different).toEqual([]);
  expect(recorded.length).toBeGreaterThan(100);
  expect(new Set(recorded.map(({ operation }) => operation))).toEqual(
    new Set(['BatchGetItem', 'Query', 'TransactWriteItems', 'UpdateItem']),
  );
}, 180_000);
