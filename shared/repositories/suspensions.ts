import type { Suspension } from '../domain/suspension.ts';
import { suspensionKey } from './keys.ts';
import { TABLE, type TransactItem } from './table.ts';

export function putSuspension(suspension: Suspension): TransactItem {
  const { companyId, requesterId, onlyToken, until } = suspension;
  const ttl = Math.ceil(Date.parse(until) / 1000);
  return {
    Put: { TableName: TABLE, Item: { ...suspension, ...suspensionKey(companyId, requesterId, onlyToken), ttl } },
  };
}

/** Refuses the transaction while the requester is suspended for the token, or for the company. */
export function checkNotSuspended(companyId: string, requesterId: string, tokenId: string, now: Date): TransactItem[] {
  return [tokenId, null].map((onlyToken) => ({
    ConditionCheck: {
      TableName: TABLE,
      Key: suspensionKey(companyId, requesterId, onlyToken),
      ConditionExpression: 'attribute_not_exists(pk) OR #until <= :now',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':now': now.toISOString() },
    },
  }));
}

/** Ends the suspension that was read, and no later one. */
export function deleteSuspension({ companyId, requesterId, onlyToken, changeId }: Suspension): TransactItem {
  return {
    Delete: {
      TableName: TABLE,
      Key: suspensionKey(companyId, requesterId, onlyToken),
      ConditionExpression: 'changeId = :change',
      ExpressionAttributeValues: { ':change': changeId },
    },
  };
}
