import { currentCode, decide, signPushToken } from '../../phone/protocol/index.ts';
import { MAXIMUM_WRONG_CODES } from '../../shared/domain/change.ts';
import { listAuthorizations } from '../../shared/use-cases/list-authorizations.ts';
import { aUser } from '../fixtures.ts';
import { given } from '../world/given.ts';
import { anEnrolment, givenCode } from '../world/phone.ts';
import type { MemoryWorld } from '../world/world.ts';
import {
  admin,
  administratorsPhone,
  type Call,
  type FunctionName,
  held,
  holder,
  ofHolder,
  request,
  waits,
  withKey,
} from './route-scene.ts';

interface Case {
  /** Makes ready what the accepted call finds, and gives the call. */
  readonly accepted: (world: MemoryWorld) => Promise<Call> | Call;
  readonly answer: { readonly status: number; readonly body?: object };
  /** The changed call, and its refusal. */
  readonly refused: Call;
  readonly problem: { readonly status: number; readonly code: string };
}

const NOT_FOUND = { status: 404, code: 'NOT_FOUND' };
const ADMINISTRATOR_ONLY = { status: 403, code: 'ADMINISTRATOR_ONLY' };
const USER_DISABLED = { status: 403, code: 'USER_DISABLED' };
const unknownToken = { path: { tokenId: 'token-9' } };
const unknownChange = { path: { changeId: 'change-9' } };

