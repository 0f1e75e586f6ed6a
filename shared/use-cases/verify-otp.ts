import type { Secret } from 'otpauth';
import { goodSteps, judgeCode, NO_VERIFICATION_YET, type OtpState, remainingRest } from '../domain/otp.ts';
import type { User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { otpStates, type SealedSeed, seeds, tokens, users } from '../repositories/items.ts';
import { putOtpState } from '../repositories/otp-states.ts';
import { matchStep } from '../security/one-time-code.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';

/** For how long what is remembered of a user nobody knows is kept, in seconds. */
const KEEP_UNKNOWN_SECONDS = 86_400;

/** As long as KMS makes a sealed seed, so that opening none takes the same call. */
const DECOY_BYTES = 172;

/**
 * Judges whether a one-time code is the user's, now and for the first time. A wrong code and a blocked, released or
 * unknown token get the same answer, after the same work: two reads, one call of KMS and one write.
 *
 * @throws ProblemError `TOO_MANY_REQUESTS` while the user's verification rests.
 */
export async function verifyOtp(
  world: Uses<'tables' | 'seedKey' | 'clock' | 'random'>,
  userId: string,
  code: string,
): Promise<boolean> {
  const { tables, clock } = world;
  return tables.decideAgain(async () => {
    const { user, state = NO_VERIFICATION_YET } = await tables.read({
      user: users.at(userId),
      state: otpStates.at(userId),
    });
    const now = clock.now();
    const rest = remainingRest(state, now);
    if (rest !== undefined) {
      count('OtpVerifications', 'RESTING');
      throw new ProblemError('TOO_MANY_REQUESTS', {}, rest);
    }
    const { valid, next } = judgeCode(state, await findMatch(world, userId, user, code, now), now);
    await remember(world, userId, next, user !== undefined, now);
    count('OtpVerifications', valid ? 'VALID' : 'INVALID');
    return valid;
  });
}

/** Finds the phone and time step whose code this is, where the user is enabled and their token active. */
async function findMatch(
  world: Uses<'tables' | 'seedKey' | 'random'>,
  userId: string,
  user: User | undefined,
  code: string,
  now: Date,
) {
  // No token has such an id: whoever names a token's id for a user finds nothing of that token.
  const { companyId, tokenId } = user ?? { companyId: '-', tokenId: `#${userId}` };
  const { token, sealed } = await world.tables.read({
    token: tokens.at(companyId, tokenId),
    sealed: seeds.at(tokenId),
  });
  const seed = await openSeed(world, sealed, { companyId, tokenId });
  const step = seed && matchStep(seed, code, goodSteps(now));
  if (!user?.enabled || token?.status !== 'ACTIVE' || !token.device) return undefined;
  const { deviceId } = token.device;
  if (sealed?.deviceId !== deviceId) {
    count('SeedsMissing');
    return undefined;
  }
  return step === undefined ? undefined : { deviceId, step };
}

/** Opens the seed; where there is none KMS is asked all the same, with what it cannot open. */
async function openSeed(
  { seedKey, random }: Uses<'seedKey' | 'random'>,
  sealed: SealedSeed | undefined,
  context: { companyId: string; tokenId: string },
): Promise<Secret | undefined> {
  return sealed ? seedKey.open(sealed.sealed, context) : seedKey.openDecoy(random.bytes(DECOY_BYTES), context);
}

async function remember(
  { tables }: Uses<'tables'>,
  userId: string,
  next: OtpState,
  known: boolean,
  now: Date,
): Promise<void> {
  const ttl = Math.ceil(now.getTime() / 1000) + KEEP_UNKNOWN_SECONDS;
  await tables.transact([putOtpState(userId, next, known ? undefined : ttl)]);
}
