import type { Suspension } from '../domain/suspension.ts';
import { suspensionScope, suspensions } from './items.ts';
import type { Key } from './stored-item.ts';
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
      UpdateExpression: 'SET #scope = :suspension, #ttl = :ttl',
      ExpressionAttributeNames: { '#scope': suspensionScope(onlyToken), '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':suspension': suspension, ':ttl': Math.ceil(Date.parse(until) / 1000) },
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

/** Puts what suspends a requester under a new user id; refuses the transaction where one of them is another by now. */
export function moveSuspensions(suspended: readonly Suspension[], requesterId: string): Write[] {
  const [one] = suspended;
  if (!one) return [];
  const scopes = suspended.map((each) => [suspensionScope(each.onlyToken), { ...each, requesterId }]);
  const ttl = Math.max(...suspended.map(({ until }) => Math.ceil(Date.parse(until) / 1000)));
  const key = suspensions.key(one.companyId, requesterId);
  const Delete = {
    ...place(one),
    ConditionExpression: suspended.map((_, n) => `#scope${n}.changeId = :change${n}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(
      suspended.map(({ onlyToken }, n) => [`#scope${n}`, suspensionScope(onlyToken)]),
    ),
    ExpressionAttributeValues: Object.fromEntries(suspended.map(({ changeId }, n) => [`:change${n}`, changeId])),
  };
  return [{ Delete }, { Put: { TableName: 'main', Item: { ...Object.fromEntries(scopes), ...key, ttl } } }];
}

/** Ends the suspension that was read, and no later one. */
export function deleteSuspension(suspension: Suspension): Write {
  return {
    Update: {
      ...place(suspension),
      UpdateExpression: 'REMOVE #scope',
      ConditionExpression: '#scope.changeId = :change',
      ExpressionAttributeNames: { '#scope': suspensionScope(suspension.onlyToken) },
      ExpressionAttributeValues: { ':change': suspension.changeId },
    },
  };
}
