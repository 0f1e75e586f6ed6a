import type { Challenge, PhoneKeys } from '../../phone/protocol/index.ts';
import { createKeys } from '../../phone/protocol/index.ts';

export const NOW = new Date('2026-01-01T00:00:00Z');

export const IAT = NOW.getTime() / 1000;

export function aChallenge(overrides: Partial<Challenge> = {}): Challenge {
  return {
    changeId: 'change-1',
    companyId: 'company-1',
    tokenId: 'token-1',
    holder: { userId: 'user-2', fullName: 'Demo Titular Dos' },
    action: 'RELEASE',
    reason: 'PHONE_CHANGED',
    note: null,
    requestedBy: { userId: 'user-1', fullName: 'Demo Administradora Uno' },
    createdAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2026-01-01T00:10:00.000Z',
    nonce: 'nonce-1',
    ...overrides,
  };
}

let made: Promise<PhoneKeys> | undefined;

/** One phone for all tests of a file: making keys is slow, using them is not. */
export function theKeys(): Promise<PhoneKeys> {
  made ??= createKeys();
  return made;
}
