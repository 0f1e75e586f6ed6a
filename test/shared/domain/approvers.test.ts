import fc from 'fast-check';
import {
  isAnybodyAsked,
  isApprover,
  isHolderExcluded,
  phonesToAsk,
  policiesToTry,
} from '../../../shared/domain/approvers.ts';
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

  it.each([
    { policy: 'HOLDER', holderExcluded: false, asked: ['user-holder'] },
    { policy: 'HOLDER', holderExcluded: true, asked: [] },
    { policy: 'REQUESTER', holderExcluded: true, asked: ['user-admin'] },
    { policy: 'OTHER_ADMINISTRATOR', holderExcluded: false, asked: ['user-holder', 'user-other'] },
    { policy: 'OTHER_ADMINISTRATOR', holderExcluded: true, asked: ['user-other'] },
  ] as const)('under $policy (holder excluded: $holderExcluded) asks $asked', ({ policy, holderExcluded, asked }) => {
    const phones = ['user-admin', 'user-holder', 'user-other'].map((userId) => ({
      userId,
      deviceId: `phone-of-${userId}`,
    }));
    const people = { holderId: 'user-holder', requesterId: 'user-admin', holderExcluded };
    expect(phonesToAsk(policy, phones, people).map(({ userId }) => userId)).toEqual(asked);
  });

  it('asks nobody about a lost phone where its holder is the only one to ask', () => {
    const people = { holderId: 'user-admin', requesterId: 'user-admin' };
    const phones = [{ userId: 'user-admin', deviceId: 'phone' }];
    const asked = (holderExcluded: boolean) =>
      policiesToTry('HOLDER').filter((policy) => phonesToAsk(policy, phones, { ...people, holderExcluded }).length > 0);
    expect(asked(true)).toEqual([]);
    expect(asked(false)).toEqual(['HOLDER', 'REQUESTER']);
  });

  const phone = (userId: string) => ({ userId, deviceId: `phone-of-${userId}` });
  const SOLE = { administrators: [phone('user-admin')], holder: phone('user-admin') };
  const OWN = { holderId: 'user-admin', requesterId: 'user-admin' };
  const THEIRS = { holderId: 'user-holder', requesterId: 'user-admin' };

  it.each([
    {
      title: 'a sole administrator about their own token',
      policy: 'REQUESTER',
      phones: SOLE,
      people: OWN,
      asked: [true, false],
    },
    {
      title: 'one of two administrators about their own token',
      policy: 'REQUESTER',
      phones: { ...SOLE, administrators: [phone('user-admin'), phone('user-other')] },
      people: OWN,
      asked: [true, true],
    },
    {
      title: 'a sole administrator about a user’s token',
      policy: 'REQUESTER',
      phones: { ...SOLE, holder: phone('user-holder') },
      people: THEIRS,
      asked: [true, true],
    },
    {
      title: 'an administrator without a phone about a user’s token',
      policy: 'REQUESTER',
      phones: { administrators: [], holder: phone('user-holder') },
      people: THEIRS,
      asked: [false, false],
    },
    {
      title: 'the same where the holder decides',
      policy: 'HOLDER',
      phones: { administrators: [], holder: phone('user-holder') },
      people: THEIRS,
      asked: [true, false],
    },
    {
      title: 'the same where the holder decides, of a token that has no phone',
      policy: 'HOLDER',
      phones: { administrators: [], holder: null },
      people: THEIRS,
      asked: [false, false],
    },
    {
      title: 'a sole administrator under four eyes',
      policy: 'OTHER_ADMINISTRATOR',
      phones: SOLE,
      people: OWN,
      asked: [false, false],
    },
    {
      title: 'an administrator under four eyes about the only other one’s token',
      policy: 'OTHER_ADMINISTRATOR',
      phones: { administrators: [phone('user-admin'), phone('user-holder')], holder: phone('user-holder') },
      people: THEIRS,
      asked: [true, false],
    },
  ] as const)(
    'says for $title whether anybody is asked: with and without the holder $asked',
    ({ policy, phones, people, asked }) => {
      const isAsked = (holderExcluded: boolean) => isAnybodyAsked(policy, phones, { ...people, holderExcluded });
      expect([isAsked(false), isAsked(true)]).toEqual(asked);
    },
  );

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
