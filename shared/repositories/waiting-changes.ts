import { administratorsWaiting, userWaiting } from './items.ts';
import type { Tables } from './tables.ts';

/** A held change in the partition of whoever may decide it by phone. */
export interface WaitingChange {
  readonly changeId: string;
  readonly tokenId: string;
  readonly requestedBy: string;
  /** Sorts by the age of the change. */
  readonly order: string;
}

/** The changes that wait for this user alone and are not past their time, page by page, the oldest first. */
export function waitingForUser(tables: Tables, userId: string, now: Date): AsyncGenerator<WaitingChange[]> {
  return waitingPages(tables, userWaiting(userId), now, undefined);
}

/** The same of a company's administrators, without those that the caller asked for. */
export function waitingForAdministrator(
  tables: Tables,
  caller: { readonly companyId: string; readonly userId: string },
  now: Date,
): AsyncGenerator<WaitingChange[]> {
  return waitingPages(tables, administratorsWaiting(caller.companyId), now, caller.userId);
}

async function* waitingPages(
  tables: Tables,
  partition: string,
  now: Date,
  except: string | undefined,
): AsyncGenerator<WaitingChange[]> {
  const pages = tables.queryPages({
    KeyConditionExpression: 'pk = :partition AND begins_with(sk, :waiting)',
    FilterExpression: except === undefined ? 'expiresAt > :now' : 'expiresAt > :now AND requestedBy <> :caller',
    ExpressionAttributeValues: {
      ':partition': partition,
      ':waiting': 'WAITING#',
      ':now': now.toISOString(),
      ...(except === undefined ? {} : { ':caller': except }),
    },
    ConsistentRead: true,
  });
  for await (const items of pages) {
    yield items.map(({ sk, changeId, tokenId, requestedBy }) => ({
      changeId: String(changeId),
      tokenId: String(tokenId),
      requestedBy: String(requestedBy),
      order: String(sk),
    }));
  }
}
