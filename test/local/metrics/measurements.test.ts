import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import type { Source } from '../../../local/metrics/datum.ts';
import { queueDepth, streamAges } from '../../../local/metrics/engine-metrics.ts';
import { apiAnswers, tableThrottles } from '../../../local/metrics/relay-metrics.ts';

const now = new Date('2026-01-01T00:00:00Z');

/** Reads what came to one of the relay's lists between two readings. */
async function measured(source: Source, added: readonly object[]) {
  const before = {
    seq: 1,
    at: now,
    apiId: 'id',
    stage: 'v1',
    status: 500,
    ms: 12,
    operation: 'Query',
    tables: ['old'],
  };
  const lists = [[before], added.map((item, index) => ({ seq: index + 2, at: now, ...item }))];
  const asked = jest.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ items: lists.shift() }));
  const first = await source(now);
  const second = await source(now);
  expect(asked.mock.calls.map(([url]) => String(url).split('since=')[1])).toEqual(['0', '1']);
  asked.mockRestore();
  expect(first).toEqual([]);
  return second;
}

it.each([
  { url: 'https://sqs/000000000000/one', waiting: 3 },
  { url: 'https://sqs/000000000000/two', waiting: 0 },
])('queues: $waiting messages wait in $url', async ({ url, waiting }) => {
  mockClient(SQSClient)
    .on(GetQueueAttributesCommand, { QueueUrl: url })
    .resolves({ Attributes: { ApproximateNumberOfMessages: String(waiting) } });
  expect(await queueDepth(new SQSClient({ region: 'us-east-1' }), url)(now)).toEqual([
    {
      namespace: 'AWS/SQS',
      name: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: url.split('/').at(-1) },
      unit: 'Count',
      at: now,
      values: [waiting],
    },
  ]);
});

describe('APIs', () => {
  const answer = (status: number) => ({ apiId: 'id', stage: 'v1', status, ms: 12 });
  const names = new Map([['id', 'Llavero']]);

  it.each([
    { status: 200, client: 0, server: 0 },
    { status: 302, client: 0, server: 0 },
    { status: 404, client: 1, server: 0 },
    { status: 499, client: 1, server: 0 },
    { status: 500, client: 0, server: 1 },
    { status: 504, client: 0, server: 1 },
  ])('count an answer $status once by name, and once by name and stage', async ({ status, client, server }) => {
    const data = await measured(apiAnswers('http://relay', names), [answer(status)]);
    const metrics = [
      { name: 'Count', unit: 'Count', values: [1] },
      { name: '4XXError', unit: 'Count', values: [client] },
      { name: '5XXError', unit: 'Count', values: [server] },
      { name: 'Latency', unit: 'Milliseconds', values: [12] },
    ];
    expect(data).toEqual(
      [{ ApiName: 'Llavero' }, { ApiName: 'Llavero', Stage: 'v1' }].flatMap((dimensions) =>
        metrics.map((metric) => ({ namespace: 'AWS/ApiGateway', dimensions, at: now, ...metric })),
      ),
    );
  });

  it('count an answer 429 as the filter of the access log does', async () => {
    const data = await measured(apiAnswers('http://relay', names), [answer(429), answer(428)]);
    expect(data.filter(({ namespace }) => namespace === 'Llavero/Api')).toEqual([
      { namespace: 'Llavero/Api', name: 'TooManyRequests', dimensions: {}, unit: 'None', at: now, values: [1] },
    ]);
  });

  it('count no answer of an API that is not known', async () => {
    expect(await measured(apiAnswers('http://relay', new Map()), [answer(500)])).toEqual([]);
  });
});

it.each([
  { operation: 'GetItem', name: 'ReadThrottleEvents' },
  { operation: 'BatchGetItem', name: 'ReadThrottleEvents' },
  { operation: 'TransactWriteItems', name: 'WriteThrottleEvents' },
  { operation: 'UpdateItem', name: 'WriteThrottleEvents' },
])('tables: a throttled $operation is a $name of each table it names', async ({ operation, name }) => {
  expect(await measured(tableThrottles('http://relay'), [{ operation, tables: ['one', 'two'] }])).toEqual(
    ['one', 'two'].map((TableName) => ({
      namespace: 'AWS/DynamoDB',
      name,
      dimensions: { TableName },
      unit: 'Count',
      at: now,
      values: [1],
    })),
  );
});

it('tables: a throttled query of an index is that index’s, and not its table’s', async () => {
  const data = await measured(tableThrottles('http://relay'), [{ operation: 'Query', tables: ['one'], index: 'list' }]);
  expect(data.map(({ dimensions }) => dimensions)).toEqual([{ TableName: 'one', GlobalSecondaryIndexName: 'list' }]);
});

it('streams: a reader that fails is as old as its first failure, and well again when it succeeds', async () => {
  const lambda = mockClient(LambdaClient);
  const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
  const says = (one: string) =>
    lambda.on(ListEventSourceMappingsCommand).resolves({
      EventSourceMappings: [
        { UUID: '1', FunctionArn: arn('one:live'), LastProcessingResult: one },
        { UUID: '2', FunctionArn: arn('two'), LastProcessingResult: 'No records processed' },
      ],
    });
  const age = streamAges(new LambdaClient({ region: 'us-east-1' }));
  const ages = async (seconds: number) =>
    (await age(new Date(now.getTime() + seconds * 1000))).map(({ values }) => values[0]);

  says('OK - 1 records');
  expect(await age(now)).toEqual(
    ['one', 'two'].map((FunctionName) => ({
      namespace: 'AWS/Lambda',
      name: 'IteratorAge',
      dimensions: { FunctionName },
      unit: 'Milliseconds',
      at: now,
      values: [0],
    })),
  );
  says('FAILED');
  expect([await ages(2), await ages(7)]).toEqual([
    [0, 0],
    [5000, 0],
  ]);
  says('OK - 3 records');
  expect(await ages(9)).toEqual([0, 0]);
  says('FAILED');
  expect(await ages(11)).toEqual([0, 0]);
});
