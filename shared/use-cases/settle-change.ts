import { livePendingChange } from '../domain/actions.ts';
import { type Change, isOverdue } from '../domain/change.ts';
import type { Token } from '../domain/token.ts';
import { ProblemError, StaleDecisionError } from '../errors.ts';
import { changes } from '../repositories/items.ts';
import { inStoryApart, log } from '../telemetry/log.ts';
import type { Uses } from '../world.ts';
import { expireChange } from './expire-change.ts';
import { mapBounded } from './map-bounded.ts';
import { readTokenOfChange } from './read-change.ts';

type World = Uses<'tables' | 'clock'>;

/** Expiries of one list that are written at a time. */
const AT_A_TIME = 8;

/**
 * Writes that a change is past its time, before anybody says so: of this and any decision under way one commits.
 *
 * @throws ProblemError `UNAVAILABLE` where that cannot be written: nothing is said then.
 */
export async function writeExpiry(world: World, change: { companyId: string; changeId: string }): Promise<void> {
  try {
    await expireChange(world, change);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    log.warn('expiry not written, so that nothing is said of it', { changeId: change.changeId }, error);
    throw new ProblemError('UNAVAILABLE', {}, 1);
  }
}

/**
 * Lets nothing be decided of a change past its time before that is written.
 *
 * @throws StaleDecisionError once it is: what is then read says so.
 */
export async function expireFirst(world: World, change: Change, now: Date): Promise<void> {
  if (!isOverdue(change, now)) return;
  await writeExpiry(world, change);
  throw new StaleDecisionError('The change is past its time');
}

/** Gives the change as it may be shown at that moment: one past its time is expired first, or is what beat that. */
export async function settleChange(world: World, change: Change, now: Date): Promise<Change> {
  if (!isOverdue(change, now)) return change;
  await writeExpiry(world, change);
  const { settled } = await world.tables.read({ settled: changes.at(change.companyId, change.changeId) });
  if (!settled || isOverdue(settled, now)) throw new ProblemError('UNAVAILABLE', {}, 1);
  return settled;
}

/** Gives the token as it may be shown at that moment: a change past its time is left out only once it is expired. */
export async function settleToken(world: World, token: Token, now: Date): Promise<Token> {
  const { pendingChange, companyId } = token;
  if (!pendingChange || livePendingChange(token, now)) return token;
  await inStoryApart(() => writeExpiry(world, { companyId, changeId: pendingChange.changeId }));
  return readTokenOfChange(world, token);
}

/**
 * Decides on a token as it is without a change past its time. A refusal shows that the change is over, so it is given
 * only once the expiry is written and the token read again.
 */
export async function settleBeforeRefusal<T>(
  world: World,
  token: Token,
  now: Date,
  decide: () => Promise<T>,
): Promise<T> {
  const { pendingChange, companyId } = token;
  if (!pendingChange || livePendingChange(token, now)) return decide();
  try {
    return await decide();
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code === 'UNAVAILABLE') throw error;
    await inStoryApart(() => writeExpiry(world, { companyId, changeId: pendingChange.changeId }));
    throw new StaleDecisionError('A change past its time stood behind the refusal', { cause: error });
  }
}

/** Settles a page of changes: few of them are past their time without its being written. */
export function settleChanges<F extends { readonly change: Change }>(
  world: World,
  found: readonly F[],
  now: Date,
): Promise<F[]> {
  return mapBounded(found, AT_A_TIME, async (each) => {
    return { ...each, change: await inStoryApart(() => settleChange(world, each.change, now)) };
  });
}

/** Settles a page of tokens. */
export function settleTokens(world: World, tokens: readonly Token[], now: Date): Promise<Token[]> {
  return mapBounded(tokens, AT_A_TIME, (token) => settleToken(world, token, now));
}
