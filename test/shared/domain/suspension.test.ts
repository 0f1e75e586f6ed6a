import fc from 'fast-check';
import { type HeldChange, isHeld } from '../../../shared/domain/change.ts';
import {
  closedByRequester,
  isInScope,
  suspensionBy,
  suspensionFor,
  suspensionInForce,
} from '../../../shared/domain/suspension.ts';
import { decide, userActor } from '../../../shared/domain/transitions.ts';
import { aHeldChange, aToken, aUser, later, NOW, withPending } from '../../fixtures.ts';

const approver = aUser({ userId: 'user-9', fullName: 'Demo Aprobadora' });
const requester = aUser();
const suspension = suspensionFor(aHeldChange(), approver, NOW);

describe('a suspension', () => {
  it('is of the company, or of the holder’s own token where the holder said so, for 24 hours', () => {
    expect(suspension).toEqual({
      companyId: 'DEMO',
      requesterId: 'user-admin',
      onlyToken: null,
      changeId: 'change-1',
      tokenId: 'token-holder',
      until: later(86_400).toISOString(),
      disownedBy: { userId: 'user-9', fullName: 'Demo Aprobadora' },
      since: NOW.toISOString(),
    });
    expect(suspensionFor(aHeldChange({}, { policy: 'HOLDER' }), approver, NOW).onlyToken).toBe('token-holder');
  });

  it('is in force until its last moment, and not at it', () => {
    const last = new Date(later(86_400).getTime() - 1);
    expect(suspensionInForce([suspension], 'any', last)).toBe(suspension);
    expect(suspensionInForce([suspension], 'any', later(86_400))).toBeUndefined();
    expect([suspensionInForce([], 'any', NOW), suspensionInForce(undefined, 'any', NOW)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is the one for the token alone where there is one, and else the company’s; another token’s counts for nothing', () => {
    const forToken = { ...suspension, onlyToken: 'token-holder' };
    const find = (...those: (typeof suspension)[]) => suspensionInForce(those, 'token-holder', NOW);
    expect(find(suspension, forToken)).toBe(forToken);
    expect(find({ ...forToken, until: NOW.toISOString() }, suspension)).toBe(suspension);
    expect(find({ ...suspension, onlyToken: 'token-other' })).toBeUndefined();
  });

  it('is told again by the change that brought it, and by no other', () => {
    const change = aHeldChange();
    const recorded = { kid: 'phone-9', decision: 'REJECT' as const, iat: 1, jws: 'a.b.c' };
    const { changes } = decide(
      withPending(aToken(), change),
      change,
      { by: approver, recorded, suspendedUntil: suspension.until },
      { actor: userActor(approver), now: NOW, requestId: 'request-2' },
    );
    expect(changes.filter(isHeld).map(suspensionBy)).toEqual([suspension]);
    const outcome = { cause: 'DISOWNED', by: requester, suspendedUntil: suspension.until } as const;
    expect(suspensionBy(aHeldChange({ status: 'REJECTED', outcome }))).toBeUndefined();
    expect(suspensionBy(aHeldChange({}, { recorded }))).toBeUndefined();
    const cancelled = { cause: 'CANCELLED', by: requester, suspendedUntil: suspension.until } as const;
    expect(suspensionBy(aHeldChange({ status: 'CANCELLED', outcome: cancelled }, { recorded }))).toBeUndefined();
    const plain = { cause: 'REJECTED', by: requester } as const;
    expect(suspensionBy(aHeldChange({ status: 'REJECTED', outcome: plain }, { recorded }))).toBeUndefined();
  });
});

describe('the scope of a suspension', () => {
  const ids = ['user-admin', 'user-admin-later'];
  const other = (overrides: Partial<HeldChange> = {}) => aHeldChange({ changeId: 'change-2', ...overrides });

  it('has the requester’s other held changes that were asked for before it, and nothing else', () => {
    expect(isInScope(other(), suspension, ids)).toBe(true);
    expect(isInScope(other({ requestedBy: { ...requester, userId: 'user-admin-later' } }), suspension, ids)).toBe(true);
    const outside: Partial<HeldChange>[] = [
      { changeId: 'change-1' },
      { companyId: 'OTHER' },
      { requestedBy: approver },
      { status: 'AUTHORIZED' },
      { status: 'CANCELLED' },
      // Asked for after the bank had ended the suspension.
      { createdAt: later(1).toISOString() },
    ];
    for (const overrides of outside) expect(isInScope(other(overrides), suspension, ids)).toBe(false);
  });

  it('is the one token where the holder disowned', () => {
    const ofToken = { ...suspension, onlyToken: 'token-holder' };
    expect(isInScope(other(), ofToken, ids)).toBe(true);
    expect(isInScope(other({ tokenId: 'token-other' }), ofToken, ids)).toBe(false);
  });
});

describe('a decision while its requester may not ask any more', () => {
  const change = aHeldChange();

  it('is recorded where they are an enabled administrator who is not suspended', () => {
    for (const decision of ['APPROVE', 'REJECT'] as const) {
      expect(closedByRequester(change, decision, { user: requester, suspension: undefined })).toBeUndefined();
    }
  });

  it.each([
    ['unknown', undefined],
    ['disabled', aUser({ enabled: false })],
    ['an administrator no more', aUser({ role: 'SECONDARY' })],
    ['of another company', aUser({ companyId: 'OTHER' })],
  ])('closes the change where they are %s and it approves; a rejection is one', (_, user) => {
    expect(closedByRequester(change, 'APPROVE', { user, suspension: undefined })).toBe('REQUESTER_REMOVED');
    expect(closedByRequester(change, 'REJECT', { user, suspension: undefined })).toBeUndefined();
  });

  it('closes the change whatever it says where they are suspended', () => {
    expect(closedByRequester(change, 'APPROVE', { user: requester, suspension })).toBe('REQUESTER_REMOVED');
    expect(closedByRequester(change, 'REJECT', { user: requester, suspension })).toBe('DISOWNED');
  });

  it('never approves for anybody else', () => {
    const users = fc.record({
      enabled: fc.boolean(),
      role: fc.constantFrom('ADMINISTRATOR' as const, 'SECONDARY' as const),
      companyId: fc.constantFrom('DEMO', 'OTHER'),
    });
    fc.assert(
      fc.property(fc.option(users), fc.boolean(), (given, suspended) => {
        const user = given ? aUser(given) : undefined;
        const closes = closedByRequester(change, 'APPROVE', { user, suspension: suspended ? suspension : undefined });
        const may = user?.enabled && user.role === 'ADMINISTRATOR' && user.companyId === 'DEMO' && !suspended;
        expect(closes).toBe(may ? undefined : 'REQUESTER_REMOVED');
      }),
    );
  });
});
