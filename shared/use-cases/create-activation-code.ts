import { ownActivationUntil } from '../domain/own-activation.ts';
import { type Limit, takeFrom } from '../domain/sliding-window.ts';
import type { Token } from '../domain/token.ts';
import { nextToken, userActor } from '../domain/transitions.ts';
import { assertCaller, type User } from '../domain/user.ts';
import { ProblemError, StaleDecisionError } from '../errors.ts';
import { putActivation } from '../repositories/activations.ts';
import { checkUser } from '../repositories/checks.ts';
import { tokens, users } from '../repositories/items.ts';
import { putEvents, putToken } from '../repositories/writes.ts';
import { hashActivationCode, newActivationCode } from '../security/activation-code.ts';
import type { Uses } from '../world.ts';

const CODES: Limit = { limit: 5, seconds: 3600 };

/**
 * Makes a new activation code for a token's holder, in place of any earlier one. It is shown once: only its hash is stored.
 *
 * @throws ProblemError `NOT_FOUND`, `OWN_TOKEN`, `ACTION_NOT_AVAILABLE`, 429.
 */
export async function createActivationCode(
  world: Uses<'tables' | 'clock' | 'random', 'activationCodeSeconds'>,
  request: { caller: User; tokenId: string; requestId: string },
): Promise<{ activationCode: string; expiresAt: string }> {
  const { tables, clock, random, settings } = world;
  const { userId, companyId } = request.caller;
  return tables.decideAgain(async () => {
    const { user, token } = await tables.read({
      user: users.at(userId),
      token: tokens.at(companyId, request.tokenId),
    });
    const caller = assertCaller(user, 'ADMINISTRATOR');
    const now = clock.now();
    if (!token) throw new ProblemError('NOT_FOUND');
    if (token.holder.userId === caller.userId) assertOwnActivation(token, now);
    if (token.status !== 'PENDING_ENROLLMENT' && token.status !== 'RELEASED') {
      throw new ProblemError('ACTION_NOT_AVAILABLE');
    }
    const holder = await readHolder(world, token, caller);
    const taken = takeFrom(token.codeStarts, CODES, now.getTime());
    if (!taken.taken) throw new ProblemError('TOO_MANY_REQUESTS', {}, taken.retryAfter);

    const activationCode = newActivationCode(random);
    const expiresAt = new Date(now.getTime() + settings.activationCodeSeconds * 1000).toISOString();
    const details = { expiresAt, requestId: request.requestId };
    const next = nextToken(
      token,
      { codeStarts: taken.times },
      [{ type: 'ACTIVATION_CODE_CREATED', at: now.toISOString(), actor: userActor(caller), details }],
      now,
    );
    await tables.transact([
      putToken(next.token),
      ...putEvents(next.token, next.events),
      putActivation({
        userId: holder.userId,
        codeHash: hashActivationCode(holder.userId, activationCode),
        expiresAt,
        wrongTries: 0,
        wrongHashes: [],
      }),
      checkUser(caller, { administrator: true }),
      // One item is checked once: the caller's own.
      ...(holder.userId === caller.userId ? [] : [checkUser(holder, { administrator: false })]),
    ]);
    return { activationCode, expiresAt };
  });
}

/** Reads whoever the code is for; a disabled user gets none that would be good again once they are enabled. */
async function readHolder({ tables }: Uses<'tables'>, { holder }: Token, caller: User): Promise<User> {
  if (holder.userId === caller.userId) return caller;
  const { user } = await tables.read({ user: users.at(holder.userId) });
  // The bank gives the holder another id, and the token with it: both are read again.
  if (!user) throw new StaleDecisionError('The holder of a token is missing');
  if (!user.enabled) throw new ProblemError('ACTION_NOT_AVAILABLE');
  return user;
}

function assertOwnActivation(token: Token, now: Date): void {
  const until = ownActivationUntil(token);
  if (until === null || now.getTime() > Date.parse(until)) throw new ProblemError('OWN_TOKEN');
}
