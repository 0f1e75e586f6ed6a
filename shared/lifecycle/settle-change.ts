import { mapBounded } from '../bounded.ts';
import { livePendingChange } from '../domain/actions.ts';
import { type Change, isOverdue } from '../domain/change.ts';
import type { Token } from '../domain/token.ts';
import { ProblemError } from '../errors.ts';
import { inStoryApart, log } from '../logger.ts';
import { readChange } from '../repositories/items.ts';
import { changeKey } from '../repositories/keys.ts';
import { getAll } from '../repositories/table.ts';
import { expireChange } from './expire-change.ts';
import { tokenOf } from './read-change.ts';

/** Expiries of one list that are written at a time. */
const AT_A_TIME = 8;

/**
 * Writes that a change is past its time, before anybody says so: of this and any decision under way one commits.
 *
 * @throws ProblemError `UNAVAILABLE` where that cannot be written: nothing is said then.
 */
export async function writeExpiry(change: { companyId: string; changeId: string }): Promise<void> {
  try {
    await expireChange(change);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    log.warn('expiry not written, so that nothing is said of it', { changeId: change.changeId }, error);
    throw new ProblemError('UNAVAILABLE', {}, 1);
  }
}

/** The change as it may be shown at that moment: what is past its time is made expired first, or is what beat that. */
export async function settleChange(change: Change, now: Date): Promise<Change> {
  if (!isOverdue(change, now)) return change;
  await writeExpiry(change);
  const [item] = await getAll([changeKey(change.companyId, change.changeId)]);
  const settled = readChange(item);
  if (!settled || isOverdue(settled, now)) throw new ProblemError('UNAVAILABLE', {}, 1);
  return settled;
}

/** The token as it may be shown at that moment: a change past its time is left out only once it is expired. */
export async function settleToken(token: Token, now: Date): Promise<Token> {
  const { pendingChange, companyId } = token;
  if (!pendingChange || livePendingChange(token, now)) return token;
  await inStoryApart(() => writeExpiry({ companyId, changeId: pendingChange.changeId }));
  return tokenOf(token);
}

/** The same of a page of changes: few of them are past their time without its being written. */
export function settleChanges<F extends { readonly change: Change }>(found: readonly F[], now: Date): Promise<F[]> {
  return mapBounded(found, AT_A_TIME, async (each) => {
    return { ...each, change: await inStoryApart(() => settleChange(each.change, now)) };
  });
}

/** The same of a page of tokens. */
export function settleTokens(tokens: readonly Token[], now: Date): Promise<Token[]> {
  return mapBounded(tokens, AT_A_TIME, (token) => settleToken(token, now));
}
