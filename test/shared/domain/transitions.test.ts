import fc from 'fast-check';
import { availableActions, livePendingChange, statusAfter } from '../../../shared/domain/actions.ts';
import { type Action, actionSchema, changeStatusAt } from '../../../shared/domain/change.ts';
import { eventHash } from '../../../shared/domain/event.ts';
import { findReason, REASONS } from '../../../shared/domain/reasons.ts';
import type { Token, VirtualStatus } from '../../../shared/domain/token.ts';
import {
  apply,
  block,
  close,
  countWrongCode,
  decide,
  hold,
  SYSTEM,
  userActor,
} from '../../../shared/domain/transitions.ts';
import { aChange, aHeldChange, aToken, aUser, later, NOW, withPending } from '../../fixtures.ts';

const STATES: readonly VirtualStatus[] = ['PENDING_ENROLLMENT', 'ACTIVE', 'BLOCKED', 'RELEASED'];
const context = { actor: userActor(aUser()), now: NOW, requestId: 'request-2' };

const statuses = fc.constantFrom(...STATES);
const actions = fc.constantFrom(...actionSchema.options);
const before = fc.constantFrom('PENDING_ENROLLMENT' as const, 'ACTIVE' as const, 'RELEASED' as const);
const reasons = fc.constantFrom(...REASONS.map(({ code }) => code), 'UNKNOWN');

/** A token in a state, with what that state has and no more. */
function tokenIn(status: VirtualStatus, statusBeforeBlock: 'PENDING_ENROLLMENT' | 'ACTIVE' | 'RELEASED'): Token {
  const bound = status === 'ACTIVE' || (status === 'BLOCKED' && statusBeforeBlock === 'ACTIVE');
  return {
    ...aToken({ status, device: bound ? aToken().device : null }),
    ...(status === 'BLOCKED' ? { statusBeforeBlock } : {}),
  };
}

/** The table of docs/product.md. */
const OFFERED: Record<VirtualStatus, Action[]> = {
  PENDING_ENROLLMENT: ['BLOCK'],
  ACTIVE: ['RELEASE', 'BLOCK'],
  BLOCKED: ['RELEASE', 'UNBLOCK'],
  RELEASED: ['BLOCK'],
};

describe('over every state, action and reason', () => {
  it('offers exactly the actions of the state, and only a block while a change is not yet applied', () => {
    fc.assert(
      fc.property(statuses, before, fc.boolean(), (status, was, pending) => {
        const token = tokenIn(status, was);
        const change = aHeldChange();
        const offered = availableActions(pending ? withPending(token, change) : token, NOW);
        expect(offered).toEqual(pending ? ['BLOCK'] : OFFERED[status]);
      }),
    );
  });

  it('applies an offered action to the one state it leads to, and no other action at all', () => {
    fc.assert(
      fc.property(statuses, before, actions, (status, was, action) => {
        const token = tokenIn(status, was);
        const expected = { BLOCK: 'BLOCKED', RELEASE: 'RELEASED', UNBLOCK: was }[action];
        const offered = OFFERED[status].includes(action) || action === 'BLOCK';
        if (offered) expect(statusAfter(token, action)).toBe(expected);
        else expect(() => statusAfter(token, action)).toThrow(`A ${status} token has no ${action}`);
      }),
    );
  });

  it('takes a reason for the actions the catalogue has it for, and for no other', () => {
    fc.assert(
      fc.property(actions, reasons, (action, code) => {
        const known = REASONS.some((reason) => reason.code === code && reason.actions.includes(action));
        expect(findReason(action, code)?.code).toBe(known ? code : undefined);
      }),
    );
  });

  it('never leaves a phone on a released token, and never loses one by any other change', () => {
    fc.assert(
      fc.property(fc.constantFrom('ACTIVE' as const, 'BLOCKED' as const), before, actions, (status, was, action) => {
        const token = tokenIn(status, was);
        if (!OFFERED[status].includes(action)) return;
        const change = aHeldChange(
          { action, status: 'AUTHORIZED' },
          { decidedBy: aUser(), decidedAt: NOW.toISOString() },
        );
        const after =
          action === 'BLOCK'
            ? block(token, aChange({ action }), null, context)
            : apply(token, change, context, { seedDestroyed: action === 'RELEASE' });
        expect(after.token.device).toEqual(action === 'RELEASE' ? null : token.device);
        expect(after.token.version).toBe(token.version + 1);
      }),
    );
  });

  it('returns by block and unblock to the state before, however often it is blocked', () => {
    fc.assert(
      fc.property(before, fc.integer({ min: 1, max: 4 }), (status, times) => {
        let token = tokenIn(status, status);
        for (let i = 0; i < times; i++) token = block(token, aChange({ action: 'BLOCK' }), null, context).token;
        expect(token.statusBeforeBlock).toBe(status);
        const unblocked = apply(token, aHeldChange({ action: 'UNBLOCK', status: 'AUTHORIZED' }), context, {
          seedDestroyed: false,
        }).token;
        expect(unblocked.status).toBe(status);
        expect(unblocked.statusBeforeBlock).toBeUndefined();
      }),
    );
  });
});

