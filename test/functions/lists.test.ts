import { createActivationCode } from '../../shared/use-cases/create-activation-code.ts';
import { requestChange } from '../../shared/use-cases/request-change.ts';
import { aHeldChange, aToken } from '../fixtures.ts';
import { given } from '../world/given.ts';
import { stopStandingIn } from '../world/stand-in.ts';
import type { MemoryWorld } from '../world/world.ts';
import {
  admin,
  type Call,
  call,
  type FunctionName,
  holder,
  ofHolder,
  request,
  routeWorld,
  waits,
} from './route-scene.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = routeWorld();
});

afterEach(stopStandingIn);

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
  await request(world, 'BLOCK');
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
