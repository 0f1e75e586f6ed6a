import { ROUTES } from '../../shared/routes.ts';
import { aUser } from '../fixtures.ts';
import { given } from '../world/given.ts';
import { stopStandingIn } from '../world/stand-in.ts';
import type { MemoryWorld } from '../world/world.ts';
import { CASES } from './route-cases.ts';
import { admin, call, type FunctionName, holder, ofHolder, routeWorld, withKey } from './route-scene.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = routeWorld();
});

afterEach(stopStandingIn);

const JWK = { kty: 'EC', crv: 'P-384', x: 'A'.repeat(64), y: 'A'.repeat(64) };
const note = (text: unknown) => ({ action: 'RELEASE', reason: 'OTHER', note: text });

it.each<[FunctionName, string, Record<string, unknown>, string]>([
  ['request-change', 'another company', { companyId: 'x' }, 'companyId'],
  ['request-change', 'a member that every object has', { constructor: {} }, 'constructor'],
  ['request-change', 'no action', { action: undefined }, 'action'],
  ['request-change', 'an unknown action', { action: 'DESTROY' }, 'action'],
  ['request-change', 'an action in small letters', { action: 'block' }, 'action'],
  ['request-change', 'no reason', { reason: undefined }, 'reason'],
  ['request-change', 'a reason of another action', { reason: 'USER_RETURNED' }, 'reason'],
  ['request-change', 'a reason that every object has', { reason: 'toString' }, 'reason'],
  ['request-change', 'another reason without a note', { reason: 'OTHER' }, 'note'],
  ['request-change', 'a blank note', note('   '), 'note'],
  ['request-change', 'a note that is a number', note(1), 'note'],
  ['request-change', 'a note with a terminal escape', note('a\u001b[2J'), 'note'],
  ['request-change', 'a note of 501 characters', note('x'.repeat(501)), 'note'],
  ['enrol-device', 'an unknown platform', { platform: 'FAX' }, 'platform'],
  ['enrol-device', 'no push token', { pushToken: undefined }, 'pushToken'],
  ['enrol-device', 'a control character in the name', { name: 'a\u0007b' }, 'name'],
  ['enrol-device', 'a key of another curve', { signingKey: JWK }, 'signingKey.crv'],
  ['enrol-device', 'a private key', { encryptionKey: { ...JWK, d: 'A'.repeat(43) } }, 'encryptionKey.d'],
  ['decide-change', 'no decision', { decision: undefined }, 'decision'],
  ['decide-change', 'a number for a decision', { decision: 1 }, 'decision'],
  ['update-push-token', 'no proof', { proof: undefined }, 'proof'],
  ['verify-otp', 'letters', { code: 'abcdef' }, 'code'],
  ['verify-otp', 'a digit too many', { code: '1234567' }, 'code'],
  ['verify-otp', 'a sign', { code: '+123456' }, 'code'],
  ['verify-otp', 'more blanks than anybody types', { code: `123456${' '.repeat(64)}` }, 'code'],
  ['verify-otp', 'no user', { userId: undefined }, 'userId'],
])('%s is refused with %s, and the field is named', async (functionName, _what, members, path) => {
  const good = await CASES[functionName].accepted(world);
  const { status, body } = await call(functionName, { ...good, body: { ...good.body, ...members } });
  expect({ status, code: body.code, paths: body.errors?.map((each: { path: string }) => each.path) }).toEqual({
    status: 400,
    code: 'VALIDATION_FAILED',
    paths: expect.arrayContaining([path]),
  });
});

it.each([
  ['limit', '0'],
  ['limit', '101'],
  ['limit', 'ten'],
  ['kind', 'PAPER'],
  ['sort', 'serial'],
  ['status', 'GONE'],
  ['cursor', 'AAAA'],
])('a list of tokens is refused with the %s %s, which is named', async (path, value) => {
  expect(await call('list-tokens', { query: { [path]: value } })).toMatchObject({
    status: 400,
    body: { code: 'VALIDATION_FAILED', errors: [{ path }] },
  });
});

it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
  'a request for a change as %s is refused',
  async (type) => {
    const headers = { ...withKey, 'Content-Type': type };
    const body = { action: 'BLOCK', reason: 'SUSPECTED_FRAUD' };
    expect(await call('request-change', { path: ofHolder, headers, body })).toMatchObject({
      status: 415,
      body: { code: 'UNSUPPORTED_MEDIA_TYPE' },
    });
  },
);

/** Routes that are anybody's who is enabled, or no person's at all. */
const ANYBODYS = ['get-me', 'get-support', 'verify-otp'];
const namesUnder = (isApp: boolean) =>
  ROUTES.flatMap(({ functionName, path }) =>
    path.startsWith('/app/') === isApp && !ANYBODYS.includes(functionName) ? functionName : [],
  );

it.each(namesUnder(false))('%s is an administrator’s alone: a secondary user changes nothing by it', async (name) => {
  const good = await CASES[name].accepted(world);
  const before = JSON.stringify(world.services.tables.items('llavero'));
  expect(await call(name, { ...good, by: holder })).toMatchObject({
    status: 403,
    body: { code: 'ADMINISTRATOR_ONLY' },
  });
  expect(JSON.stringify(world.services.tables.items('llavero'))).toBe(before);
});

it.each([...namesUnder(false), ...namesUnder(true), 'get-me', 'get-support'] as const)(
  '%s is no disabled user’s',
  async (name) => {
    const good = await CASES[name].accepted(world);
    const { by = admin } = good;
    given(world, aUser({ ...by, enabled: false }));
    expect(await call(name, good)).toMatchObject({ status: 403, body: { code: 'USER_DISABLED' } });
  },
);
