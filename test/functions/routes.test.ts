import { ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { currentCode, decide, signPushToken } from '../../phone/protocol/index.ts';
import type { HeldChange } from '../../shared/domain/change.ts';
import type { User } from '../../shared/domain/user.ts';
import { OPERATIONS } from '../../shared/http/operations.ts';
import { problemResponse } from '../../shared/http/responses.ts';
import { ROUTES } from '../../shared/routes.ts';
import { createActivationCode } from '../../shared/use-cases/create-activation-code.ts';
import { listAuthorizations } from '../../shared/use-cases/list-authorizations.ts';
import { requestChange } from '../../shared/use-cases/request-change.ts';
import { aHeldChange, aHolder, aToken, aUser, withPending } from '../fixtures.ts';
import { given } from '../world/given.ts';
import { anEnrolment, enrolledPhone, givenCode } from '../world/phone.ts';
import { standIn, stopStandingIn } from '../world/stand-in.ts';
import { type MemoryWorld, memoryWorld, refuse } from '../world/world.ts';

type FunctionName = (typeof ROUTES)[number]['functionName'];

/** A call beside its route; a body is sent as JSON. */
interface Call {
  readonly by?: User | null;
  /** When the caller signed in, as their token says it. */
  readonly authTime?: number;
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

interface Case {
  /** Makes ready what the accepted call finds, and gives the call. */
  readonly accepted: () => Promise<Call> | Call;
  readonly answer: { readonly status: number; readonly body?: object };
  /** The changed call, and its refusal. */
  readonly refused: Call;
  readonly problem: { readonly status: number; readonly code: string };
}

const admin = aUser();
const holder = aHolder();
const waits = (of: User, members = {}) => {
  const { userId, fullName, username, role, tokenId } = of;
  const holding = { userId, fullName, username, role };
  return aToken({ tokenId, holder: holding, status: 'PENDING_ENROLLMENT', device: null, ...members });
};

let world: MemoryWorld;

/** The company's administrator has an enrolled phone that is older than what is requested after it. */
async function administratorsPhone() {
  given(world, waits(admin));
  const phone = await enrolledPhone(world, admin);
  world.clock.advance(1000);
  jest.setSystemTime(world.clock.now());
  return phone;
}

const request = (action: 'BLOCK' | 'RELEASE') => {
  const reason = action === 'BLOCK' ? 'SUSPECTED_FRAUD' : 'PHONE_CHANGED';
  const asked = { action, reason, note: null, idempotencyKey: 'key-1', requestId: 'request-1' };
  return requestChange(world, { caller: admin, tokenId: holder.tokenId, ...asked });
};

function held(): HeldChange {
  const change = aHeldChange();
  given(world, withPending(aToken(), change), change);
  return change;
}

const NOT_FOUND = { status: 404, code: 'NOT_FOUND' };
const ADMINISTRATOR_ONLY = { status: 403, code: 'ADMINISTRATOR_ONLY' };
const USER_DISABLED = { status: 403, code: 'USER_DISABLED' };
const unknownToken = { path: { tokenId: 'token-9' } };
const unknownChange = { path: { changeId: 'change-9' } };
const ofHolder = { tokenId: holder.tokenId };
const withKey = { 'Idempotency-Key': 'key-1' };

const CASES: Readonly<Record<FunctionName, Case>> = {
  'get-me': {
    accepted: () => ({}),
    answer: { status: 200, body: { user: { userId: 'user-admin' }, company: { companyId: 'DEMO', name: 'Demo' } } },
    refused: { by: aUser({ userId: 'user-nobody' }) },
    problem: USER_DISABLED,
  },
  'list-tokens': {
    accepted: () => {
      given(world, waits(admin));
      return { query: { limit: '1' } };
    },
    answer: { status: 200, body: { items: [{ tokenId: 'token-admin' }], nextCursor: expect.any(String) } },
    refused: { query: { cursor: 'made-up' } },
    problem: { status: 400, code: 'VALIDATION_FAILED' },
  },
  'get-token': {
    accepted: () => ({ path: ofHolder }),
    answer: { status: 200, body: { tokenId: 'token-holder', authorizable: false, ownActivationUntil: null } },
    refused: unknownToken,
    problem: NOT_FOUND,
  },
  'list-events': {
    accepted: async () => {
      await request('BLOCK');
      return { path: ofHolder };
    },
    answer: { status: 200, body: { items: [{ type: 'CHANGE_APPLIED' }], nextCursor: null } },
    refused: unknownToken,
    problem: NOT_FOUND,
  },
  'list-company-events': {
    accepted: async () => {
      await request('BLOCK');
      return { query: { type: 'CHANGE_APPLIED', from: '2026-01-05T10:00:00-05:00' } };
    },
    answer: {
      status: 200,
      body: {
        items: [{ companyId: 'DEMO', tokenId: 'token-holder', type: 'CHANGE_APPLIED' }],
        nextCursor: null,
      },
    },
    refused: { query: { from: 'yesterday' } },
    problem: { status: 400, code: 'VALIDATION_FAILED' },
  },
  'list-reasons': {
    accepted: () => ({ query: { action: 'RELEASE' } }),
    answer: { status: 200, body: { items: expect.arrayContaining([expect.objectContaining({ action: 'RELEASE' })]) } },
    refused: { by: holder },
    problem: ADMINISTRATOR_ONLY,
  },
  'request-change': {
    accepted: () => ({ path: ofHolder, headers: withKey, body: { action: 'BLOCK', reason: 'SUSPECTED_FRAUD' } }),
    answer: { status: 201, body: { status: 'APPLIED', authorization: null } },
    refused: { headers: {} },
    problem: { status: 400, code: 'IDEMPOTENCY_KEY_REQUIRED' },
  },
  'list-changes': {
    accepted: () => {
      held();
      return { query: { status: 'PENDING_AUTHORIZATION' } };
    },
    answer: { status: 200, body: { items: [{ changeId: 'change-1' }], nextCursor: null } },
    refused: { by: holder },
    problem: ADMINISTRATOR_ONLY,
  },
  'get-change': {
    accepted: () => ({ path: { changeId: held().changeId } }),
    answer: { status: 200, body: { changeId: 'change-1', authorization: { decidable: false } } },
    refused: unknownChange,
    problem: NOT_FOUND,
  },
  'cancel-change': {
    accepted: () => ({ path: { changeId: held().changeId } }),
    answer: { status: 200, body: { status: 'CANCELLED', outcome: { cause: 'CANCELLED' } } },
    refused: unknownChange,
    problem: NOT_FOUND,
  },
  'get-receipt': {
    accepted: async () => ({ path: { changeId: (await request('BLOCK')).change.changeId } }),
    answer: { status: 200, body: { format: 'llavero-receipt/1', device: null, signature: expect.any(String) } },
    refused: unknownChange,
    problem: NOT_FOUND,
  },
  'create-activation-code': {
    accepted: () => {
      given(world, waits(holder));
      return { path: ofHolder };
    },
    answer: { status: 201, body: { activationCode: expect.any(String), expiresAt: '2026-01-06T15:00:00.000Z' } },
    refused: unknownToken,
    problem: NOT_FOUND,
  },
  'get-support': {
    accepted: () => ({ by: holder }),
    answer: { status: 200, body: { open: expect.any(Boolean) } },
    refused: { by: null },
    problem: USER_DISABLED,
  },
  'enrol-device': {
    accepted: async () => {
      given(world, waits(holder));
      givenCode(world, holder);
      const { caller: _caller, requestId: _requestId, ...body } = await anEnrolment(world, holder);
      return { by: holder, body };
    },
    answer: { status: 201, body: { tokenId: 'token-holder', deviceId: expect.any(String) } },
    refused: { by: admin },
    problem: { status: 403, code: 'PROOF_REFUSED' },
  },
  'get-app-me': {
    accepted: () => ({ by: holder, query: { deviceId: 'phone-1' } }),
    answer: { status: 200, body: { token: { tokenId: 'token-holder', status: 'ACTIVE' }, retiredDeviceId: null } },
    refused: { query: { deviceId: 'phone 1' } },
    problem: { status: 400, code: 'VALIDATION_FAILED' },
  },
  'update-push-token': {
    accepted: async () => {
      const { deviceId, signer } = await administratorsPhone();
      return { path: { deviceId }, body: await signPushToken('other-token', signer, world.clock.now()) };
    },
    answer: { status: 204 },
    refused: { path: { deviceId: 'phone-8' } },
    problem: NOT_FOUND,
  },
  'list-authorizations': {
    accepted: async () => {
      await administratorsPhone();
      await request('RELEASE');
      return {};
    },
    answer: { status: 200, body: { items: [{ attemptsLeft: 3, challenge: { tokenId: 'token-holder' } }] } },
    refused: { by: null },
    problem: USER_DISABLED,
  },
  'decide-change': {
    accepted: async () => {
      const { signer } = await administratorsPhone();
      const { changeId, authorization } = (await request('RELEASE')).change;
      const [waiting] = await listAuthorizations(world, admin);
      if (!waiting || !authorization?.bindingCode) throw new Error('Nothing waits');
      const answer = { decision: 'APPROVE', bindingCode: authorization.bindingCode } as const;
      const decision = await decide(waiting.challenge, answer, signer, world.clock.now());
      return { path: { changeId }, body: { decision } };
    },
    answer: { status: 200, body: { status: 'AUTHORIZED' } },
    refused: unknownChange,
    problem: NOT_FOUND,
  },
  'verify-otp': {
    accepted: async () => {
      const { seed } = await administratorsPhone();
      return { by: null, body: { userId: 'user-admin', code: currentCode(seed, world.clock.now()).code } };
    },
    answer: { status: 200, body: { valid: true } },
    refused: { body: { userId: 'user-admin', code: '12345' } },
    problem: { status: 400, code: 'VALIDATION_FAILED' },
  },
};

beforeEach(() => {
  world = memoryWorld();
  standIn(world);
  given(world, { companyId: 'DEMO', name: 'Demo', authorizationPolicy: 'REQUESTER' }, admin, holder, aToken());
});

afterEach(stopStandingIn);

const context = { getRemainingTimeInMillis: () => 10_000 } as Context;

/** Calls a route as the gateway does. */
async function call(functionName: FunctionName, { by = admin, authTime, path, query, headers, body }: Call) {
  const route = ROUTES.find((each) => each.functionName === functionName);
  const event = {
    httpMethod: route?.method,
    resource: route?.path,
    headers: { Origin: 'https://console.test', ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
    body: body ? JSON.stringify(body) : null,
    isBase64Encoded: false,
    pathParameters: path ?? null,
    queryStringParameters: query ?? null,
    multiValueQueryStringParameters: null,
    requestContext: {
      requestId: 'request-1',
      authorizer: { claims: by ? { sub: by.userId, ...(authTime ? { auth_time: String(authTime) } : {}) } : {} },
    },
  };
  const { handler }: { handler(event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> } =
    await import(`../../functions/${functionName}/handler.ts`);
  // What a handler reads of an event; the gateway's event has much more.
  const answer = await handler(event as unknown as APIGatewayProxyEvent, context);
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: answer.body.startsWith('{') ? JSON.parse(answer.body) : answer.body || undefined,
  };
}

const JSON_HEADERS = {
  'Cache-Control': 'no-store',
  'Access-Control-Allow-Origin': 'https://console.test',
  'Access-Control-Expose-Headers': 'Retry-After,Link',
  Vary: 'Origin',
};
const names = ROUTES.map(({ functionName }) => functionName);

describe.each(names)('the route of %s', (functionName) => {
  const { accepted, answer, refused, problem } = CASES[functionName];
  const { responses } = OPERATIONS[functionName];

  it('answers what the contract says, to the page of the stage', async () => {
    const { status, headers, body } = await call(functionName, await accepted());
    expect({ status, body }).toMatchObject(answer);
    expect(headers).toEqual({ ...JSON_HEADERS, ...(body ? { 'Content-Type': 'application/json' } : {}) });
    const schema: z.ZodMiniType | null | undefined = responses[answer.status];
    expect(schema ? schema.safeParse(body).error : body).toBeUndefined();
  });

  it(`refuses with ${problem.code}, as a problem`, async () => {
    const refusal = await call(functionName, { ...(await accepted()), ...refused });
    expect(refusal).toEqual({
      status: problem.status,
      headers: { ...JSON_HEADERS, 'Content-Type': 'application/problem+json' },
      body: expect.objectContaining({ ...problem, requestId: 'request-1' }),
    });
    expect(problemResponse.safeParse(refusal.body).error).toBeUndefined();
  });

  it('answers no page of another origin', async () => {
    const { headers } = await call(functionName, { ...(await accepted()), headers: { Origin: 'https://else.test' } });
    expect(headers).toMatchObject({ Vary: 'Origin' });
    expect(headers).not.toHaveProperty('Access-Control-Allow-Origin');
  });

  it('refuses a member that it does not know, before anything is read', async () => {
    const good = await accepted();
    world.calls.length = 0;
    const more = good.body ? { body: { ...good.body, extra: 1 } } : { query: { ...good.query, extra: '1' } };
    const { status, body } = await call(functionName, { ...good, ...more });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ path: 'extra' }] },
    });
    expect(world.calls).toEqual([]);
  });

  it('says nothing of the inside where the table fails, and when to come again where that may pass', async () => {
    const good = await accepted();
    refuse(world, 'BatchGet', new Error('Demo Titular is in arn:aws:dynamodb'), { times: 1 });
    const broken = await call(functionName, good);
    expect(broken).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    expect(JSON.stringify(broken)).not.toMatch(/Titular|arn:/);
    refuse(world, 'BatchGet', new ProvisionedThroughputExceededException({ message: 'Titular', $metadata: {} }));
    const busy = await call(functionName, good);
    expect(busy).toMatchObject({ status: 503, headers: { 'Retry-After': '1' }, body: { code: 'UNAVAILABLE' } });
  });
});

