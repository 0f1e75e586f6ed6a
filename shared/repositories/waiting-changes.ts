import type { Device } from '../domain/device.ts';
import type { User } from '../domain/user.ts';
import { administratorsWaiting, devices, users, userWaiting } from './items.ts';
import type { Item } from './stored-item.ts';
import type { Tables } from './tables.ts';

/** The beginnings of the sort keys of a user's own item, and of what waits. */
const PROFILE = 'PROFILE';
const WAITING = 'WAITING#';

/** A held change in the partition of whoever may decide it by phone. */
export interface WaitingChange {
  readonly changeId: string;
  readonly tokenId: string;
  readonly requestedBy: string;
  /** Sorts by the age of the change. */
  readonly order: string;
}

/** The user as a decision by phone needs them: who they are, their phones, and what waits for them alone. */
export interface UserPartition {
  readonly user: User | undefined;
  readonly phones: readonly Device[];
  /** Not past their time, the oldest first. */
  readonly waiting: readonly WaitingChange[];
}

/** Reads all that lies in a user's partition in one query; of the waiting changes at least so many, if there are. */
export async function readUserPartition(
  tables: Tables,
  userId: string,
  now: Date,
  enough: number,
): Promise<UserPartition> {
  const phones: Device[] = [];
  const waiting: WaitingChange[] = [];
  let user: User | undefined;
  const pages = tables.queryPages({
    KeyConditionExpression: 'pk = :partition',
    ExpressionAttributeValues: { ':partition': userWaiting(userId) },
    ConsistentRead: true,
  });
  for await (const items of pages) {
    for (const item of items) {
      const kind = String(item.sk);
      if (kind === PROFILE) user = users.parse(item);
      else if (kind.startsWith('DEVICE#')) phones.push(devices.parse(item));
      else if (kind.startsWith(WAITING) && String(item.expiresAt) > now.toISOString()) waiting.push(asWaiting(item));
    }
    if (waiting.length >= enough) break;
  }
  return { user, phones, waiting };
}

/** The changes that wait for a company's administrators, page by page, without those that the caller asked for. */
export async function* waitingForAdministrator(
  tables: Tables,
  caller: { readonly companyId: string; readonly userId: string },
  now: Date,
): AsyncGenerator<WaitingChange[]> {
  const pages = tables.queryPages({
    KeyConditionExpression: 'pk = :partition AND begins_with(sk, :waiting)',
    FilterExpression: 'expiresAt > :now AND requestedBy <> :caller',
    ExpressionAttributeValues: {
      ':partition': administratorsWaiting(caller.companyId),
      ':waiting': WAITING,
      ':now': now.toISOString(),
      ':caller': caller.userId,
    },
    ConsistentRead: true,
  });
  for await (const items of pages) yield items.map(asWaiting);
}

function asWaiting({ sk, changeId, tokenId, requestedBy }: Item): WaitingChange {
  return {
    changeId: String(changeId),
    tokenId: String(tokenId),
    requestedBy: String(requestedBy),
    order: String(sk),
  };
}
