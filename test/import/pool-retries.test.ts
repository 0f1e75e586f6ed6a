import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  LimitExceededException,
  TooManyRequestsException,
} from '@aws-sdk/client-cognito-identity-provider';
import { PoolRetries } from '../../scripts/import/user-pool.ts';

let server: Server;
/** The errors with which the pool refuses calls, one after another, before it accepts them. */
let refusals: string[];
let calls: number;

beforeEach(async () => {
  calls = 0;
  server = createServer((_, response) => {
    calls++;
    const refusal = refusals.shift();
    response.writeHead(refusal ? 400 : 200, { 'Content-Type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(refusal ? { __type: refusal, message: 'refused' } : {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.close();
  await once(server, 'close');
});

async function create(): Promise<void> {
  const client = new CognitoIdentityProviderClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    retryStrategy: new PoolRetries(),
  });
  try {
    await client.send(new AdminCreateUserCommand({ UserPoolId: 'pool-1', Username: 'demo.uno' }));
  } finally {
    client.destroy();
  }
}

it('calls the pool again when there were too many calls', async () => {
  refusals = [TooManyRequestsException.name];
  await create();
  expect(calls).toBe(2);
});

it('does not call it again when its mails are used up for the day', async () => {
  refusals = [LimitExceededException.name];
  await expect(create()).rejects.toThrow(LimitExceededException);
  expect(calls).toBe(1);
});