describe('a hold', () => {
  const change = aHeldChange();

  it('names the change on the token, says so in the record, and is looked at by the reconciler soon', () => {
    const held = hold(aToken(), change, { expired: null, holdStarts: [1] }, context);
    expect(held.token.pendingChange).toEqual({
      changeId: 'change-1',
      action: 'RELEASE',
      status: 'PENDING_AUTHORIZATION',
      expiresAt: later(600).toISOString(),
    });
    expect(held.token.holdStarts).toEqual([1]);
    expect(held.changes).toEqual([{ ...change, dueAt: later(2).toISOString() }]);
    expect(held.events.map(({ type, seq, actor, details }) => ({ type, seq, actor, details }))).toEqual([
      {
        type: 'CHANGE_REQUESTED',
        seq: 1,
        actor: { type: 'USER', userId: 'user-admin', fullName: 'Demo Administradora' },
        details: { policy: 'REQUESTER', requestId: 'request-2' },
      },
    ]);
  });

  it('writes the end of an earlier change that is past its time in the same transition', () => {
    const old = aHeldChange({ changeId: 'change-0' }, { expiresAt: later(-1).toISOString() });
    const { events, changes } = hold(withPending(aToken(), old), change, { expired: old, holdStarts: [1] }, context);
    expect(events.map(({ type, actor }) => [type, actor.type])).toEqual([
      ['CHANGE_EXPIRED', 'SYSTEM'],
      ['CHANGE_REQUESTED', 'USER'],
    ]);
    expect(changes.map(({ changeId, status }) => [changeId, status])).toEqual([
      ['change-1', 'PENDING_AUTHORIZATION'],
      ['change-0', 'EXPIRED'],
    ]);
  });

  it('is shown as expired from its last moment on, and not a millisecond before', () => {
    const last = new Date(later(600).getTime() - 1);
    expect(changeStatusAt(change, last)).toBe('PENDING_AUTHORIZATION');
    expect(changeStatusAt(change, later(600))).toBe('EXPIRED');
    expect(livePendingChange(withPending(aToken(), change), last)?.changeId).toBe('change-1');
    expect(livePendingChange(withPending(aToken(), change), later(600))).toBeNull();
  });

  it('is still pending once it is authorized, however late it is', () => {
    const authorized = aHeldChange({ status: 'AUTHORIZED' });
    expect(changeStatusAt(authorized, later(6000))).toBe('AUTHORIZED');
    expect(availableActions(withPending(aToken(), authorized), later(6000))).toEqual(['BLOCK']);
  });
});

describe('a block', () => {
  it.each(['PENDING_AUTHORIZATION', 'AUTHORIZED'] as const)('supersedes a change that is %s', (status) => {
    const pending = aHeldChange({ status });
    const token = withPending(aToken(), pending);
    const after = block(
      token,
      aChange({ changeId: 'block-1', action: 'BLOCK' }),
      { change: pending, end: 'SUPERSEDED' },
      context,
    );
    expect(after.token).toMatchObject({ status: 'BLOCKED', statusBeforeBlock: 'ACTIVE', pendingChange: null });
    expect(after.changes.map(({ changeId, status: s }) => [changeId, s])).toEqual([
      ['block-1', 'APPLIED'],
      ['change-1', 'SUPERSEDED'],
    ]);
    expect(after.events.map(({ type }) => type)).toEqual(['CHANGE_SUPERSEDED', 'CHANGE_APPLIED']);
    expect(after.changes[1]?.authorization?.bindingCode).toBeUndefined();
  });

  it('refuses a physical token', () => {
    const physical = aToken({ kind: 'PHYSICAL', status: 'ENABLED' });
    expect(() => block(physical, aChange({ action: 'BLOCK' }), null, context)).toThrow('A ENABLED token has no BLOCK');
  });
});

