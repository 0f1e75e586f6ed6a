import type { Limit } from '../domain/sliding-window.ts';
import type { Token } from '../domain/token.ts';
import { administratorPhones } from '../repositories/approver-phones.ts';
import { blockTimes } from '../repositories/items.ts';
import { takePlace } from '../repositories/windows.ts';
import { log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';

/** Blocks by one person that nobody remarks on; each further one within that time is counted. A block is never refused. */
export const USUAL_BLOCKS: Limit = { limit: 4, seconds: 600 };

/** The token as it was blocked, and who did it. */
interface Blocked {
  readonly token: Token;
  readonly requesterId: string;
  readonly now: Date;
}

/**
 * Counts what a stolen sign-in looks like: one person's many blocks, and a company's last approver blocked. The block is
 * written already, so whatever fails here is logged and no more.
 */
export async function watchBlocks(world: Uses<'tables'>, blocked: Blocked): Promise<void> {
  const watched = await Promise.allSettled([watchRequester(world, blocked), watchApprovers(world, blocked)]);
  for (const result of watched) {
    if (result.status === 'rejected') log.warn('block not watched', about(blocked), result.reason);
  }
}

const about = ({ token: { companyId, tokenId } }: Blocked) => ({ companyId, tokenId });

async function watchRequester({ tables }: Uses<'tables'>, blocked: Blocked): Promise<void> {
  const { requesterId, now } = blocked;
  const place = await takePlace(tables, blockTimes.at(requesterId), 'blocked', USUAL_BLOCKS, now, { create: true });
  if (place) return;
  count('ManyBlocks');
  log.warn('many blocks by one person', { ...about(blocked), userId: requesterId });
}

async function watchApprovers({ tables }: Uses<'tables'>, blocked: Blocked): Promise<void> {
  const { companyId, holder, status } = blocked.token;
  if (status !== 'ACTIVE' || holder.role !== 'ADMINISTRATOR') return;
  if ((await administratorPhones(tables, companyId)).length > 0) return;
  count('LastApproverBlocked');
  log.warn('last approver blocked', about(blocked));
}
