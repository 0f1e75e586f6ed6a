import { aUser } from '../fixtures.ts';
import { given } from '../world/given.ts';
import { stopStandingIn } from '../world/stand-in.ts';
import type { MemoryWorld } from '../world/world.ts';
import { administratorsPhone, call, ofHolder, routeWorld, withKey } from './route-scene.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = routeWorld();
});

afterEach(stopStandingIn);

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
  await administratorsPhone(world);
  const body = { action: 'RELEASE', reason: 'PHONE_CHANGED' };
  const answer = await call('request-change', { path: ofHolder, headers: withKey, body });
  expect(answer).toMatchObject({ status: 202, body: { bindingCode: expect.stringMatching(/^[0-9]{6}$/) } });
  const other = aUser({ userId: 'user-other', tokenId: 'token-other' });
  given(world, other);
  const read = await call('get-change', { by: other, path: { changeId: answer.body.changeId } });
  expect(read.body).not.toHaveProperty('bindingCode');
});
