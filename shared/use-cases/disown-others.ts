import { type Change, type HeldChange, isHeld, isOverdue } from '../domain/change.ts';
import { isInScope, type Suspension } from '../domain/suspension.ts';
import { closeDisowned } from '../domain/transitions.ts';
import { heldChangePages } from '../repositories/held-changes.ts';
import { changes, tokens } from '../repositories/items.ts';
import { readIdsSince } from '../repositories/later-ids.ts';
import { transitionWrites } from '../repositories/writes.ts';
import { aboutChange, inStoryApart, log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { answerTask } from './answer-task.ts';
import { assertPending } from './assert-pending.ts';
import { mapBounded } from './map-bounded.ts';
import { findChange, readTokenOfChange } from './read-change.ts';

type World = Uses<'tables' | 'clock' | 'workflow'>;

/** Changes closed at a time. */
const AT_A_TIME = 8;

/**
 * Closes every other held change of a suspended requester in the suspension's scope. What it does not find yet, or
 * fails to close, is decided by nobody all the same: every decision checks the suspension. Repeatable.
 */
export async function disownOthers(world: World, suspension: Suspension): Promise<void> {
  const ids = await readIdsSince(world.tables, suspension.requesterId);
  const isMeant = (change: HeldChange) => isInScope(change, suspension, ids);
  for await (const held of changesInScope(world, suspension)) {
    const found = held.filter(isHeld).filter(isMeant);
    const disown = ({ changeId }: Change) => disownOne(world, changeId, suspension, isMeant);
    await mapBounded(found, AT_A_TIME, (change) => inStoryApart(() => disown(change)));
  }
}

/** Reads the changes among which those to close are: the company's held ones, or the one of the holder's token. */
async function* changesInScope(
  { tables }: World,
  { companyId, onlyToken }: Suspension,
): AsyncGenerator<readonly Change[]> {
  if (onlyToken === null) return yield* heldChangePages(tables, companyId);
  const { token } = await tables.read({ token: tokens.at(companyId, onlyToken) });
  if (!token?.pendingChange) return;
  const { change } = await tables.read({ change: changes.at(companyId, token.pendingChange.changeId) });
  if (change) yield [change];
}

async function disownOne(
  world: World,
  changeId: string,
  suspension: Suspension,
  isMeant: (change: HeldChange) => boolean,
): Promise<void> {
  const { tables, clock } = world;
  await tables.decideAgain(async () => {
    const found = await findChange(world, suspension.companyId, changeId);
    const now = clock.now();
    if (!found || !isHeld(found.change) || !isMeant(found.change)) return;
    const { change, hold } = found;
    if (isOverdue(change, now)) return;
    const token = await readTokenOfChange(world, change);
    const transition = closeDisowned(assertPending(token, change), change, suspension, {
      now,
      requestId: change.requestId,
    });
    await tables.transact(transitionWrites(transition, now), { notAfter: change.authorization.expiresAt });
    count('ChangesRejected', change.action);
    log.info('change disowned with another of its requester', aboutChange(change));
    await answerTask(world, hold, { changeId, status: 'REJECTED' });
  });
}