describe('the Idempotency-Key', () => {
  const body = { action: 'BLOCK', reason: 'SUSPECTED_FRAUD' };
  const ask = (headers: Record<string, string>) => call('request-change', { path: ofHolder, headers, body });

  it.each(['!', '~'.repeat(255)])('may be 1 to 255 visible characters: %.10s', async (key) => {
    expect(await ask({ 'idempotency-key': key })).toMatchObject({ status: 201 });
  });

  it.each([
    ['none', {}, 'IDEMPOTENCY_KEY_REQUIRED'],
    ['an empty one', { 'Idempotency-Key': '' }, 'IDEMPOTENCY_KEY_REQUIRED'],
    ['256 characters', { 'Idempotency-Key': 'k'.repeat(256) }, 'VALIDATION_FAILED'],
    ['a space', { 'Idempotency-Key': 'a b' }, 'VALIDATION_FAILED'],
    ['a letter beyond ASCII', { 'Idempotency-Key': 'año' }, 'VALIDATION_FAILED'],
  ])('is refused where it is %s, and nothing is changed', async (_, headers, code) => {
    expect(await ask(headers)).toMatchObject({ status: 400, body: { code } });
    expect(world.calls).toEqual([]);
  });

  it('given again for the same request is the same change, and for another is refused', async () => {
    const [first, again] = [await ask(withKey), await ask(withKey)];
    expect(again).toMatchObject({ status: 201, body: { changeId: first.body.changeId } });
    const other = { path: ofHolder, headers: withKey, body: { action: 'BLOCK', reason: 'PHONE_STOLEN' } };
    expect(await call('request-change', other)).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
  });
});

