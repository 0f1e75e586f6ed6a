import { ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import type * as z from 'zod/mini';
import { OPERATIONS } from '../../shared/http/operations.ts';
import { problemResponse } from '../../shared/http/responses.ts';
import { ROUTES } from '../../shared/routes.ts';
import { given } from '../world/given.ts';
import { stopStandingIn } from '../world/stand-in.ts';
import { type MemoryWorld, refuse } from '../world/world.ts';
import { CASES } from './route-cases.ts';
import { admin, call, type FunctionName, routeWorld, waits } from './route-scene.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = routeWorld();
});

afterEach(stopStandingIn);

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
    const { status, headers, body } = await call(functionName, await accepted(world));
    expect({ status, body }).toMatchObject(answer);
    expect(headers).toEqual({ ...JSON_HEADERS, ...(body ? { 'Content-Type': 'application/json' } : {}) });
    const schema: z.ZodMiniType | null | undefined = responses[answer.status];
    expect(schema ? schema.safeParse(body).error : body).toBeUndefined();
  });

  it(`refuses with ${problem.code}, as a problem`, async () => {
    const refusal = await call(functionName, { ...(await accepted(world)), ...refused });
    expect(refusal).toEqual({
      status: problem.status,
      headers: { ...JSON_HEADERS, 'Content-Type': 'application/problem+json' },
      body: expect.objectContaining({ ...problem, requestId: 'request-1' }),
    });
    expect(problemResponse.safeParse(refusal.body).error).toBeUndefined();
  });

  it('answers no page of another origin', async () => {
    const { headers } = await call(functionName, {
      ...(await accepted(world)),
      headers: { Origin: 'https://else.test' },
    });
    expect(headers).toMatchObject({ Vary: 'Origin' });
    expect(headers).not.toHaveProperty('Access-Control-Allow-Origin');
  });

  it('refuses a member that it does not know, before anything is read', async () => {
    const good = await accepted(world);
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
    const good = await accepted(world);
    refuse(world, 'BatchGet', new Error('Demo Titular is in arn:aws:dynamodb'), { times: 1 });
    const broken = await call(functionName, good);
    expect(broken).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    expect(JSON.stringify(broken)).not.toMatch(/Titular|arn:/);
    refuse(world, 'BatchGet', new ProvisionedThroughputExceededException({ message: 'Titular', $metadata: {} }));
    const busy = await call(functionName, good);
    expect(busy).toMatchObject({ status: 503, headers: { 'Retry-After': '1' }, body: { code: 'UNAVAILABLE' } });
  });
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
