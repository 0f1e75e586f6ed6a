import { createServer, type Server } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { FUNCTIONS, type FunctionName, isApiFunction } from '../../infra/functions.ts';
import { clientSettings, hintSettings, TRY_MS } from '../../shared/aws/clients.ts';
import { inRunTime, RUN_MARGIN_MS, runTimeLeft } from '../../shared/run-time.ts';

/** The gateway waits no longer for a function. */
const GATEWAY_MS = 29_000;
/** A workflow's task, of which a function's run is a part. */
const TASK_MS = 30_000;
/** The most that the SDK waits between two tries of a throttled call: half a second, doubled once. */
const LONGEST_BACK_OFF_MS = 1_000;

const names = Object.keys(FUNCTIONS) as FunctionName[];
const timeOutMs = (name: FunctionName) => (FUNCTIONS[name].timeoutSeconds ?? 10) * 1000;

describe('the time of a run', () => {
  it.each(names)('of %s is enough for one call with all its tries, and its end for the last wait', (name) => {
    const calls = timeOutMs(name) - RUN_MARGIN_MS;
    expect(calls).toBeGreaterThanOrEqual(clientSettings({}).maxAttempts * TRY_MS + 2 * LONGEST_BACK_OFF_MS);
    expect(RUN_MARGIN_MS).toBeGreaterThan(LONGEST_BACK_OFF_MS);
  });

  it.each(names.filter(isApiFunction))('of %s is over before the gateway gives up', (name) => {
    expect(timeOutMs(name)).toBeLessThan(GATEWAY_MS);
  });

  it.each(['hold-change', 'apply-change', 'expire-change'] as const)('of %s is over before its task is', (name) => {
    expect(timeOutMs(name)).toBeLessThan(TASK_MS);
  });

  it('has no end outside of a run, and in one ends a margin before the function does', () => {
    expect(runTimeLeft()).toBe(Number.POSITIVE_INFINITY);
    const left = inRunTime({ getRemainingTimeInMillis: () => 10_000 }, runTimeLeft);
    expect(left).toBeGreaterThan(8_400);
    expect(left).toBeLessThanOrEqual(8_500);
  });
});

describe('a call of AWS that is not answered', () => {
  let silent: Server;
  let asked = 0;
  let client: DynamoDBClient;

  beforeAll(async () => {
    silent = createServer(() => {
      asked += 1;
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    client = new DynamoDBClient({ ...hintSettings({}), endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1' });
  });
  beforeEach(() => {
    asked = 0;
  });
  afterAll(() => {
    silent.closeAllConnections();
    silent.close();
  });

  const call = () => client.send(new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'a' } } }));
  const within = (ms: number) =>
    inRunTime({ getRemainingTimeInMillis: () => ms + RUN_MARGIN_MS }, () =>
      call().then(
        () => undefined,
        (error: unknown) => error,
      ),
    );

  it('is given up when the run has no time left, as UNAVAILABLE', async () => {
    expect(await within(300)).toMatchObject({ code: 'UNAVAILABLE', retryAfter: 1 });
    // On a slow machine, the time may be over before the server has seen it.
    expect(asked).toBeLessThanOrEqual(1);
  });

  it('is not even begun then', async () => {
    expect(await within(0)).toMatchObject({ code: 'UNAVAILABLE' });
    expect(asked).toBe(0);
  });
});