it('a held change is answered 202, with the code for whoever asked alone', async () => {
  await administratorsPhone();
  const body = { action: 'RELEASE', reason: 'PHONE_CHANGED' };
  const answer = await call('request-change', { path: ofHolder, headers: withKey, body });
  expect(answer).toMatchObject({ status: 202, body: { bindingCode: expect.stringMatching(/^[0-9]{6}$/) } });
  const other = aUser({ userId: 'user-other', tokenId: 'token-other' });
  given(world, other);
  const read = await call('get-change', { by: other, path: { changeId: answer.body.changeId } });
  expect(read.body).not.toHaveProperty('bindingCode');
});

it('tells how many tokens match only where that is asked for', async () => {
  given(world, waits(admin), waits(holder));
  const ask = (query: Record<string, string>) => call('list-tokens', { query: { limit: '1', ...query } });
  const matches = { count: 2, more: false };
  expect(await ask({ count: 'true' })).toMatchObject({ status: 200, body: { items: [{}], matches } });
  expect(await ask({ count: 'true', enabled: 'false' })).toMatchObject({ body: { matches: { count: 0 } } });
  expect((await ask({})).body).not.toHaveProperty('matches');
  for (const wrong of [{ count: 'yes' }, { enabled: 'no' }]) expect(await ask(wrong)).toMatchObject({ status: 400 });
});

