import { type Change, type HeldChange, MAXIMUM_WRONG_CODES } from '../shared/domain/change.ts';
import type { Device } from '../shared/domain/device.ts';
import { genesis } from '../shared/domain/event.ts';
import type { Token } from '../shared/domain/token.ts';
import type { User } from '../shared/domain/user.ts';

/** The moment of every unit test. */
export const NOW = new Date('2026-01-05T15:00:00.000Z');

/** A moment some seconds after {@link NOW}. */
export function later(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1000);
}

export function aUser(overrides: Partial<User> = {}): User {
  return {
    userId: 'user-admin',
    companyId: 'DEMO',
    username: 'demo.admin',
    fullName: 'Demo Administradora',
    email: 'demo.admin@example.com',
    role: 'ADMINISTRATOR',
    enabled: true,
    tokenId: 'token-admin',
    physicalTokenId: null,
    ...overrides,
  };
}

export function aHolder(overrides: Partial<User> = {}): User {
  return aUser({
    userId: 'user-holder',
    username: 'demo.titular',
    fullName: 'Demo Titular',
    email: 'demo.titular@example.com',
    role: 'SECONDARY',
    tokenId: 'token-holder',
    ...overrides,
  });
}

export function aToken(overrides: Partial<Token> = {}): Token {
  return {
    tokenId: 'token-holder',
    companyId: 'DEMO',
    kind: 'VIRTUAL',
    serial: 'VT-DEMO',
    status: 'ACTIVE',
    holder: { userId: 'user-holder', fullName: 'Demo Titular', username: 'demo.titular', role: 'SECONDARY' },
    device: { deviceId: 'phone-1', name: 'Demo', platform: 'ANDROID', enrolledAt: '2026-01-01T00:00:00.000Z' },
    pendingChange: null,
    holdStarts: [],
    codeStarts: [],
    searchWords: [],
    recordHead: genesis('DEMO', 'token-holder'),
    version: 3,
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...overrides,
  };
}

export function aDevice(overrides: Partial<Device> = {}): Device {
  const key = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) } as const;
  return {
    deviceId: 'phone-1',
    userId: 'user',
    companyId: 'DEMO',
    tokenId: 'token-holder',
    name: 'Demo',
    platform: 'ANDROID',
    signingKey: key,
    encryptionKey: key,
    activationCodeHash: 'hash',
    enrolledAt: later(-60).toISOString(),
    ...overrides,
  };
}

export function aChange(overrides: Partial<Change> = {}): Change {
  return {
    changeId: 'change-1',
    companyId: 'DEMO',
    tokenId: 'token-holder',
    holder: { userId: 'user-holder', fullName: 'Demo Titular' },
    action: 'RELEASE',
    reason: 'PHONE_CHANGED',
    note: null,
    status: 'PENDING_AUTHORIZATION',
    requestedBy: { userId: 'user-admin', fullName: 'Demo Administradora' },
    names: { company: 'Empresa Demo', usernames: { 'user-holder': 'demo.titular', 'user-admin': 'demo.admin' } },
    authorization: null,
    requestDigest: 'digest',
    requestId: 'request-1',
    createdAt: NOW.toISOString(),
    updatedAt: NOW.toISOString(),
    version: 1,
    ...overrides,
  };
}

/** Codes after which one more wrong one rejects the change. */
export const ALL_WRONG_CODES_BUT_ONE = Array.from({ length: MAXIMUM_WRONG_CODES - 1 }, (_, index) => String(index));

export function aHeldChange(
  overrides: Partial<Change> = {},
  authorization: Partial<HeldChange['authorization']> = {},
): HeldChange {
  return {
    ...aChange(overrides),
    authorization: {
      policy: 'REQUESTER',
      holderExcluded: false,
      expiresAt: later(600).toISOString(),
      nonce: 'bm9uY2Utbm9uY2Utbm9uYw',
      bindingCode: '123456',
      asked: [{ userId: 'user-admin', deviceId: 'phone-9' }],
      wrongCodes: [],
      ...authorization,
    },
  };
}

/** The token while that change is not yet applied. */
export function withPending(token: Token, change: HeldChange): Token {
  const { changeId, action, status, authorization } = change;
  return { ...token, pendingChange: { changeId, action, status, expiresAt: authorization.expiresAt } };
}