describe('a decision', () => {
  const recorded = { kid: 'phone-9', decision: 'APPROVE' as const, iat: 1, jws: 'a.b.c' };

  it('authorizes, keeps the token waiting for the effect, and forgets the binding code', () => {
    const change = aHeldChange();
    const after = decide(withPending(aToken(), change), change, { by: aUser(), recorded }, context);
    expect(after.token).toMatchObject({
      status: 'ACTIVE',
      pendingChange: { changeId: 'change-1', status: 'AUTHORIZED' },
    });
    expect(after.changes[0]).toMatchObject({
      status: 'AUTHORIZED',
      authorization: {
        decidedBy: { userId: 'user-admin', fullName: 'Demo Administradora' },
        decidedAt: NOW.toISOString(),
        recorded,
      },
    });
    expect(after.changes[0]?.authorization?.bindingCode).toBeUndefined();
  });

  it('rejects, and frees the token', () => {
    const change = aHeldChange();
    const after = decide(
      withPending(aToken(), change),
      change,
      { by: aUser(), recorded: { ...recorded, decision: 'REJECT' } },
      context,
    );
    expect(after.token).toMatchObject({ status: 'ACTIVE', pendingChange: null });
    expect(after.changes.map(({ status }) => status)).toEqual(['REJECTED']);
  });

  it('counts a wrong code on the change alone', () => {
    const counted = countWrongCode(aHeldChange(), ['000000'], NOW);
    expect(counted).toMatchObject({
      status: 'PENDING_AUTHORIZATION',
      version: 2,
      authorization: { wrongCodes: ['000000'] },
    });
    expect(counted.authorization.bindingCode).toBe('123456');
  });

  it.each([
    ['CANCELLED', 'CANCELLED', {}],
    ['EXPIRED', 'EXPIRED', {}],
    ['WRONG_CODES', 'REJECTED', { cause: 'BINDING_CODE_MISMATCH' }],
    ['DISOWNED', 'REJECTED', { cause: 'DISOWNED' }],
    ['REQUESTER_REMOVED', 'CANCELLED', { cause: 'REQUESTER_REMOVED' }],
  ] as const)(
    'that ends by %s is %s, says how and by whom, and has no effect on the token',
    (cause, status, details) => {
      const outcome = { cause, by: { userId: 'user-admin', fullName: 'Demo Administradora' } };
      const change = aHeldChange();
      const token = withPending(aToken(), change);
      const after = close(token, change, outcome, context);
      expect(after.token).toMatchObject({
        status: 'ACTIVE',
        pendingChange: null,
        device: token.device,
      });
      expect(after.changes).toMatchObject([{ status, outcome }]);
      expect(after.changes[0]?.authorization?.bindingCode).toBeUndefined();
      expect(after.events).toMatchObject([
        { type: `CHANGE_${status}`, details: { ...details, requestId: 'request-2' } },
      ]);
    },
  );

  it('is never applied as a release when nobody decided it', () => {
    const applied = () => apply(aToken(), aHeldChange(), { ...context, actor: SYSTEM }, { seedDestroyed: true });
    expect(applied).toThrow('only once it is decided');
  });

  it.each([true, false])('says of its seed, once released, what its transaction found (%s)', (seedDestroyed) => {
    const change = aHeldChange({ status: 'AUTHORIZED' }, { decidedBy: aUser(), decidedAt: NOW.toISOString() });
    const { events } = apply(withPending(aToken(), change), change, { ...context, actor: SYSTEM }, { seedDestroyed });
    expect(events.map(({ details }) => details.seedDestroyed)).toEqual([seedDestroyed]);
  });

  it('says nothing of the seed where it is unblocked', () => {
    const token = tokenIn('BLOCKED', 'ACTIVE');
    const change = aHeldChange({ action: 'UNBLOCK', status: 'AUTHORIZED' });
    const { events } = apply(token, change, { ...context, actor: SYSTEM }, { seedDestroyed: false });
    expect(events.map(({ details }) => details)).toEqual([expect.not.objectContaining({ seedDestroyed: false })]);
  });
});