it.each<[FunctionName, Call, string]>([
  ['list-tokens', { query: { limit: '1' } }, 'tokenId'],
  ['list-changes', { query: { limit: '1' } }, 'changeId'],
  ['list-events', { path: ofHolder, query: { limit: '1' } }, 'seq'],
  ['list-company-events', { query: { limit: '1' } }, 'seq'],
])('%s goes on from its cursor, which is of that list alone', async (functionName, first, id) => {
  given(world, waits(admin), waits(holder), aHeldChange({ status: 'REJECTED' }), aHeldChange({ changeId: 'change-2' }));
  const code = { caller: admin, tokenId: holder.tokenId, requestId: 'request-1' };
  await createActivationCode(world, code);
  await createActivationCode(world, code);
  const { body } = await call(functionName, first);
  const cursor = { ...first.query, cursor: body.nextCursor };
  const next = await call(functionName, { ...first, query: cursor });
  expect(next.body.items).toHaveLength(1);
  expect(next.body.items[0][id]).not.toBe(body.items[0][id]);
  const elsewhere = functionName === 'list-tokens' ? 'list-changes' : 'list-tokens';
  expect(await call(elsewhere, { query: cursor })).toMatchObject({ status: 400 });
});

it.each<[FunctionName, string]>([
  ['list-tokens', 'tokenId,kind,serial,status,'],
  ['list-changes', 'changeId,number,tokenId,action,reason,'],
  ['list-company-events', 'companyId,tokenId,seq,type,at,'],
])('%s is given as CSV where it is asked for so, and its Link leads to the next page', async (functionName, header) => {
  given(world, waits(admin));
  await request('BLOCK');
  world.clock.advance(1000);
  const other = waits(admin, { status: 'ACTIVE', device: aToken().device });
  given(world, other);
  await requestChange(world, {
    caller: admin,
    tokenId: other.tokenId,
    action: 'BLOCK',
    reason: 'SUSPECTED_FRAUD',
    note: null,
    idempotencyKey: 'key-2',
    requestId: 'request-2',
  });
  const csv = { Origin: 'https://console.test', Accept: 'text/csv' };
  const { status, headers, body } = await call(functionName, { headers: csv, query: { limit: '1' } });
  expect({ status, contentType: headers?.['Content-Type'] }).toEqual({
    status: 200,
    contentType: 'text/csv; charset=utf-8; header=present',
  });
  expect(body.split('\r\n')).toEqual([expect.stringMatching(`^${header}`), expect.anything(), '']);
  const [, address = ''] = /^<(\?[^>]+)>; rel="next"$/.exec(String(headers?.Link)) ?? [];
  const query = Object.fromEntries(new URLSearchParams(address));
  expect(query).toMatchObject({ limit: '1', cursor: expect.any(String) });
  const next = await call(functionName, { headers: csv, query });
  expect(next).toMatchObject({ status: 200, body: expect.stringMatching(`^${header}`) });
  expect(next.body).not.toBe(body);
});

it.each<FunctionName>(['get-me', 'get-app-me'])(
  '%s tells the sign-in before this one, which the token dates',
  async (functionName) => {
    given(world, waits(admin));
    const first = await call(functionName, { authTime: 1_767_600_000 });
    const second = await call(functionName, { authTime: 1_767_603_600 });
    expect([first.body.lastAccess, second.body.lastAccess]).toEqual([null, '2026-01-05T08:00:00.000Z']);
    for (const authTime of [Number.NaN, -1, 1.5]) {
      expect((await call(functionName, { authTime })).body.lastAccess).toBeNull();
    }
  },
);
