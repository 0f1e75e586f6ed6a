import type { Suspension } from '../domain/suspension.ts';
import type { User } from '../domain/user.ts';
import { suspensionScope, suspensions } from './items.ts';
import type { Item, Key } from './stored-item.ts';
import type { Write } from './tables.ts';

const place = ({ companyId, requesterId }: Suspension): { TableName: string; Key: Key } => ({
  TableName: 'main',
  Key: suspensions.key(companyId, requesterId),
});

/** Writes a suspension in place of an earlier one of its scope. The last that was written ends last, and with it all. */
export function putSuspension(suspension: Suspension): Write {
  const { onlyToken, until } = suspension;
  return {
    Update: {
      ...place(suspension),
      UpdateExpression: 'SET #scope = :suspension, #ttl = :ttl ADD #version :one',
      ExpressionAttributeNames: { '#scope': suspensionScope(onlyToken), '#ttl': 'ttl', '#version': 'version' },
      ExpressionAttributeValues: { ':suspension': suspension, ':ttl': Math.ceil(Date.parse(until) / 1000), ':one': 1 },
    },
  };
}

/** Refuses the transaction while the requester is suspended for the token, or for the company. */
export function checkNotSuspended(companyId: string, requesterId: string, tokenId: string, now: Date): Write {
  const isOver = (scope: string) => `(attribute_not_exists(${scope}) OR ${scope}.#until <= :now)`;
  return {
    ConditionCheck: {
      TableName: 'main',
      Key: suspensions.key(companyId, requesterId),
      ConditionExpression: `${isOver('#token')} AND ${isOver('#company')}`,
      ExpressionAttributeNames: {
        '#token': suspensionScope(tokenId),
        '#company': suspensionScope(null),
        '#until': 'until',
      },
      ExpressionAttributeValues: { ':now': now.toISOString() },
    },
  };
}

/**
 * Puts what suspends a person under a new user id, too. Refuses the transaction where it is no longer as it was read: a
 * suspension of another scope, or the first one, would be left behind.
 *
 * @param found the item of {@link suspensions} as it was read.
 */
export function copySuspensions({ companyId, userId }: User, requesterId: string, found: Item | undefined): Write[] {
  const before = { TableName: 'main', Key: suspensions.key(companyId, userId) };
  if (!found) return [{ ConditionCheck: { ...before, ConditionExpression: 'attribute_not_exists(pk)' } }];
  const copied = suspensions.parse(found).map((each) => [suspensionScope(each.onlyToken), { ...each, requesterId }]);
  const Item = { ...found, ...Object.fromEntries(copied), ...suspensions.key(companyId, requesterId) };
  const isSame = {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': found.version },
  };
  return [{ ConditionCheck: { ...before, ...isSame } }, { Put: { TableName: 'main', Item } }];
}

/** Ends the suspension that was read, and no later one. */
export function deleteSuspension(suspension: Suspension): Write {
  return {
    Update: {
      ...place(suspension),
      UpdateExpression: 'REMOVE #scope ADD #version :one',
      ConditionExpression: '#scope.changeId = :change',
      ExpressionAttributeNames: { '#scope': suspensionScope(suspension.onlyToken), '#version': 'version' },
      ExpressionAttributeValues: { ':change': suspension.changeId, ':one': 1 },
    },
  };
}