describe('what is written of a change', () => {
  const decided = { decidedBy: aUser(), decidedAt: NOW.toISOString() };
  const system = { ...context, actor: SYSTEM };

  it('names a person by id and name, and keeps the binding code while it is held', () => {
    expect(userActor(aUser())).toEqual({ type: 'USER', userId: 'user-admin', fullName: 'Demo Administradora' });
    const recorded = { kid: 'phone-9', decision: 'APPROVE' as const, iat: 1, jws: 'a.b.c' };
    const { events } = decide(withPending(aToken(), aHeldChange()), aHeldChange(), { by: aUser(), recorded }, context);
    expect(events).toMatchObject([
      { type: 'CHANGE_AUTHORIZED', details: { policy: 'REQUESTER', deviceId: 'phone-9', requestId: 'request-2' } },
    ]);
  });

  it('says until when a disowned requester is suspended, and only then', () => {
    const recorded = { kid: 'phone-9', decision: 'REJECT' as const, iat: 1, jws: 'a.b.c' };
    const rejected = (suspendedUntil?: string) => {
      const change = aHeldChange();
      const { changes, events } = decide(
        withPending(aToken(), change),
        change,
        { by: aUser(), recorded, ...(suspendedUntil ? { suspendedUntil } : {}) },
        context,
      );
      return { outcome: changes[0]?.outcome, type: events[0]?.type, disowned: events[0]?.details.disowned };
    };
    const by = { userId: 'user-admin', fullName: 'Demo Administradora' };
    const until = later(60).toISOString();
    expect(rejected()).toEqual({ outcome: { cause: 'REJECTED', by }, type: 'CHANGE_REJECTED', disowned: undefined });
    expect(rejected(until)).toEqual({
      outcome: { cause: 'DISOWNED', by, suspendedUntil: until },
      type: 'CHANGE_REJECTED',
      disowned: true,
    });
  });

  it('says of a block what it was and is, and who ended the earlier change', () => {
    const earlier = aHeldChange();
    const blocking = aChange({ changeId: 'change-2', action: 'BLOCK' });
    for (const end of ['SUPERSEDED', 'EXPIRED'] as const) {
      const { events, changes } = block(withPending(aToken(), earlier), blocking, { change: earlier, end }, context);
      expect(events).toMatchObject([
        { type: `CHANGE_${end}`, actor: end === 'EXPIRED' ? SYSTEM : context.actor },
        { type: 'CHANGE_APPLIED', details: { from: 'ACTIVE', to: 'BLOCKED' } },
      ]);
      const by = end === 'EXPIRED' ? null : { userId: 'user-admin', fullName: 'Demo Administradora' };
      expect(changes).toMatchObject([
        { status: 'APPLIED', outcome: { cause: 'IMMEDIATE' } },
        { status: end, outcome: { cause: end, by } },
      ]);
    }
  });

  it('says of a release who authorized it and which phone it took, where there was one', () => {
    const change = aHeldChange({ status: 'AUTHORIZED' }, decided);
    const released = (token: Token) => apply(withPending(token, change), change, system, { seedDestroyed: true });
    const { token, events } = released(aToken());
    expect(token).toMatchObject({
      status: 'RELEASED',
      device: null,
      lastRelease: { authorizedBy: 'user-admin', authorizedAt: NOW.toISOString() },
    });
    expect(events).toMatchObject([
      { type: 'CHANGE_APPLIED', details: { from: 'ACTIVE', to: 'RELEASED', deviceId: 'phone-1' } },
    ]);
    const without = released(aToken({ status: 'BLOCKED', statusBeforeBlock: 'PENDING_ENROLLMENT', device: null }));
    expect(without.events[0]?.details.deviceId).toBeNull();
    for (const half of [{ decidedBy: aUser() }, { decidedAt: NOW.toISOString() }]) {
      const undecided = aHeldChange({ status: 'AUTHORIZED' }, half);
      expect(() => apply(aToken(), undecided, system, { seedDestroyed: true })).toThrow('only once it is decided');
    }
  });

  it('unblocks only what is blocked, into what it was before', () => {
    expect(() => statusAfter(aToken({ statusBeforeBlock: 'RELEASED' }), 'UNBLOCK')).toThrow('has no UNBLOCK');
    expect(() => statusAfter(aToken({ status: 'BLOCKED' }), 'UNBLOCK')).toThrow('has no UNBLOCK');
  });
});

describe('the record', () => {
  it('chains each event to the one before, through the head on the token', () => {
    const change = aHeldChange();
    const first = hold(aToken(), change, { expired: null, holdStarts: [] }, context);
    const second = close(first.token, change, { cause: 'CANCELLED', by: null }, context);
    const [requested] = first.events;
    const [cancelled] = second.events;
    expect(requested?.previousHash).toBe(aToken().recordHead.hash);
    expect(cancelled?.previousHash).toBe(requested?.hash);
    expect(second.token.recordHead).toEqual({ seq: 2, hash: cancelled?.hash });
    if (!requested) throw new Error('No event');
    const { hash, ...body } = requested;
    expect(eventHash(body)).toBe(hash);
    expect(eventHash({ ...body, at: later(1).toISOString() })).not.toBe(hash);
  });
});
