import type { Suspension } from '../domain/suspension.ts';
import { suspensions } from './items.ts';
import type { Write } from './tables.ts';

export function putSuspension(suspension: Suspension): Write {
  const { companyId, requesterId, onlyToken, until } = suspension;
  const ttl = Math.ceil(Date.parse(until) / 1000);
  return {
    Put: { TableName: 'main', Item: { ...suspension, ...suspensions.key(companyId, requesterId, onlyToken), ttl } },
  };
}

/** Refuses the transaction while the requester is suspended for the token, or for the company. */
export function checkNotSuspended(companyId: string, requesterId: string, tokenId: string, now: Date): Write[] {
  return [tokenId, null].map((onlyToken) => ({
    ConditionCheck: {
      TableName: 'main',
      Key: suspensions.key(companyId, requesterId, onlyToken),
      ConditionExpression: 'attribute_not_exists(pk) OR #until <= :now',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':now': now.toISOString() },
    },
  }));
}

/** Ends the suspension that was read, and no later one. */
export function deleteSuspension({ companyId, requesterId, onlyToken, changeId }: Suspension): Write {
  return {
    Delete: {
      TableName: 'main',
      Key: suspensions.key(companyId, requesterId, onlyToken),
      ConditionExpression: 'changeId = :change',
      ExpressionAttributeValues: { ':change': changeId },
    },
  };
}
