import fc from 'fast-check';
import { type HeldChange, isHeld, isOpen } from '../../../shared/domain/change.ts';
import { apply, block, close, decide, disown, endByBlock, userActor } from '../../../shared/domain/transitions.ts';
import { aChange, aHeldChange, aToken, aUser, later, NOW, withPending } from '../../fixtures.ts';

const context = { actor: userActor(aUser()), now: NOW, requestId: 'request-2' };
const person = { userId: 'user-admin', fullName: 'Demo Administradora' };
const approver = aUser({ userId: 'user-9', fullName: 'Demo Aprobadora' });
const byApprover = { userId: 'user-9', fullName: 'Demo Aprobadora' };
const recorded = { kid: 'phone-9', decision: 'REJECT' as const, iat: 1, jws: 'a.b.c' };

describe('how a change ended', () => {
  it('is told of a block and of what the block ends', () => {
    const old = aHeldChange({ changeId: 'change-0' });
    const pending = { change: old, end: endByBlock(old, NOW) };
    const blocked = block(withPending(aToken(), old), aChange({ action: 'BLOCK' }), pending, context);
    expect(blocked.changes).toMatchObject([
      { status: 'APPLIED', outcome: { cause: 'IMMEDIATE', by: person } },
      { status: 'SUPERSEDED', outcome: { cause: 'SUPERSEDED', by: person } },
    ]);
  });

  it('is told of what was applied by whose approval it was, and of what is only authorized not yet', () => {
    const change = aHeldChange();
    const approval = { by: approver, recorded: { ...recorded, decision: 'APPROVE' as const } };
    const approved = decide(withPending(aToken(), change), change, approval, context);
    const [authorized] = approved.changes.filter(isHeld);
    if (!authorized) throw new Error('No change');
    expect([authorized.status, authorized.outcome]).toEqual(['AUTHORIZED', undefined]);
    expect(apply(approved.token, authorized, context, { seedDestroyed: true }).changes).toMatchObject([
      { status: 'APPLIED', outcome: { cause: 'APPROVED', by: byApprover } },
    ]);
  });

  it('is told of a rejection, and of a disowning with the end of the suspension', () => {
    const change = aHeldChange();
    const token = withPending(aToken(), change);
    const suspendedUntil = later(86_400).toISOString();
    const plain = decide(token, change, { by: approver, recorded }, context);
    const disowned = decide(token, change, { by: approver, recorded, suspendedUntil }, context);
    expect([plain, disowned].map(({ changes }) => changes[0]?.outcome)).toEqual([
      { cause: 'REJECTED', by: byApprover },
      { cause: 'DISOWNED', by: byApprover, suspendedUntil },
    ]);
  });

  it('becomes a disowning where the phone says so later, and the token keeps whatever is pending on it', () => {
    const rejected = aHeldChange({ status: 'REJECTED', version: 2 }, { decidedBy: person, recorded });
    const another = aHeldChange({ changeId: 'change-2' });
    const suspendedUntil = later(86_400).toISOString();
    const after = disown(
      withPending(aToken(), another),
      rejected,
      { by: approver, recorded: { ...recorded, jws: 'later' }, suspendedUntil },
      context,
    );
    expect(after.token.pendingChange?.changeId).toBe('change-2');
    expect(after.changes).toMatchObject([
      {
        status: 'REJECTED',
        version: 3,
        outcome: { cause: 'DISOWNED', by: byApprover, suspendedUntil },
        authorization: { recorded: { jws: 'later' } },
      },
    ]);
    expect(after.events).toMatchObject([
      { type: 'CHANGE_REJECTED', details: { disowned: true, requesterSuspendedUntil: suspendedUntil } },
    ]);
  });

  it('is told of every change that a transition closes, and of none that it leaves open', () => {
    const causes = fc.constantFrom('CANCELLED', 'EXPIRED', 'WRONG_CODES', 'DISOWNED', 'REQUESTER_REMOVED');
    fc.assert(
      fc.property(causes, fc.boolean(), fc.boolean(), fc.boolean(), (cause, rescue, late, blocks) => {
        const change = aHeldChange({}, rescue ? { policy: 'BANK' } : {});
        const token = withPending(aToken(), change);
        const at = { ...context, now: late ? later(600) : NOW };
        const pending = { change, end: endByBlock(change, at.now) };
        const { changes } = blocks
          ? block(token, aChange({ action: 'BLOCK' }), pending, at)
          : close(token, change, { cause, by: null }, at);
        for (const each of changes) expect(each.outcome !== undefined).toBe(!isOpen(each.status));
      }),
    );
  });
});

describe('a rescue under a block', () => {
  const rescue = aHeldChange({}, { policy: 'BANK' });

  it.each(['PENDING_AUTHORIZATION', 'AUTHORIZED'] as const)('goes on while %s, and is applied', (status) => {
    const change: HeldChange = { ...rescue, status };
    const pending = { change, end: endByBlock(change, NOW) };
    const blocked = block(withPending(aToken(), change), aChange({ action: 'BLOCK' }), pending, context);
    expect(blocked.changes.map(({ action }) => action)).toEqual(['BLOCK']);
    expect(blocked.events.map(({ type }) => type)).toEqual(['CHANGE_APPLIED']);
    expect(blocked.token).toMatchObject({
      status: 'BLOCKED',
      statusBeforeBlock: 'ACTIVE',
      pendingChange: { changeId: change.changeId, status },
    });
    const confirmed: HeldChange = {
      ...change,
      status: 'AUTHORIZED',
      authorization: { ...change.authorization, decidedBy: person, decidedAt: NOW.toISOString() },
    };
    const { token } = apply(blocked.token, confirmed, context, { seedDestroyed: true });
    expect([token.status, token.pendingChange, token.statusBeforeBlock]).toEqual(['RELEASED', null, undefined]);
  });

  it('is ended by it once its time is over, as every other change is at any time', () => {
    expect(endByBlock(rescue, later(600))).toBe('EXPIRED');
    expect(endByBlock(aHeldChange(), NOW)).toBe('SUPERSEDED');
    expect(endByBlock(aHeldChange({ status: 'AUTHORIZED' }), later(600))).toBe('SUPERSEDED');
  });
});
