import '../../loud-env.ts';
import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import * as z from 'zod/mini';
import { openTables } from '../../../shared/aws/tables.ts';
import type { CallerKind, User } from '../../../shared/domain/user.ts';
import { ProblemError } from '../../../shared/errors.ts';
import { apiHandler } from '../../../shared/http/api-handler.ts';
import { jsonBody } from '../../../shared/http/json-body.ts';
import { readSettings } from '../../../shared/settings.ts';
import { aUser } from '../../fixtures.ts';

const SUB = '0c5a1f6e-4a51-4d0f-9a3c-5f2b8f0f7a11';
const TOKEN = ['header', 'claims', 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const dynamodb = mockClient(DynamoDBDocumentClient);
const world = { tables: openTables(process.env), settings: readSettings(process.env, 'origins') };
let written: string[];

beforeEach(() => {
  written = [];
  const keep = (...line: unknown[]) => void written.push(String(line));
  for (const way of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, way).mockImplementation(keep);
});

afterEach(() => jest.restoreAllMocks());

interface Refused {
  readonly caller: CallerKind;
  readonly user?: User | undefined;
  readonly body?: string;
  readonly claims?: object;
  readonly error?: Error;
}

/** The one line that a refused request writes. */
async function logLine({ caller, user = aUser({ userId: SUB }), body = '{}', ...asked }: Refused): Promise<unknown> {
  const profile = { ...user, pk: `USER#${SUB}`, sk: 'PROFILE' };
  dynamodb.reset();
  dynamodb.on(BatchGetCommand).resolves({ Responses: { llavero: [profile] } });
  const handler = apiHandler(world, { caller, body: jsonBody(z.strictObject({})) }, async () => {
    throw asked.error ?? new ProblemError('PROOF_REFUSED');
  });
  const claims = asked.claims ?? { sub: SUB, username: 'demo.admin', email: 'demo.admin@example.com' };
  const event = {
    httpMethod: 'POST',
    resource: '/x',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body,
    pathParameters: null,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    requestContext: { requestId: 'request-1', authorizer: { claims } },
  };
  // The members that a handler reads; the gateway's event has many more.
  await handler(event as unknown as APIGatewayProxyEvent, { getRemainingTimeInMillis: () => 10_000 } as Context);
  const lines: object[] = written.map((line) => JSON.parse(line)).filter((line) => 'level' in line);
  expect(lines).toHaveLength(1);
  return lines[0];
}

it.each<[string, Refused, string]>([
  ['by what was asked', { caller: 'ADMINISTRATOR' }, 'PROOF_REFUSED'],
  ['of whom only the subject is known', { caller: 'SUBJECT' }, 'PROOF_REFUSED'],
  ['disabled', { caller: 'ANYONE', user: aUser({ userId: SUB, enabled: false }) }, 'USER_DISABLED'],
  ['no administrator', { caller: 'ADMINISTRATOR', user: aUser({ role: 'SECONDARY' }) }, 'ADMINISTRATOR_ONLY'],
  ['before they were looked up', { caller: 'ADMINISTRATOR', body: '{"extra":1}' }, 'VALIDATION_FAILED'],
  ['by a fault', { caller: 'ADMINISTRATOR', error: new TypeError('boom') }, 'INTERNAL'],
])('the line of a refusal says who called by an opaque id, and nothing else of them: %s', async (_, refused, code) => {
  expect(await logLine(refused)).toMatchObject({ code, userId: SUB, requestId: 'request-1' });
  expect(written.join('\n')).not.toMatch(/demo|example\.com|eyJ/i);
});

it.each<[string, Refused]>([
  ['of a system, which no person is behind', { caller: 'SYSTEM' }],
  ['of a caller without a subject', { caller: 'ANYONE', claims: {} }],
])('names no caller in the line %s', async (_, refused) => {
  expect(await logLine(refused)).not.toHaveProperty('userId');
});
