import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { ApiAnswers } from '../../../local/metrics/api-answers.ts';
import { QueueDepths } from '../../../local/metrics/queue-depths.ts';
import { StreamAge } from '../../../local/metrics/stream-age.ts';
import { TableThrottles } from '../../../local/metrics/table-throttles.ts';

const now = new Date('2026-01-01T00:00:00Z');
const once = <T>(items: readonly T[]) => ({ next: () => Promise.resolve([...items]) });

it('queues: how many messages wait in each', async () => {
  const sqs = mockClient(SQSClient);
  const urls = ['https://sqs/000000000000/one', 'https://sqs/000000000000/two'];
  sqs
    .on(GetQueueAttributesCommand, { QueueUrl: urls[0] })
    .resolves({ Attributes: { ApproximateNumberOfMessages: '3' } });
  sqs
    .on(GetQueueAttributesCommand, { QueueUrl: urls[1] })
    .resolves({ Attributes: { ApproximateNumberOfMessages: '0' } });
  const common = { namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible', unit: 'Count', at: now };
  expect(await new QueueDepths(new SQSClient({ region: 'us-east-1' }), urls).measure(now)).toEqual([
    { ...common, dimensions: { QueueName: 'one' }, values: [3] },
    { ...common, dimensions: { QueueName: 'two' }, values: [0] },
  ]);
});

describe('APIs', () => {
  const answer = (status: number) => ({ seq: 1, at: now, apiId: 'id', stage: 'v1', status, ms: 12 });
  const names = new Map([['id', 'Llavero']]);

  it.each([
    { status: 200, client: 0, server: 0 },
    { status: 302, client: 0, server: 0 },
    { status: 404, client: 1, server: 0 },
    { status: 499, client: 1, server: 0 },
    { status: 500, client: 0, server: 1 },
    { status: 504, client: 0, server: 1 },
  ])('count an answer $status once by name, and once by name and stage', async ({ status, client, server }) => {
    const data = await new ApiAnswers(once([answer(status)]), names).measure();
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
    const data = await new ApiAnswers(once([answer(429), answer(428)]), names).measure();
    expect(data.filter(({ namespace }) => namespace === 'Llavero/Api')).toEqual([
      { namespace: 'Llavero/Api', name: 'TooManyRequests', dimensions: {}, unit: 'None', at: now, values: [1] },
    ]);
  });

  it('count no answer of an API that is not known', async () => {
    expect(await new ApiAnswers(once([answer(500)]), new Map()).measure()).toEqual([]);
  });
});

it.each([
  { operation: 'GetItem', name: 'ReadThrottleEvents' },
  { operation: 'BatchGetItem', name: 'ReadThrottleEvents' },
  { operation: 'TransactWriteItems', name: 'WriteThrottleEvents' },
  { operation: 'UpdateItem', name: 'WriteThrottleEvents' },
])('tables: a throttled $operation is a $name of each table it names', async ({ operation, name }) => {
  const calls = once([{ seq: 1, at: now, operation, tables: ['one', 'two'] }]);
  expect(await new TableThrottles(calls).measure()).toEqual(
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
  const calls = once([{ seq: 1, at: now, operation: 'Query', tables: ['one'], index: 'list' }]);
  expect((await new TableThrottles(calls).measure()).map(({ dimensions }) => dimensions)).toEqual([
    { TableName: 'one', GlobalSecondaryIndexName: 'list' },
  ]);
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
  const age = new StreamAge(new LambdaClient({ region: 'us-east-1' }));
  const ages = async (seconds: number) =>
    (await age.measure(new Date(now.getTime() + seconds * 1000))).map(({ values }) => values[0]);

  says('OK - 1 records');
  expect(await age.measure(now)).toEqual(
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
