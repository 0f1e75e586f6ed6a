import { BatchGetCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import * as z from 'zod/mini';
import { openTables } from '../../../shared/aws/tables.ts';
import type { User } from '../../../shared/domain/user.ts';
import { ProblemError } from '../../../shared/errors.ts';
import { apiHandler } from '../../../shared/http/api-handler.ts';
import { jsonBody } from '../../../shared/http/json-body.ts';
import { changeRequestSchema } from '../../../shared/http/schemas.ts';
import { readSettings } from '../../../shared/settings.ts';
import { aHolder, aUser } from '../../fixtures.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const world = { tables: openTables(process.env), settings: readSettings(process.env, 'origins') };

function knows(user: User | undefined): void {
  dynamodb.on(BatchGetCommand).resolves({
    Responses: { llavero: user ? [{ ...user, pk: `USER#${user.userId}`, sk: 'PROFILE' }] : [] },
  });
}

function anEvent(overrides: Record<string, unknown> = {}): APIGatewayProxyEvent {
  const event = {
    httpMethod: 'POST',
    resource: '/x',
    headers: { 'content-type': 'application/json', origin: 'https://console.test' },
    body: '{"action":"BLOCK","reason":"SUSPECTED_FRAUD"}',
    isBase64Encoded: false,
    pathParameters: null,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    requestContext: { requestId: 'request-1', authorizer: { claims: { sub: 'user-admin' } } },
    ...overrides,
  };
  // The members that a handler reads; the gateway's event has many more.
  return event as unknown as APIGatewayProxyEvent;
}

const context = { getRemainingTimeInMillis: () => 10_000 } as Context;
const seen: unknown[] = [];
const handler = apiHandler(
  world,
  { caller: 'ADMINISTRATOR', body: jsonBody(changeRequestSchema) },
  async ({ body, caller }) => {
    seen.push({ body, caller: caller.userId });
    if (body.note === 'boom') throw new TypeError('Secret: arn:aws:kms:…');
    if (body.note === 'wait') throw new ProblemError('TOO_MANY_REQUESTS', {}, 30);
    return { status: 201, body: { done: true } };
  },
);

async function answer(overrides: Record<string, unknown> = {}) {
  const result = await handler(anEvent(overrides), context);
  return { status: result.statusCode, headers: result.headers ?? {}, body: JSON.parse(result.body) };
}

beforeEach(() => {
  dynamodb.reset();
  seen.length = 0;
  knows(aUser());
});

describe('the middleware of every route', () => {
  it('hands a parsed request with its caller on, and lets the page of the stage read the answer', async () => {
    const { status, headers, body } = await answer();
    expect({ status, body, seen }).toEqual({
      status: 201,
      body: { done: true },
      seen: [{ body: { action: 'BLOCK', reason: 'SUSPECTED_FRAUD' }, caller: 'user-admin' }],
    });
    expect(headers).toMatchObject({
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'Access-Control-Allow-Origin': 'https://console.test',
    });
  });

  it('lets another page read nothing, neither answers nor refusals', async () => {
    const foreign = { headers: { 'content-type': 'application/json', origin: 'https://evil.test' } };
    const refused = { headers: { 'content-type': 'text/plain', origin: 'https://evil.test' } };
    for (const overrides of [foreign, refused]) {
      expect((await answer(overrides)).headers['Access-Control-Allow-Origin']).not.toBe('https://evil.test');
    }
  });

  it.each([
    ['another media type', { headers: { 'content-type': 'text/plain' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['no media type', { headers: {} }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['16 KiB and a byte', { body: `{"note":"${'a'.repeat(16 * 1024 - 10)}"}` }, 413, 'BODY_TOO_LARGE'],
    ['no body', { body: null }, 400, 'MALFORMED_JSON'],
    ['half a body', { body: '{"action":' }, 400, 'MALFORMED_JSON'],
    [
      'bytes that are no UTF-8',
      { body: Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), isBase64Encoded: true },
      400,
      'MALFORMED_JSON',
    ],
    ['a repeated member', { body: '{"action":"BLOCK","action":"RELEASE"}' }, 400, 'DUPLICATE_MEMBER'],
  ])('refuses %s', async (_what, overrides, status, code) => {
    const { body, headers, ...rest } = await answer(overrides);
    expect({ ...rest, code: body.code, type: headers['Content-Type'] }).toEqual({
      status,
      code,
      type: 'application/problem+json',
    });
    expect(seen).toEqual([]);
  });

  it.each([
    ['an unknown member', '{"action":"BLOCK","reason":"OTHER","extra":1}', ['extra']],
    ['__proto__', '{"action":"BLOCK","reason":"OTHER","__proto__":{}}', ['__proto__']],
    ['several bad members', '{"action":"BURN","reason":1}', ['action', 'reason']],
    ['a list', '[]', ['body']],
  ])('names the fields of %s', async (_what, body, paths) => {
    const { status, body: refusal } = await answer({ body });
    expect({ status, code: refusal.code, paths: refusal.errors.map(({ path }: { path: string }) => path) }).toEqual({
      status: 400,
      code: 'VALIDATION_FAILED',
      paths,
    });
  });

  it.each([
    ['an unknown user', undefined, 'USER_DISABLED'],
    ['a disabled user', aUser({ enabled: false }), 'USER_DISABLED'],
    ['a secondary user', { ...aHolder(), userId: 'user-admin' }, 'ADMINISTRATOR_ONLY'],
  ])('refuses %s, after the request itself is found good', async (_who, user, code) => {
    knows(user);
    expect(await answer()).toMatchObject({ status: 403, body: { code } });
    expect(await answer({ body: '{}' })).toMatchObject({ status: 400 });
  });

  it('says nothing of the inside when something breaks', async () => {
    const { status, body } = await answer({ body: '{"action":"BLOCK","reason":"OTHER","note":"boom"}' });
    expect({ status, body }).toEqual({
      status: 500,
      body: {
        type: 'urn:llavero:problem:internal',
        title: 'No se pudo completar; intente de nuevo · It could not be done; try again',
        status: 500,
        code: 'INTERNAL',
        requestId: 'request-1',
      },
    });
  });

  it('fails closed where DynamoDB does not answer', async () => {
    dynamodb.reset();
    dynamodb.on(BatchGetCommand).rejects(new Error('timeout'));
    expect(await answer()).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    expect(seen).toEqual([]);
  });

  it('says how long to wait', async () => {
    const { status, headers } = await answer({ body: '{"action":"BLOCK","reason":"OTHER","note":"wait"}' });
    expect([status, headers['Retry-After']]).toEqual([429, '30']);
  });

  it('takes each query parameter once, and none that it does not know', async () => {
    const listing = apiHandler(
      world,
      { caller: 'ANYONE', query: z.strictObject({ q: z.optional(z.string()) }) },
      async ({ query }) => ({
        status: 200,
        body: query,
      }),
    );
    const ask = async (queryStringParameters: object, multiValueQueryStringParameters: object | null = null) =>
      (await listing(anEvent({ queryStringParameters, multiValueQueryStringParameters }), context)).statusCode;
    expect(await ask({ q: 'a' }, { q: ['a'] })).toBe(200);
    expect(await ask({ q: 'b' }, { q: ['a', 'b'] })).toBe(400);
    expect(await ask({ other: 'a' })).toBe(400);
  });
});
