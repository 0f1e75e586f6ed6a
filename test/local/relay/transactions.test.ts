import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { startRelay } from '../../../local/relay/relay.ts';
import type { RunningServer } from '../../../local/run-server.ts';
import { startFakeEngine } from './fake-engine.ts';

const DELAY_MS = 300;

let engine: Awaited<ReturnType<typeof startFakeEngine>>;
let relay: RunningServer;
let client: DynamoDBClient;

beforeEach(async () => {
  engine = await startFakeEngine(() => undefined);
  relay = await startRelay({ port: 0, enginePort: engine.port, origins: [] });
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${relay.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  await relay.close();
  await engine.close();
});

const TableName = 'table';
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'sort' } });
const put = (pk: string) => ({ Put: { TableName, Item: { ...key(pk), more: { N: '1' } } } });
const check = (pk: string) => ({
  ConditionCheck: { TableName, Key: key(pk), ConditionExpression: 'attribute_exists(pk)' },
});
const write = (TransactItems: object[], ClientRequestToken?: string) =>
  client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));

/** Runs this while a delayed transaction that puts `a` and checks `b` is under way, which must succeed. */
async function meanwhile<T>(run: () => Promise<T>): Promise<T> {
  const fault = { service: 'dynamodb', operation: 'TransactWriteItems', kind: 'delay', delayMs: DELAY_MS, times: 1 };
  await fetch(`http://127.0.0.1:${relay.port}/_relay/faults`, { method: 'POST', body: JSON.stringify(fault) });
  const transaction = write([put('a'), check('b')], 'first');
  await new Promise((resolve) => setTimeout(resolve, DELAY_MS / 3));
  const ended = await run().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const wasUnderWay = !engine.received.some(({ body }) => body.includes('"first"'));
  await transaction;
  expect(wasUnderWay).toBe(true);
  if ('error' in ended) throw ended.error;
  return ended.value;
}

const CONFLICT = { name: 'TransactionConflictException', $metadata: { httpStatusCode: 400 } };

it.each([
  { what: 'an update of', pk: 'a', send: () => client.send(new UpdateItemCommand({ TableName, Key: key('a') })) },
  { what: 'a put of', pk: 'a', send: () => client.send(new PutItemCommand({ TableName, Item: key('a') })) },
  { what: 'a deletion of', pk: 'a', send: () => client.send(new DeleteItemCommand({ TableName, Key: key('a') })) },
  { what: 'an update of', pk: 'b', send: () => client.send(new UpdateItemCommand({ TableName, Key: key('b') })) },
])('refuses $what the item $pk of a transaction under way, and passes it on afterwards', async ({ send }) => {
  await expect(meanwhile(send)).rejects.toMatchObject(CONFLICT);
  await expect(send()).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
});

it.each([
  { what: 'another item', send: () => client.send(new UpdateItemCommand({ TableName, Key: key('c') })) },
  {
    what: 'an item of that key in another table',
    send: () => client.send(new UpdateItemCommand({ TableName: 'record', Key: key('a') })),
  },
  { what: 'a read', send: () => client.send(new GetItemCommand({ TableName, Key: key('a'), ConsistentRead: true })) },
  { what: 'another transaction', send: () => write([put('c')]) },
])('passes $what on meanwhile', async ({ send }) => {
  await expect(meanwhile<unknown>(send)).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
});

it('cancels a transaction that meets an item of another, with a reason for each of its items', async () => {
  await expect(meanwhile(() => write([put('c'), check('a')]))).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
  });
});

it('cancels a transaction of reads that meets one', async () => {
  const read = new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: key('a') } }] });
  await expect(meanwhile(() => client.send(read))).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'TransactionConflict' }],
  });
});

it('tells the same transaction, sent again meanwhile, that it is in progress', async () => {
  await expect(meanwhile(() => write([put('a'), check('b')], 'first'))).rejects.toMatchObject({
    name: 'TransactionInProgressException',
  });
});
