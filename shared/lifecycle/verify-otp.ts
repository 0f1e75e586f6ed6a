import { randomBytes } from 'node:crypto';
import { InvalidCiphertextException } from '@aws-sdk/client-kms';
import type { Secret } from 'otpauth';
import { goodSteps, judgeCode, NO_VERIFICATION_YET, type OtpState, otpStateSchema, restOf } from '../domain/otp.ts';
import type { User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { count } from '../metrics.ts';
import { readToken, readUser } from '../repositories/items.ts';
import { otpKey, tokenKey, userKey } from '../repositories/keys.ts';
import { readSealedSeed, type SealedSeed, seedIn } from '../repositories/seeds.ts';
import { decideAgain, getAll, TABLE, transact } from '../repositories/table.ts';
import { stepOf } from '../security/one-time-code.ts';
import { openSeed } from '../security/seed.ts';

/** For how long what is remembered of a user nobody knows is kept, in seconds. */
const KEEP_UNKNOWN_SECONDS = 86_400;

/** As long as KMS makes a sealed seed, so that opening none takes the same call. */
const DECOY = randomBytes(172).toString('base64');

/**
 * Whether a one-time code is the user's, now and for the first time. The answer and the work are the same for a wrong
 * code and for a blocked, released or unknown token: one read, one more (of two tables), one call of KMS, one write.
 *
 * @throws ProblemError `TOO_MANY_REQUESTS` while the user's verification rests.
 */
export async function verifyOtp(userId: string, code: string): Promise<boolean> {
  return decideAgain(async () => {
    const [userItem, stateItem] = await getAll([userKey(userId), otpKey(userId)]);
    const user = readUser(userItem);
    const state = stateItem === undefined ? NO_VERIFICATION_YET : otpStateSchema.parse(stateItem);
    const now = new Date();
    const rest = restOf(state, now);
    if (rest !== undefined) {
      count('OtpVerifications', 'RESTING');
      throw new ProblemError('TOO_MANY_REQUESTS', {}, rest);
    }
    const { valid, next } = judgeCode(state, await matchOf(userId, user, code, now), now);
    await remember(userId, next, user !== undefined, now);
    count('OtpVerifications', valid ? 'VALID' : 'INVALID');
    return valid;
  });
}

/** The phone and time step whose code this is, where the user is enabled and their token active. */
async function matchOf(userId: string, user: User | undefined, code: string, now: Date) {
  // No token has such an id: whoever names a token's id for a user finds nothing of that token.
  const { companyId, tokenId } = user ?? { companyId: '-', tokenId: `#${userId}` };
  const [tokenItem, seedItem] = await getAll([tokenKey(companyId, tokenId), seedIn(tokenId)]);
  const token = readToken(tokenItem);
  const sealed = readSealedSeed(seedItem);
  const seed = await open(sealed, { companyId, tokenId });
  const step = seed && stepOf(seed, code, goodSteps(now));
  if (!user?.enabled || token?.status !== 'ACTIVE' || !token.device) return undefined;
  const { deviceId } = token.device;
  if (sealed?.deviceId !== deviceId) {
    count('SeedsMissing');
    return undefined;
  }
  return step === undefined ? undefined : { deviceId, step };
}

/** The seed; where there is none KMS is asked all the same, with what it cannot open. */
async function open(
  sealed: SealedSeed | undefined,
  context: { companyId: string; tokenId: string },
): Promise<Secret | undefined> {
  if (sealed) return openSeed(sealed.sealed, context);
  try {
    return await openSeed(DECOY, context);
  } catch (error) {
    // Where KMS opens nothing at all, the answer is as for a seed that it should have opened.
    if (error instanceof InvalidCiphertextException) return undefined;
    throw error;
  }
}

async function remember(userId: string, next: OtpState, known: boolean, now: Date): Promise<void> {
  const ttl = Math.ceil(now.getTime() / 1000) + KEEP_UNKNOWN_SECONDS;
  await transact([
    {
      Put: {
        TableName: TABLE,
        Item: { ...otpKey(userId), ...next, ...(known ? {} : { ttl }) },
        ...(next.version === 1
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#version = :seen',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':seen': next.version - 1 },
            }),
      },
    },
  ]);
}
