import { currentCode, type Seed } from '../../../phone/protocol/index.ts';
import type { Token } from '../../../shared/domain/token.ts';
import { otpStates, seeds, tokens } from '../../../shared/repositories/items.ts';
import { verifyOtp } from '../../../shared/use-cases/verify-otp.ts';
import { emittedBy } from '../../emitted.ts';
import { aHolder, aToken, later, NOW } from '../../fixtures.ts';
import { at, given, stored } from '../../world/given.ts';
import { enrolledPhone } from '../../world/phone.ts';
import { type MemoryWorld, meanwhile, memoryWorld, refuse, TABLE_NAMES } from '../../world/world.ts';

let world: MemoryWorld;
let seed: Seed;

beforeEach(async () => {
  world = memoryWorld();
  given(world, aHolder(), aToken({ status: 'PENDING_ENROLLMENT', device: null }));
  await emittedBy(async () => {
    seed = (await enrolledPhone(world, aHolder())).seed;
  });
});

const good = (seconds = 0) => currentCode(seed, later(seconds)).code;
/** Another code than any that is good now. */
const wrong = () =>
  ['000000', '111111', '222222', '333333'].find((code) => ![-30, 0, 30].map(good).includes(code)) ?? '';
const state = () => stored(world, otpStates.at('user-holder'));

/** The verification's answer, and the metrics that it emits. */
async function verify(code: string, userId = 'user-holder') {
  let valid: boolean | undefined;
  const emitted = await emittedBy(async () => {
    valid = await verifyOtp(world, userId, code);
  });
  return { valid, emitted };
}

const VALID = { valid: true, emitted: [['OtpVerifications VALID', 1]] };
const INVALID = { valid: false, emitted: [['OtpVerifications INVALID', 1]] };

it.each([-30, 0, 30])('takes the code of the step %i seconds away, once', async (seconds) => {
  expect(await verify(good(seconds))).toEqual(VALID);
  expect(await verify(good(seconds))).toEqual(INVALID);
});

it.each([-60, 60])('takes no code of the step %i seconds away', async (seconds) => {
  expect(await verify(good(seconds))).toEqual(INVALID);
});

it.each<[string, () => void]>([
  ['disabled user', () => given(world, aHolder({ enabled: false }))],
  ['blocked token', () => given(world, token({ status: 'BLOCKED' }))],
  ['token without a phone', () => given(world, token({ device: null }))],
])('takes no code of a %s, right as it may be, and counts a failure', async (_, make) => {
  make();
  expect(await verify(good())).toEqual(INVALID);
  expect(state()).toMatchObject({ failures: 1 });
});

function token(members: Partial<Token>): Token {
  const before = stored(world, tokens.at('DEMO', 'token-holder'));
  if (!before) throw new Error('There is none');
  return { ...before, ...members };
}

it('takes no code of another phone’s seed, and says that the phone’s own is missing', async () => {
  const sealed = stored(world, seeds.at('token-holder'))?.sealed ?? '';
  given(world, at(seeds.at('token-holder'), { deviceId: 'other', sealed }));
  expect(await verify(good())).toEqual({ ...INVALID, emitted: [['SeedsMissing', 1], ...INVALID.emitted] });
});

it('says that a seed is missing where there is none', async () => {
  given(world, aHolder({ tokenId: 'token-2' }), { ...token({}), tokenId: 'token-2' });
  expect(await verify(good())).toEqual({ ...INVALID, emitted: [['SeedsMissing', 1], ...INVALID.emitted] });
});

it('finds nothing of a token whose id is given for a user', async () => {
  expect(await verify(good(), 'token-holder')).toEqual(INVALID);
});

describe('after five failures', () => {
  beforeEach(async () => {
    for (let times = 0; times < 5; times++) expect(await verify(wrong())).toEqual(INVALID);
  });

  it('rests for five minutes, and takes not even a good code', async () => {
    const emitted = await emittedBy(() =>
      expect(verifyOtp(world, 'user-holder', good())).rejects.toMatchObject({
        code: 'TOO_MANY_REQUESTS',
        retryAfter: 300,
      }),
    );
    expect(emitted).toEqual([['OtpVerifications RESTING', 1]]);
    world.clock.advance(299_999);
    await expect(verifyOtp(world, 'user-holder', good(299))).rejects.toMatchObject({ retryAfter: 1 });
  });

  it('takes a good code once that is over, and forgets the failures', async () => {
    world.clock.advance(300_000);
    expect(await verify(good(300))).toEqual(VALID);
    expect(state()).toMatchObject({ failures: 0, restsUntil: 0 });
  });
});

it('takes a code once where it is verified twice at the same moment', async () => {
  const steps = Math.floor(NOW.getTime() / 30_000);
  const deviceId = token({}).device?.deviceId ?? '';
  const used = { failures: 0, restsUntil: 0, deviceId, usedSteps: [steps], version: 1 };
  meanwhile(world, 'TransactWrite', () => given(world, at(otpStates.at('user-holder'), used)));
  expect(await verify(good())).toEqual(INVALID);
});

it('rests where the fifth failure is another’s at the same moment', async () => {
  for (let times = 0; times < 3; times++) await verify(wrong());
  const five = { failures: 5, restsUntil: later(300).getTime(), deviceId: null, usedSteps: [], version: 4 };
  meanwhile(world, 'TransactWrite', () => given(world, at(otpStates.at('user-holder'), five)));
  await emittedBy(() =>
    expect(verifyOtp(world, 'user-holder', good())).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' }),
  );
});

it('keeps what it remembers of a user whom nobody knows for a day', async () => {
  expect(await verify(wrong(), 'user-nobody')).toEqual(INVALID);
  const kept = world.services.tables.items(TABLE_NAMES.main).find(({ pk }) => pk === 'USER#user-nobody');
  expect(kept?.ttl).toBe(later(86_400).getTime() / 1000);
});

it('fails closed where KMS does not open the seed, and counts no failure', async () => {
  refuse(world, 'Decrypt', new Error('no answer'));
  await expect(verifyOtp(world, 'user-holder', good())).rejects.toThrow('no answer');
  expect(state()).toBeUndefined();
});
