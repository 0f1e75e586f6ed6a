import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { startRelay } from '../../../local/relay/relay.ts';
import type { RunningServer } from '../../../local/run-server.ts';
import { type Answering, startFakeEngine } from './fake-engine.ts';

const ORIGIN = 'http://127.0.0.1:5000';
const ENDPOINT_ARN = 'arn:aws:sns:us-east-1:000000000000:endpoint/GCM/phones/1';

let engine: Awaited<ReturnType<typeof startFakeEngine>>;
let relay: RunningServer;
let answering: Answering;

beforeEach(async () => {
  answering = () => undefined;
  engine = await startFakeEngine((request) => answering(request));
  relay = await startRelay({ port: 0, enginePort: engine.port, origins: [ORIGIN] });
});

afterEach(async () => {
  await relay.close();
  await engine.close();
});

const url = (path: string) => `http://127.0.0.1:${relay.port}${path}`;
const settings = () => ({
  endpoint: url(''),
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 1,
});
const getItem = () =>
  new DynamoDBClient(settings()).send(new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'a' } } }));
const post = (path: string, body: unknown) => fetch(url(path), { method: 'POST', body: JSON.stringify(body) });
const readJson = async (path: string) => (await fetch(url(path))).json();

describe('passing on', () => {
  it('keeps the Host header, says https, and leaves path, body and answer as they are', async () => {
    answering = () => ({ status: 418, contentType: 'text/plain', body: 'short and stout' });

    const answer = await fetch(url('/restapis/a/v1/_user_request_/me?x=%20y'), { method: 'POST', body: 'hello' });

    expect({ status: answer.status, engine: answer.headers.get('x-engine'), body: await answer.text() }).toEqual({
      status: 418,
      engine: 'fake',
      body: 'short and stout',
    });
    expect(engine.received).toEqual([
      {
        method: 'POST',
        url: '/restapis/a/v1/_user_request_/me?x=%20y',
        headers: expect.objectContaining({ host: `127.0.0.1:${relay.port}`, 'x-forwarded-proto': 'https' }),
        body: 'hello',
      },
    ]);
  });

  it('passes large bodies on whole', async () => {
    const large = 'x'.repeat(6 * 1024 * 1024);
    await fetch(url('/bucket/key'), { method: 'PUT', body: large });
    expect(engine.received[0]?.body.length).toBe(large.length);
  });

  it('answers Cognito’s revocation endpoint by the API call, and refuses a form that lacks a member', async () => {
    answering = () => ({ contentType: 'application/x-amz-json-1.1', body: '{}' });
    const revoke = async (form: Record<string, string>) =>
      (await fetch(url('/oauth2/revoke'), { method: 'POST', body: new URLSearchParams(form) })).status;
    expect([await revoke({ token: 'refresh-1', client_id: 'client-1' }), await revoke({ token: 'refresh-1' })]).toEqual(
      [200, 400],
    );
    expect(engine.received.map(({ headers, body }) => [headers['x-amz-target'], JSON.parse(body)])).toEqual([
      ['AWSCognitoIdentityProviderService.RevokeToken', { Token: 'refresh-1', ClientId: 'client-1' }],
    ]);
  });

  it('answers 502 when the engine is away', async () => {
    await engine.close();
    expect((await fetch(url('/anything'))).status).toBe(502);
  });
});

describe('counting', () => {
  it('counts AWS calls by service and operation, and nothing else', async () => {
    await getItem();
    await getItem();
    await new SFNClient(settings()).send(new StartExecutionCommand({ stateMachineArn: 'arn', name: 'x' }));
    await fetch(url('/restapis/a/v1/_user_request_/me'));

    expect(await readJson('/_relay/calls')).toEqual({ 'dynamodb.GetItem': 2, 'states.StartExecution': 1 });
  });

  it('counts from nought after a reset', async () => {
    await getItem();
    await fetch(url('/_relay/calls'), { method: 'DELETE' });
    expect(await readJson('/_relay/calls')).toEqual({});
  });
});

