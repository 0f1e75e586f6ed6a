import fc from 'fast-check';
import { isApprover, isHolderExcluded, leavesSomeone, policiesToTry } from '../../../shared/domain/approvers.ts';
import { approvalPolicySchema } from '../../../shared/domain/company.ts';
import { findReason, REASONS } from '../../../shared/domain/reasons.ts';
import { aHeldChange, aHolder, aToken, aUser } from '../../fixtures.ts';

const policies = fc.constantFrom(...approvalPolicySchema.options);

describe('who may decide', () => {
  it('falls from the company’s policy to the next in the order holder, requester, other administrator', () => {
    expect(policiesToTry('HOLDER')).toEqual(['HOLDER', 'REQUESTER', 'OTHER_ADMINISTRATOR']);
    expect(policiesToTry('REQUESTER')).toEqual(['REQUESTER', 'OTHER_ADMINISTRATOR']);
    expect(policiesToTry('OTHER_ADMINISTRATOR')).toEqual(['OTHER_ADMINISTRATOR']);
  });

  it.each(['PHONE_LOST', 'PHONE_STOLEN', 'PHONE_DAMAGED', 'APP_REINSTALLED', 'USER_LEFT'])(
    'never asks the holder about %s',
    (code) => {
      const reason = findReason('RELEASE', code);
      expect(reason && isHolderExcluded(aToken(), reason)).toBe(true);
    },
  );

  it.each(['SEED_RELEASE', 'PHONE_CHANGED', 'OTHER'])('may ask the holder of an active token about %s', (code) => {
    const reason = findReason('RELEASE', code);
    expect(reason && isHolderExcluded(aToken(), reason)).toBe(false);
  });

  it('never asks the holder of a token that is not active, whatever the reason', () => {
    for (const reason of REASONS) expect(isHolderExcluded(aToken({ status: 'BLOCKED' }), reason)).toBe(true);
  });

  it('leaves nobody where the only candidate is an excluded holder', () => {
    const all = { requesterHasPhone: true, holderHasPhone: true, otherAdministratorHasPhone: false };
    const excluded = { holderExcluded: true, requesterIsHolder: true };
    expect(approvalPolicySchema.options.filter((policy) => leavesSomeone(policy, all, excluded))).toEqual([]);
    const asked = { holderExcluded: false, requesterIsHolder: true };
    expect(approvalPolicySchema.options.filter((policy) => leavesSomeone(policy, all, asked))).toEqual([
      'REQUESTER',
      'HOLDER',
    ]);
  });

  it.each([
    { policy: 'REQUESTER', approvers: ['requester'] },
    { policy: 'OTHER_ADMINISTRATOR', approvers: ['other'] },
    { policy: 'HOLDER', approvers: ['holder'] },
  ] as const)('under $policy lets exactly $approvers decide', ({ policy, approvers }) => {
    const people = {
      requester: aUser(),
      other: aUser({ userId: 'user-other' }),
      holder: aHolder(),
      secondary: aHolder({ userId: 'x' }),
    };
    const change = aHeldChange({}, { policy });
    const allowed = Object.entries(people).filter(([, user]) => isApprover(change, user));
    expect(allowed.map(([name]) => name)).toEqual(approvers);
  });

  it('lets nobody of another company decide, under any policy', () => {
    fc.assert(
      fc.property(policies, fc.constantFrom(aUser(), aHolder(), aUser({ userId: 'user-other' })), (policy, user) => {
        expect(isApprover(aHeldChange({}, { policy }), { ...user, companyId: 'ANOTHER' })).toBe(false);
      }),
    );
  });

  it.each([
    { who: 'a requester who is no administrator any more', policy: 'REQUESTER', user: aUser({ role: 'SECONDARY' }) },
    {
      who: 'a disabled other administrator',
      policy: 'OTHER_ADMINISTRATOR',
      user: aUser({ userId: 'o', enabled: false }),
    },
  ] as const)('does not let $who decide', ({ policy, user }) => {
    expect(isApprover(aHeldChange({}, { policy }), user)).toBe(false);
  });

  it('does not let an excluded holder decide as other administrator', () => {
    const holder = aHolder({ role: 'ADMINISTRATOR' });
    const change = (holderExcluded: boolean) => aHeldChange({}, { policy: 'OTHER_ADMINISTRATOR', holderExcluded });
    expect(isApprover(change(true), holder)).toBe(false);
    expect(isApprover(change(false), holder)).toBe(true);
  });
});
