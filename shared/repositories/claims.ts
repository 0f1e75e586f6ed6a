import { foldUsername, lastHolders, serialHolders, usernameClaims, usernameOwners } from './items.ts';
import type { Write } from './tables.ts';

/** For how long a claim holds whose load stopped: longer than a line takes under any delay. */
const CLAIM_MS = 3_600_000;

/** Claims a username that nobody has, so that nothing of it is written by a load for another company. */
export function claimUsername(username: string, companyId: string, now: Date): Write[] {
  return [
    {
      Put: {
        TableName: 'main',
        Item: { ...usernameClaims.key(username), companyId, until: endOfClaim(now) },
        ConditionExpression: 'attribute_not_exists(pk) OR companyId = :company OR #until <= :now',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':company': companyId, ':now': now.toISOString() },
      },
    },
    {
      ConditionCheck: {
        TableName: 'main',
        Key: usernameOwners.key(username),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
  ];
}

/** Ends the claim to a username, which must still be this company's. */
export function endClaim(username: string, companyId: string): Write {
  return {
    Delete: {
      TableName: 'main',
      Key: usernameClaims.key(username),
      ConditionExpression: 'companyId = :company',
      ExpressionAttributeValues: { ':company': companyId },
    },
  };
}

/** A user of a company, and a physical token's serial. */
export interface HeldSerial {
  readonly companyId: string;
  readonly username: string;
  readonly serial: string;
}

/** Gives a serial to its holder, until the claim to it runs out. */
export function claimSerial(held: HeldSerial, now: Date): Write {
  return putSerial(held, now, { until: endOfClaim(now) });
}

/** Gives a serial to its holder for good, also from the name by which they had it before. */
export function settleSerial(held: HeldSerial, now: Date, usernameBefore = held.username): Write {
  return putSerial(held, now, {}, usernameBefore);
}

function putSerial(
  { companyId, username, serial }: HeldSerial,
  now: Date,
  end: { until?: string },
  usernameBefore = username,
): Write {
  return {
    Put: {
      TableName: 'main',
      Item: { ...serialHolders.key(companyId, serial), username: foldUsername(username), ...end },
      ConditionExpression: 'attribute_not_exists(pk) OR username = :user OR #until <= :now',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':user': foldUsername(usernameBefore), ':now': now.toISOString() },
    },
  };
}

/** Frees a serial that was this user's; one that was only claimed where `claimed` is set. */
export function freeSerial({ companyId, username, serial }: HeldSerial, { claimed = false } = {}): Write {
  return {
    Delete: {
      TableName: 'main',
      Key: serialHolders.key(companyId, serial),
      ConditionExpression: claimed
        ? 'username = :user AND attribute_exists(#until)'
        : 'attribute_not_exists(pk) OR username = :user',
      ...(claimed ? { ExpressionAttributeNames: { '#until': 'until' } } : {}),
      ExpressionAttributeValues: { ':user': foldUsername(username) },
    },
  };
}

/** Notes who has an address or a serial, whatever their company, as the last to get it. */
export function noteHolder(kind: 'EMAIL' | 'SERIAL', value: string, username: string): Write {
  return { Put: { TableName: 'main', Item: { ...lastHolders.key(kind, value), username } } };
}

function endOfClaim(now: Date): string {
  return new Date(now.getTime() + CLAIM_MS).toISOString();
}