describe('recording', () => {
  const record = (method: string) => fetch(url('/_relay/recording'), { method });

  it('records whose key called what with which status, and for DynamoDB what was asked and answered', async () => {
    answering = ({ url: path }) => (path === '/' ? { body: '{"Item":{"pk":{"S":"a"}}}' } : { status: 404, body: '{}' });
    await record('POST');

    await getItem();
    await new LambdaClient(settings()).send(new InvokeCommand({ FunctionName: 'f' })).catch(() => undefined);

    const [request, answer] = [{ TableName: 'table', Key: { pk: { S: 'a' } } }, { Item: { pk: { S: 'a' } } }];
    expect(await readJson('/_relay/recording')).toEqual({
      items: [
        { service: 'dynamodb', operation: 'GetItem', accessKeyId: 'test', status: 200, request, answer },
        { service: 'lambda', operation: 'Invoke', accessKeyId: 'test', status: 404 },
      ],
    });
    expect(JSON.parse(engine.received[0]?.body ?? '')).toEqual(request);
  });

  it('records nothing until it is switched on, and nothing once it is off', async () => {
    await getItem();
    await record('POST');
    expect(await readJson('/_relay/recording')).toEqual({ items: [] });
    await getItem();
    await record('DELETE');
    await getItem();
    expect(await readJson('/_relay/recording')).toEqual({ items: [] });
  });
});

describe('faults', () => {
  it.each([
    { service: 'dynamodb', name: 'InternalServerError', call: getItem },
    {
      service: 'kms',
      name: 'KMSInternalException',
      call: () => new KMSClient(settings()).send(new DecryptCommand({ CiphertextBlob: new Uint8Array([1]) })),
    },
    {
      service: 'sns',
      name: 'InternalErrorException',
      call: () => new SNSClient(settings()).send(new PublishCommand({ TopicArn: 'arn', Message: 'x' })),
    },
    {
      service: 'lambda',
      name: 'ServiceException',
      call: () => new LambdaClient(settings()).send(new InvokeCommand({ FunctionName: 'f' })),
    },
    {
      service: 'cloudformation',
      name: 'InternalFailure',
      call: () => new CloudFormationClient(settings()).send(new DescribeStacksCommand({})),
    },
  ])(
    'answers for $service in its own wire format, as $name, without passing the call on',
    async ({ service, name, call }) => {
      await post('/_relay/faults', { service, kind: 'error' });

      await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 500 } });
      expect(engine.received).toEqual([]);
    },
  );

  it('answers with the code and status asked for', async () => {
    const fault = {
      service: 'states',
      operation: 'StartExecution',
      kind: 'error',
      code: 'ExecutionLimitExceeded',
      status: 400,
    };
    await post('/_relay/faults', fault);

    const start = new SFNClient(settings()).send(new StartExecutionCommand({ stateMachineArn: 'arn' }));

    await expect(start).rejects.toMatchObject({ name: 'ExecutionLimitExceeded', $metadata: { httpStatusCode: 400 } });
  });

  it('gives a cancelled transaction one reason for each of its items', async () => {
    await post('/_relay/faults', {
      service: 'dynamodb',
      kind: 'error',
      code: 'TransactionCanceledException',
      times: 1,
    });
    const put = { Put: { TableName: 'table', Item: { pk: { S: 'a' } } } };

    const write = new DynamoDBClient(settings()).send(new TransactWriteItemsCommand({ TransactItems: [put, put] }));

    await expect(write).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    });
  });

  it('passes calls on again once a fault has acted as often as asked', async () => {
    await post('/_relay/faults', { service: 'dynamodb', kind: 'error', times: 1 });

    await expect(getItem()).rejects.toMatchObject({ name: 'InternalServerError' });
    await expect(getItem()).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
  });

  it('passes a cut call on and drops its answer', async () => {
    await post('/_relay/faults', { service: 'dynamodb', kind: 'cut', times: 1 });

    await expect(getItem()).rejects.toThrow('socket hang up');
    expect(engine.received).toHaveLength(1);
  });

  it('delays a call by the time asked for', async () => {
    await post('/_relay/faults', { service: 'dynamodb', kind: 'delay', delayMs: 150, times: 1 });
    const started = performance.now();

    await getItem();

    expect(performance.now() - started).toBeGreaterThanOrEqual(149);
    expect(engine.received).toHaveLength(1);
  });

  it('stops all faults when they are deleted', async () => {
    await post('/_relay/faults', { service: 'dynamodb', kind: 'error' });
    await fetch(url('/_relay/faults'), { method: 'DELETE' });

    await expect(getItem()).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
  });

  it.each([
    { what: 'a misspelt member', body: '{"service":"sns","kind":"error","operaton":"Publish"}', says: 'operaton' },
    { what: 'an unknown kind', body: '{"service":"sns","kind":"explode"}', says: 'kind' },
    { what: 'what is no JSON', body: 'service=sns', says: 'expected object' },
  ])('refuses $what with a clear message', async ({ body, says }) => {
    const answer = await fetch(url('/_relay/faults'), { method: 'POST', body });

    expect({ status: answer.status, body: await answer.json() }).toEqual({
      status: 400,
      body: { error: expect.stringContaining(says) },
    });
    expect(await readJson('/_relay/faults')).toEqual({ items: [] });
  });
});

