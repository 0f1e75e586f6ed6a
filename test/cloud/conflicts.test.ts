import { setTimeout as sleep } from 'node:timers/promises';
import { GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { OBJECTIVE_MS } from '../../shared/telemetry/metrics.ts';
import { aws, reconcile } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { enrolPhone, openAdministrator, openApp, openPhones } from './support/phone.ts';
import { addFault, countCalls, pushAbout, withFaults } from './support/relay.ts';
import { stack } from './support/stack.ts';
import { openWeb } from './support/web.ts';

/** Single writes that meet a transaction under way, which DynamoDB refuses: none of them is lost. */

let company: Company;

beforeAll(async () => {
  company = await loadCompany('conflicts', { administrators: 3, secondaries: 4 });
});

interface Key {
  readonly pk: string;
  readonly sk: string;
}

const read = async (Key: Key) =>
  (await aws.dynamodb().send(new GetCommand({ TableName: stack().tableName, Key, ConsistentRead: true }))).Item;

/** Runs this while a transaction that checks the item, and changes nothing, is under way for a moment. */
async function whileUnderWay<T>(Key: Key, delayMs: number, run: () => Promise<T>): Promise<T> {
  const check = { TableName: stack().tableName, Key, ConditionExpression: 'attribute_exists(pk)' };
  await addFault({
    service: 'dynamodb',
    operation: 'TransactWriteItems',
    kind: 'delay',
    delayMs,
    times: 1,
  });
  const transaction = aws.dynamodb().send(new TransactWriteCommand({ TransactItems: [{ ConditionCheck: check }] }));
  await sleep(50);
  const [done] = await Promise.all([run(), transaction]);
  return done;
}

it('a phone’s push budget is taken once the transaction is over, and the prompt is sent', async () => {
  const { web, phone } = await openAdministrator(nth(company.administrators, 0));
  const [holder] = await openPhones([nth(company.secondaries, 0)], web);
  if (!holder) throw new Error('There is no holder');
  const device = { pk: `USER#${phone.userId}`, sk: `DEVICE#${phone.deviceId}` };
  await withFaults(
    [{ service: 'dynamodb', operation: 'UpdateItem', kind: 'delay', delayMs: 500, times: 1 }],
    async () => {
      const change = await web.hold(holder.tokenId);
      const before = await countCalls('dynamodb.UpdateItem');
      await whileUnderWay(device, 800, () => pushAbout(phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING'));
      expect((await read(device))?.pushed1For).toBe(change.changeId);
      // The first of its tries met the transaction.
      expect((await countCalls('dynamodb.UpdateItem')) - before).toBeGreaterThan(2);
      expect((await web.cancel(change.changeId)).status).toBe(200);
    },
  );
});

it('a wrong activation code is counted once', async () => {
  const { web } = await openAdministrator(nth(company.administrators, 1));
  const app = await openApp(nth(company.secondaries, 1));
  await web.activationCode(app.tokenId);
  const activation = { pk: `USER#${app.userId}`, sk: 'ACTIVATION' };
  await withFaults([], () =>
    whileUnderWay(activation, 500, () =>
      expect(enrolPhone(app, '0000-0000-0000-0000')).rejects.toMatchObject({ code: 'ACTIVATION_CODE_INVALID' }),
    ),
  );
  expect((await read(activation))?.wrongTries).toBe(1);
});

it('the reconciler’s note of when it looks again is written', async () => {
  const { web } = await openAdministrator(nth(company.administrators, 2));
  const [holder] = await openPhones([nth(company.secondaries, 2)], web);
  if (!holder) throw new Error('There is no holder');
  const failing = [{ service: 'sns', operation: 'Publish', kind: 'error', code: 'Throttled', status: 429 } as const];
  // A hold whose approvers were reached is looked at when its time is over, and not before.
  const { changeId, createdAt } = await withFaults(failing, async () => {
    const held = await web.hold(holder.tokenId);
    await eventually(
      () => web.change(held.changeId),
      ({ notification }) => notification.status === 'FAILED',
    );
    return held;
  });
  const key = { pk: `COMPANY#${company.companyId}`, sk: `CHANGE#${changeId}` };
  const due = String((await read(key))?.dueAt);
  const late = Date.parse(createdAt) + OBJECTIVE_MS;
  await eventually(
    async () => Date.now(),
    (now) => now > late,
  );
  const { failed } = await withFaults([], () => whileUnderWay(key, 700, reconcile));
  expect(failed).toBe(0);
  expect(String((await read(key))?.dueAt) > due).toBe(true);
  expect((await web.cancel(changeId)).status).toBe(200);
});

it('a request whose reads are throttled for long is told to come again, and when', async () => {
  const web = await openWeb(nth(company.administrators, 0));
  const throttled = { service: 'dynamodb', kind: 'error', code: 'ThrottlingException', status: 400 } as const;
  const answer = await withFaults([throttled], () => web.send('GET', '/me'));
  expectProblem(answer, 503, 'UNAVAILABLE');
  expect(answer.headers.get('retry-after')).toBe('1');
});