/** Each route with a call that it accepts and one that it refuses. */
export const CASES: Readonly<Record<FunctionName, Case>> = {
  'get-me': {
    accepted: () => ({}),
    answer: { status: 200, body: { user: { userId: 'user-admin' }, company: { companyId: 'DEMO', name: 'Demo' } } },
    refused: { by: aUser({ userId: 'user-nobody' }) },
    problem: USER_DISABLED,
  },
  'list-tokens': {
    accepted: (world) => {
      given(world, waits(admin));
      return { query: { limit: '1' } };
    },
    answer: { status: 200, body: { items: [{ tokenId: 'token-admin' }], nextCursor: expect.any(String) } },
    refused: { query: { cursor: 'made-up' } },
    problem: { status: 400, code: 'VALIDATION_FAILED' },
  },
  'get-token': {
    accepted: () => ({ path: ofHolder }),
    answer: { status: 200, body: { tokenId: 'token-holder', authorizable: false, ownActivationUntil: null } },
    refused: unknownToken,
    problem: NOT_FOUND,
  },
  'list-events': {
    accepted: async (world) => {
      await request(world, 'BLOCK');
      return { path: ofHolder };
    },
    answer: { status: 200, body: { items: [{ type: 'CHANGE_APPLIED' }], nextCursor: null } },
    refused: unknownToken,
    problem: NOT_FOUND,
  },
  'list-company-events': {
    accepted: async (world) => {
      await request(world, 'BLOCK');
      return { query: { type: 'CHANGE_APPLIED', from: '2026-01-05T10:00:00-05:00' } };
    },
    answer: {
      status: 200,
      body: {
        items: [{ companyId: 'DEMO', tokenId: 'token-holder', type: 'CHANGE_APPLIED' }],
        nextCursor: null,
      },
    },
    refused: { query: { from: 'yesterday' } },
    problem: { status: 400, code: 'VALIDATION_FAILED' },
  },
  'list-reasons': {
    accepted: () => ({ query: { action: 'RELEASE' } }),
    answer: { status: 200, body: { items: expect.arrayContaining([expect.objectContaining({ action: 'RELEASE' })]) } },
    refused: { by: holder },
    problem: ADMINISTRATOR_ONLY,
  },
  'request-change': {
    accepted: () => ({ path: ofHolder, headers: withKey, body: { action: 'BLOCK', reason: 'SUSPECTED_FRAUD' } }),
    answer: { status: 201, body: { status: 'APPLIED', authorization: null } },
    refused: { headers: {} },
    problem: { status: 400, code: 'IDEMPOTENCY_KEY_REQUIRED' },
  },
  'list-changes': {
    accepted: (world) => {
      held(world);
      return { query: { status: 'PENDING_AUTHORIZATION' } };
    },
    answer: { status: 200, body: { items: [{ changeId: 'change-1' }], nextCursor: null } },
    refused: { by: holder },
    problem: ADMINISTRATOR_ONLY,
  },
  'get-change': {
    accepted: (world) => ({ path: { changeId: held(world).changeId } }),
    answer: { status: 200, body: { changeId: 'change-1', authorization: { decidable: false } } },
    refused: unknownChange,
    problem: NOT_FOUND,
  },
  'cancel-change': {
    accepted: (world) => ({ path: { changeId: held(world).changeId } }),
    answer: { status: 200, body: { status: 'CANCELLED', outcome: { cause: 'CANCELLED' } } },
    refused: unknownChange,
    problem: NOT_FOUND,
  },
  'get-receipt': {
    accepted: async (world) => ({ path: { changeId: (await request(world, 'BLOCK')).change.changeId } }),
    answer: { status: 200, body: { format: 'llavero-receipt/1', device: null, signature: expect.any(String) } },
    refused: unknownChange,
    problem: NOT_FOUND,
  },
  'create-activation-code': {
    accepted: (world) => {
      given(world, waits(holder));
      return { path: ofHolder };
    },
    answer: { status: 201, body: { activationCode: expect.any(String), expiresAt: '2026-01-06T15:00:00.000Z' } },
    refused: unknownToken,
    problem: NOT_FOUND,
  },
  'get-support': {
    accepted: () => ({ by: holder }),
    answer: { status: 200, body: { open: expect.any(Boolean) } },
    refused: { by: null },
    problem: USER_DISABLED,
  },
  'enrol-device': {
    accepted: async (world) => {
      given(world, waits(holder));
      givenCode(world, holder);
      const { caller: _caller, requestId: _requestId, ...body } = await anEnrolment(world, holder);
      return { by: holder, body };
    },
    answer: { status: 201, body: { tokenId: 'token-holder', deviceId: expect.any(String) } },
    refused: { by: admin },
    problem: { status: 403, code: 'PROOF_REFUSED' },
  },
  'get-app-me': {
    accepted: async (world) => {
      await administratorsPhone(world);
      await request(world, 'RELEASE');
      return { by: holder, query: { deviceId: 'phone-1' } };
    },
    answer: {
      status: 200,
      body: {
        token: { tokenId: 'token-holder', status: 'ACTIVE' },
        pendingChange: { action: 'RELEASE', status: 'PENDING_AUTHORIZATION' },
        retiredDeviceId: null,
      },
    },
    refused: { query: { deviceId: 'phone 1' } },
    problem: { status: 400, code: 'VALIDATION_FAILED' },
  },
  'update-push-token': {
    accepted: async (world) => {
      const { deviceId, signer } = await administratorsPhone(world);
      return { path: { deviceId }, body: await signPushToken('other-token', signer, world.clock.now()) };
    },
    answer: { status: 204 },
    refused: { path: { deviceId: 'phone-8' } },
    problem: NOT_FOUND,
  },
  'list-authorizations': {
    accepted: async (world) => {
      await administratorsPhone(world);
      await request(world, 'RELEASE');
      return {};
    },
    answer: {
      status: 200,
      body: { items: [{ attemptsLeft: MAXIMUM_WRONG_CODES, challenge: { tokenId: 'token-holder' } }] },
    },
    refused: { by: null },
    problem: USER_DISABLED,
  },
  'decide-change': {
    accepted: async (world) => {
      const { signer } = await administratorsPhone(world);
      const { changeId, authorization } = (await request(world, 'RELEASE')).change;
      const [waiting] = await listAuthorizations(world, admin);
      if (!waiting || !authorization?.bindingCode) throw new Error('Nothing waits');
      const answer = { decision: 'APPROVE', bindingCode: authorization.bindingCode } as const;
      const decision = await decide(waiting.challenge, answer, signer, world.clock.now());
      return { path: { changeId }, body: { decision } };
    },
    answer: { status: 200, body: { status: 'AUTHORIZED' } },
    refused: unknownChange,
    problem: NOT_FOUND,
  },
  'verify-otp': {
    accepted: async (world) => {
      const { seed } = await administratorsPhone(world);
      return { by: null, body: { userId: 'user-admin', code: currentCode(seed, world.clock.now()).code } };
    },
    answer: { status: 200, body: { valid: true } },
    refused: { body: { userId: 'user-admin', code: '12345' } },
    problem: { status: 400, code: 'VALIDATION_FAILED' },
  },
};