describe('pushes', () => {
  const message = JSON.stringify({
    default: 'text',
    GCM: JSON.stringify({ fcmV1Message: { message: { data: { type: 'AUTHORIZATION_PENDING', changeId: 'c1' } } } }),
    APNS: JSON.stringify({ aps: { alert: 'text' }, type: 'AUTHORIZATION_PENDING', changeId: 'c1' }),
  });
  const publish = () =>
    new SNSClient(settings()).send(
      new PublishCommand({ TargetArn: ENDPOINT_ARN, MessageStructure: 'json', Message: message }),
    );

  const gone = '<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code></Error></ErrorResponse>';
  const attributes = '<Attributes><entry><key>Token</key><value>push-token-1</value></entry></Attributes>';
  /** An engine that takes a publish, or refuses it, and that knows its endpoint, or no more. */
  const engineWithEndpoint =
    ({ refuses = '', isGone = false } = {}): Answering =>
    ({ body }) => {
      const isPublish = new URLSearchParams(body).get('Action') === 'Publish';
      const refused = isPublish ? refuses : isGone && gone;
      if (refused) return { status: isPublish ? 400 : 404, contentType: 'text/xml', body: refused };
      const result = isPublish
        ? '<PublishResponse><PublishResult><MessageId>m1</MessageId></PublishResult></PublishResponse>'
        : `<GetEndpointAttributesResponse><GetEndpointAttributesResult>${attributes}</GetEndpointAttributesResult></GetEndpointAttributesResponse>`;
      return { contentType: 'text/xml', body: result };
    };

  it('hands a push over with its token and its data on top', async () => {
    answering = engineWithEndpoint();

    await publish();

    expect(await readJson('/_relay/pushes?since=0')).toEqual({
      items: [
        {
          seq: 1,
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          endpointArn: ENDPOINT_ARN,
          pushToken: 'push-token-1',
          payload: {
            type: 'AUTHORIZATION_PENDING',
            changeId: 'c1',
            default: 'text',
            GCM: { fcmV1Message: { message: { data: { type: 'AUTHORIZATION_PENDING', changeId: 'c1' } } } },
            APNS: { aps: { alert: 'text' }, type: 'AUTHORIZATION_PENDING', changeId: 'c1' },
          },
          attributes: {},
        },
      ],
    });
  });

  it('shows only the pushes after the one named', async () => {
    answering = engineWithEndpoint();
    await publish();
    await publish();

    expect(await readJson('/_relay/pushes?since=1')).toEqual({ items: [expect.objectContaining({ seq: 2 })] });
    expect(await readJson('/_relay/pushes?since=2')).toEqual({ items: [] });
  });

  it('hands nothing over where the engine refuses the publish, or its endpoint is deleted meanwhile', async () => {
    answering = engineWithEndpoint({ refuses: gone.replace('NotFound', 'EndpointDisabled') });
    await expect(publish()).rejects.toMatchObject({ name: 'EndpointDisabledException' });
    answering = engineWithEndpoint({ isGone: true });
    await expect(publish()).resolves.toMatchObject({ MessageId: 'm1' });
    expect(await readJson('/_relay/pushes')).toEqual({ items: [] });
  });

  it('hands nothing over when a fault refuses the push', async () => {
    answering = engineWithEndpoint();
    await post('/_relay/faults', { service: 'sns', operation: 'Publish', kind: 'error', times: 1 });

    await expect(publish()).rejects.toMatchObject({ name: 'InternalErrorException' });
    expect(await readJson('/_relay/pushes')).toEqual({ items: [] });
  });

  it('may be read by the phone page, and by no other page', async () => {
    const allowed = async (origin: string) =>
      (await fetch(url('/_relay/pushes'), { headers: { origin } })).headers.get('access-control-allow-origin');

    expect([await allowed(ORIGIN), await allowed('http://elsewhere.example')]).toEqual([ORIGIN, null]);
  });

  it('refuses a since that is no number', async () => {
    expect((await fetch(url('/_relay/pushes?since=yesterday'))).status).toBe(400);
  });
});
