import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { startRelay } from '../../../local/relay/relay.ts';
import type { RunningServer } from '../../../local/run-server.ts';
import { type Answering, startFakeEngine } from './fake-engine.ts';

let engine: Awaited<ReturnType<typeof startFakeEngine>>;
let relay: RunningServer;
let answering: Answering;

beforeEach(async () => {
  answering = () => undefined;
  engine = await startFakeEngine((request) => answering(request));
  relay = await startRelay({ port: 0, enginePort: engine.port, origins: [] });
});

afterEach(async () => {
  await relay.close();
  await engine.close();
});

const url = (path: string) => `http://127.0.0.1:${relay.port}${path}`;
const list = async (path: string) => {
  const answer = await fetch(url(path));
  return z.object({ items: z.array(z.unknown()) }).parse(await answer.json()).items;
};

describe('answers of an API', () => {
  it('are told by API, stage, status and time, without what was asked', async () => {
    answering = ({ url }) => ({ status: url.includes('missing') ? 404 : 200, contentType: 'text/plain', body: '' });
    await fetch(url('/restapis/abc/v1/_user_request_/tokens/SECRET?q=SECRET'));
    await fetch(url('/restapis/abc/v1/_user_request_/missing'), { method: 'POST', body: 'SECRET' });
    const common = { at: expect.stringMatching(/Z$/), apiId: 'abc', stage: 'v1', ms: expect.any(Number) };
    const answers = [
      { seq: 1, status: 200, ...common },
      { seq: 2, status: 404, ...common },
    ];
    expect(await list('/_relay/answers')).toEqual(answers);
    expect(await list('/_relay/answers?since=1')).toEqual(answers.slice(1));
    expect(JSON.stringify(await list('/_relay/answers'))).not.toContain('SECRET');
  });

  it('are not what hosted login, AWS or the relay itself answer', async () => {
    await fetch(url('/oauth2/token'), { method: 'POST' });
    await fetch(url('/restapis/abc'));
    await fetch(url('/restapis/abc/v1/_user_requests'));
    await dynamodb().send(new GetItemCommand({ TableName: 'one', Key: {} }));
    expect(await list('/_relay/answers')).toEqual([]);
  });

  it('are asked for from a number on, and from nothing else', async () => {
    expect((await fetch(url('/_relay/answers?since=yesterday'))).status).toBe(400);
  });
});

const dynamodb = () =>
  new DynamoDBClient({
    endpoint: url(''),
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });

const fault = (code: string) =>
  fetch(url('/_relay/faults'), {
    method: 'POST',
    body: JSON.stringify({ service: 'dynamodb', kind: 'error', code }),
  });

describe('throttled calls', () => {
  const Put = { TableName: 'one', Item: {} };
  const ConditionCheck = { TableName: 'two', Key: {}, ConditionExpression: 'attribute_exists(pk)' };

  it('are told with the tables they name, each once, and the index', async () => {
    await fault('ThrottlingException');
    const client = dynamodb();
    const thrown = { name: 'ThrottlingException' };
    await expect(client.send(new GetItemCommand({ TableName: 'one', Key: {} }))).rejects.toMatchObject(thrown);
    const TransactItems = [{ Put }, { Put }, { ConditionCheck }];
    await expect(client.send(new TransactWriteItemsCommand({ TransactItems }))).rejects.toMatchObject(thrown);
    const RequestItems = { one: { Keys: [{}] }, two: { Keys: [{}] } };
    await expect(client.send(new BatchGetItemCommand({ RequestItems }))).rejects.toMatchObject(thrown);
    await expect(client.send(new QueryCommand({ TableName: 'one', IndexName: 'list' }))).rejects.toMatchObject(thrown);
    expect(await list('/_relay/throttles?since=0')).toEqual([
      { seq: 1, at: expect.any(String), operation: 'GetItem', tables: ['one'] },
      { seq: 2, at: expect.any(String), operation: 'TransactWriteItems', tables: ['one', 'two'] },
      { seq: 3, at: expect.any(String), operation: 'BatchGetItem', tables: ['one', 'two'] },
      { seq: 4, at: expect.any(String), operation: 'Query', tables: ['one'], index: 'list' },
    ]);
    expect(engine.received).toEqual([]);
  });

  it('are not calls that fail otherwise, nor those that pass', async () => {
    await fault('InternalServerError');
    const get = () => dynamodb().send(new GetItemCommand({ TableName: 'one', Key: {} }));
    await expect(get()).rejects.toMatchObject({ name: 'InternalServerError' });
    await fetch(url('/_relay/faults'), { method: 'DELETE' });
    await get();
    expect(await list('/_relay/throttles')).toEqual([]);
  });
});
