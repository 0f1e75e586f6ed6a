import { readFileSync } from 'node:fs';
import { changeNumber } from '../../shared/domain/change-number.ts';
import { chainEvents, type EventContent, genesis } from '../../shared/domain/event.ts';
import { REASONS } from '../../shared/domain/reasons.ts';
import { supportAt } from '../../shared/domain/support.ts';
import type { ROUTES } from '../../shared/routes.ts';

type FunctionName = (typeof ROUTES)[number]['functionName'];

/** The request of one call and its answers by status; an answer without a body has none. */
export interface Example {
  readonly body?: unknown;
  readonly answers: Readonly<Record<number, unknown>>;
}

const vectors = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../docs/vectors/${name}.json`, import.meta.url), 'utf8'));
const enrolment = vectors('enrolment');
const { challenge, device, accepted: decisions } = vectors('decisions');
const pushTokens = vectors('push-tokens');

const REQUESTED = new Date(challenge.createdAt);
const admin = {
  userId: challenge.requestedBy.userId,
  fullName: challenge.requestedBy.fullName,
  username: 'demo.admin1',
  role: 'ADMINISTRATOR',
};
const holder = { ...challenge.holder, username: 'demo.titular', role: 'SECONDARY' };
const named = ({ userId, fullName, username }: typeof admin) => ({ userId, fullName, username });
const phone = {
  deviceId: device.deviceId,
  name: 'Celular de la empresa',
  platform: 'ANDROID',
  enrolledAt: '2026-01-05T14:00:00.000Z',
};

const token = {
  tokenId: challenge.tokenId,
  kind: 'VIRTUAL',
  serial: 'VT-ZGXW4USKBM',
  status: 'ACTIVE',
  holder: { ...holder, enabled: true },
  device: phone,
  pendingChange: null,
  availableActions: ['RELEASE', 'BLOCK'],
  version: 3,
  updatedAt: '2026-01-05T14:00:00.000Z',
};

const held = {
  changeId: challenge.changeId,
  number: changeNumber(challenge.changeId),
  tokenId: challenge.tokenId,
  action: challenge.action,
  reason: challenge.reason,
  note: challenge.note,
  status: 'PENDING_AUTHORIZATION',
  requestedBy: named(admin),
  holder: named(holder),
  authorization: { policy: 'REQUESTER', expiresAt: challenge.expiresAt },
  notification: { status: 'PENDING' },
  notices: [{ channel: 'EMAIL', status: 'PENDING' }],
  createdAt: challenge.createdAt,
  updatedAt: challenge.createdAt,
};

const block = {
  ...held,
  action: 'BLOCK',
  reason: 'PHONE_STOLEN',
  note: null,
  status: 'APPLIED',
  authorization: null,
  outcome: { cause: 'IMMEDIATE', by: named(admin) },
  notification: { status: 'NOT_NEEDED' },
};
const asked = { ...held, bindingCode: '331422' };
const waiting = {
  ...asked,
  authorization: { ...held.authorization, decidable: true },
  notification: { status: 'SENT' },
};
const cancelled = {
  ...held,
  status: 'CANCELLED',
  outcome: { cause: 'CANCELLED', by: named(admin) },
  updatedAt: '2026-01-05T15:02:00.000Z',
};

const CREATED: EventContent = {
  type: 'TOKEN_CREATED',
  at: '2026-01-05T13:00:00.000Z',
  actor: { type: 'BANK' },
  details: {
    kind: 'VIRTUAL',
    serial: token.serial,
    to: 'PENDING_ENROLLMENT',
    holderId: holder.userId,
    role: holder.role,
    enabled: true,
  },
};
const REQUEST: EventContent = {
  type: 'CHANGE_REQUESTED',
  at: challenge.createdAt,
  actor: { type: 'USER', userId: admin.userId, fullName: admin.fullName },
  change: {
    changeId: challenge.changeId,
    action: challenge.action,
    reason: challenge.reason,
    note: challenge.note,
  },
  details: { policy: 'REQUESTER', expiresAt: challenge.expiresAt },
};
const events = chainEvents(genesis(challenge.companyId, challenge.tokenId), [CREATED, REQUEST]).events.reverse();

const page = (...items: unknown[]) => ({ items, nextCursor: null });
const ownPhysical = {
  ...token,
  tokenId: 'token-physical',
  kind: 'PHYSICAL',
  serial: 'PT-000117',
  status: 'DISABLED',
  device: null,
  availableActions: [],
};

/** One call of each operation: of made-up people, with the proofs of docs/vectors. */
export const EXAMPLES: Readonly<Record<FunctionName, Example>> = {
  'get-me': {
    answers: {
      200: {
        user: admin,
        company: { companyId: challenge.companyId, name: 'Empresa Demo S. A. S.', authorizationPolicy: 'REQUESTER' },
        permissions: ['tokens:read', 'changes:read', 'changes:request', 'changes:cancel', 'activation-codes:create'],
        lastAccess: '2026-01-04T13:31:00.000Z',
      },
    },
  },
  'list-tokens': { answers: { 200: { items: [token], nextCursor: 'eyJvcGFxdWUiOiJjdXJzb3IifQ' } } },
  'get-token': { answers: { 200: { ...token, authorizable: true, leavesNobody: false, ownActivationUntil: null } } },
  'list-events': { answers: { 200: page(...events) } },
  'list-company-events': {
    answers: {
      200: page(...events.map((event) => ({ companyId: challenge.companyId, tokenId: challenge.tokenId, ...event }))),
    },
  },
  'list-reasons': {
    answers: {
      200: {
        items: REASONS.flatMap(({ actions, code, label, noteRequired, holderExcluded }) =>
          actions.map((action) => ({ action, code, label, noteRequired, holderExcluded })),
        ).slice(0, 3),
      },
    },
  },
  'request-change': {
    body: { action: challenge.action, reason: challenge.reason, note: challenge.note },
    answers: { 201: block, 202: asked },
  },
  'list-changes': { answers: { 200: page(held) } },
  'get-change': { answers: { 200: waiting } },
  'cancel-change': { answers: { 200: cancelled } },
  'get-receipt': { answers: { 200: vectors('receipts/release') } },
  'create-activation-code': {
    answers: { 201: { activationCode: enrolment.activationCode, expiresAt: '2026-01-06T15:00:00.000Z' } },
  },
  'get-support': { answers: { 200: supportAt(REQUESTED) } },
  'enrol-device': {
    body: {
      activationCode: enrolment.activationCode,
      name: phone.name,
      platform: phone.platform,
      pushToken: pushTokens.pushToken,
      signingKey: enrolment.signingKey,
      encryptionKey: enrolment.encryptionKey,
      proof: enrolment.accepted[0].jws,
    },
    answers: { 201: { deviceId: device.deviceId, tokenId: 'token-first', seed: enrolment.seed.jwe } },
  },
  'get-app-me': {
    answers: {
      200: {
        user: admin,
        device: phone,
        token: { tokenId: 'token-first', status: 'ACTIVE' },
        pendingChange: null,
        physicalToken: ownPhysical,
        lastAccess: null,
      },
    },
  },
  'update-push-token': {
    body: { pushToken: pushTokens.pushToken, proof: pushTokens.accepted[0].jws },
    answers: { 204: undefined },
  },
  'list-authorizations': {
    answers: {
      200: {
        items: [
          {
            changeId: challenge.changeId,
            challenge,
            attemptsLeft: 3,
            names: {
              company: 'Empresa Demo S. A. S.',
              usernames: { [admin.userId]: admin.username, [holder.userId]: holder.username },
            },
          },
        ],
      },
    },
  },
  'decide-change': {
    body: { decision: decisions[0].jws },
    answers: { 200: { changeId: challenge.changeId, status: 'AUTHORIZED' } },
  },
  'verify-otp': { body: { userId: holder.userId, code: '492 214' }, answers: { 200: { valid: true } } },
};
