import fc from 'fast-check';
import { isApprover } from '../../../shared/domain/approvers.ts';
import { isHeld } from '../../../shared/domain/change.ts';
import type { TokenEvent } from '../../../shared/domain/event.ts';
import { composeReceipt } from '../../../shared/domain/receipt.ts';
import { rescueConfirmationSchema, rescueProposalSchema } from '../../../shared/domain/rescue.ts';
import { identifyStaff, maybeSamePerson, type Staff } from '../../../shared/domain/staff.ts';
import { apply, confirmRescue, hold, staffActor } from '../../../shared/domain/transitions.ts';
import { waitingKey } from '../../../shared/repositories/items.ts';
import { aHeldChange, aHolder, aToken, aUser, later, NOW, withPending } from '../../fixtures.ts';

const ACCOUNT = '111122223333';
const PROPOSER = `arn:aws:iam::${ACCOUNT}:role/Proposer-1A2B`;
const CONFIRMER = `arn:aws:iam::${ACCOUNT}:role/path/Confirmer-3C4D`;
const ANA: Staff = {
  userId: 'AROAONE:demo.ana',
  fullName: 'demo.ana',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Proposer-1A2B/demo.ana`,
};
const LUIS: Staff = {
  userId: 'AROATWO:demo.luis',
  fullName: 'demo.luis',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/Confirmer-3C4D/demo.luis`,
};

const aRescue = () =>
  aHeldChange(
    { reason: 'PHONE_LOST', requestedBy: { userId: ANA.userId, fullName: ANA.fullName } },
    { policy: 'BANK', asked: [], holderExcluded: true, rescue: { proposedBy: ANA } },
  );

describe('one of the bank’s persons', () => {
  const identity = ({ arn, userId }: Staff) => ({ arn, userId, account: ACCOUNT });

  it('is a session of exactly the role, by the name of the session', () => {
    expect(identifyStaff(identity(ANA), PROPOSER)).toEqual(ANA);
    expect(identifyStaff(identity(LUIS), CONFIRMER)).toEqual(LUIS);
    expect(identifyStaff(identity(ANA), CONFIRMER)).toBeUndefined();
    expect(identifyStaff(identity(LUIS), PROPOSER)).toBeUndefined();
  });

  it.each([
    ['the root', `arn:aws:iam::${ACCOUNT}:root`, ACCOUNT],
    ['an IAM user, whatever they may do', `arn:aws:iam::${ACCOUNT}:user/demo.ana`, 'AIDAANA'],
    ['an IAM user who is named like the role', `arn:aws:iam::${ACCOUNT}:user/Proposer-1A2B/demo.ana`, 'AIDAANA'],
    ['the role itself', PROPOSER, 'AROAONE:demo.ana'],
    ['a session of another role', `arn:aws:sts::${ACCOUNT}:assumed-role/Admin/demo.ana`, 'AROA:demo.ana'],
    ['a session of a role named alike', ANA.arn.replace('1A2B', '1A2Bx'), 'AROA:demo.ana'],
    ['a session of a role named otherwise by case', ANA.arn.replace('1A2B', '1a2b'), 'AROA:demo.ana'],
    ['a session of Identity Center', ANA.arn.replace('Proposer-1A2B', 'AWSReservedSSO_Staff_0'), 'AROA:demo.ana'],
    ['a federated user', `arn:aws:sts::${ACCOUNT}:federated-user/demo.ana`, `${ACCOUNT}:demo.ana`],
    ['a session of another account’s role', ANA.arn.replace(ACCOUNT, '444455556666'), 'AROA:demo.ana'],
    ['a session in another partition', ANA.arn.replace('arn:aws:', 'arn:aws-cn:'), 'AROA:demo.ana'],
    ['a session whose id has another name', ANA.arn, 'AROAONE:demo.luis'],
    ['a session without a name', ANA.arn.replace('/demo.ana', ''), 'AROAONE:demo.ana'],
    ['a session with more after its name', `${ANA.arn}/more`, 'AROAONE:demo.ana'],
  ])('is not %s', (_, arn, userId) => {
    expect(identifyStaff({ arn, userId, account: ACCOUNT }, PROPOSER)).toBeUndefined();
  });

  it('is nobody where STS names another account, or the role is none', () => {
    expect(identifyStaff({ ...identity(ANA), account: '444455556666' }, PROPOSER)).toBeUndefined();
    expect(identifyStaff(identity(ANA), '')).toBeUndefined();
  });

  it('counts for the role whose session it is, and for no other, whatever the names', () => {
    const name = fc.stringMatching(/^[\w+=,.@-]{2,64}$/);
    fc.assert(
      fc.property(name, name, name, (held, asked, person) => {
        const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${held}/${person}`;
        const staff = { userId: `AROA:${person}`, fullName: person, arn };
        const found = identifyStaff(identity(staff), `arn:aws:iam::${ACCOUNT}:role/${asked}`);
        expect(found).toEqual(held === asked ? staff : undefined);
        expect(identifyStaff(identity(staff), `arn:aws:iam::${ACCOUNT}:role/${held}`)).toEqual(staff);
      }),
    );
  });

  it('is not two by holding both roles', () => {
    expect(maybeSamePerson(ANA, LUIS)).toBe(false);
    expect(maybeSamePerson(ANA, { ...ANA })).toBe(true);
    expect(maybeSamePerson(LUIS, { ...LUIS, userId: 'AROAONE:demo.luis' })).toBe(true);
    expect(maybeSamePerson(ANA, { ...LUIS, fullName: 'Demo.Ana' })).toBe(true);
  });
});

describe('a rescue', () => {
  it('is decided on no phone, whoever’s it is, and waits in nobody’s list', () => {
    const people = [aUser(), aUser({ userId: 'user-other' }), aHolder(), aHolder({ role: 'ADMINISTRATOR' })];
    expect(people.filter((user) => isApprover(aRescue(), user))).toEqual([]);
    expect(waitingKey(aRescue())).toBeUndefined();
    expect(waitingKey(aHeldChange())).toBeDefined();
  });

  it('is held, confirmed and applied with both persons in the record', () => {
    const context = { now: NOW, requestId: 'request-1' };
    const held = hold(aToken(), aRescue(), { expired: null, holdStarts: [] }, { ...context, actor: staffActor(ANA) });
    expect(held.events).toMatchObject([
      {
        type: 'CHANGE_REQUESTED',
        actor: { type: 'BANK', userId: ANA.userId, fullName: 'demo.ana' },
        details: { policy: 'BANK' },
      },
    ]);

    const confirmed = confirmRescue(held.token, aRescue(), LUIS, { ...context, now: later(60) });
    expect(confirmed.token.pendingChange).toMatchObject({ status: 'AUTHORIZED' });
    expect(confirmed.events).toMatchObject([
      {
        type: 'CHANGE_AUTHORIZED',
        actor: { type: 'BANK', userId: LUIS.userId, fullName: 'demo.luis' },
        details: { policy: 'BANK', proposedBy: 'demo.ana', confirmedBy: 'demo.luis' },
      },
    ]);
    const [change] = confirmed.changes;
    expect(change).toMatchObject({
      status: 'AUTHORIZED',
      authorization: {
        decidedBy: { userId: LUIS.userId, fullName: LUIS.fullName },
        decidedAt: later(60).toISOString(),
        rescue: { proposedBy: ANA, confirmedBy: LUIS },
      },
    });
    if (!change?.authorization) throw new Error('The change was held');
    const authorized = { ...change, authorization: change.authorization };
    const system = { ...context, actor: { type: 'SYSTEM' } } as const;
    const applied = apply(confirmed.token, authorized, system, { seedDestroyed: true });
    expect(applied.token).toMatchObject({ status: 'RELEASED', device: null, pendingChange: null });
    expect(applied.events.map(({ details }) => details.seedDestroyed)).toEqual([true]);
  });

  it('is in its receipt by the names of both, and by ARN only where its record has that', () => {
    const context = { now: NOW, requestId: 'request-1' };
    const held = hold(aToken(), aRescue(), { expired: null, holdStarts: [] }, { ...context, actor: staffActor(ANA) });
    const confirmed = confirmRescue(held.token, aRescue(), LUIS, context);
    const [authorized] = confirmed.changes.filter(isHeld);
    if (!authorized) throw new Error('The change was held');
    const applied = apply(
      confirmed.token,
      authorized,
      { ...context, actor: { type: 'SYSTEM' } },
      { seedDestroyed: true },
    );
    const [change] = applied.changes;
    if (!change) throw new Error('The change was applied');
    const receiptWith = (details: TokenEvent['details']) => {
      const events = [...confirmed.events.map((event) => ({ ...event, details })), ...applied.events];
      const record = { before: null, events, after: null, head: { seq: 3, hash: '' } };
      return composeReceipt(change, { record, device: null, keyId: 'key', now: NOW }).change.authorization?.rescue;
    };
    expect(receiptWith({ policy: 'BANK', proposedBy: 'demo.ana', confirmedBy: 'demo.luis' })).toEqual({
      proposedBy: { userId: ANA.userId, fullName: 'demo.ana' },
      confirmedBy: { userId: LUIS.userId, fullName: 'demo.luis' },
    });
    const before = receiptWith({ policy: 'BANK', proposedBy: ANA.arn, confirmedBy: LUIS.arn });
    expect(before).toEqual({ proposedBy: ANA, confirmedBy: LUIS });
  });

  it('is no change that a phone should have decided', () => {
    const change = aHeldChange();
    const context = { now: NOW, requestId: 'request-1' };
    expect(() => confirmRescue(withPending(aToken(), change), change, LUIS, context)).toThrow(/Only a held rescue/);
  });
});

describe('what is asked', () => {
  const proposal = {
    operation: 'PROPOSE',
    username: 'demo.admin',
    action: 'RELEASE',
    reason: 'PHONE_LOST',
    note: null,
    key: '2f1c1b1e-5c1c-4f0e-9a55-0d6a3c1b9f11',
  };
  const confirmation = { operation: 'CONFIRM', username: 'demo.admin', action: 'UNBLOCK', changeId: 'abc' };

  it('is a proposal or a confirmation with every member', () => {
    expect(rescueProposalSchema.parse(proposal)).toEqual(proposal);
    expect(rescueConfirmationSchema.parse(confirmation)).toEqual(confirmation);
  });

  it.each([
    ['a block', { ...proposal, action: 'BLOCK' }],
    ['one more member', { ...proposal, companyId: 'DEMO' }],
    ['a note with controls', { ...proposal, note: 'a\u202eb' }],
    ['no key', { ...proposal, key: 'again' }],
    ['a confirmation', confirmation],
  ])('is not %s where a proposal is wanted', (_, value) => {
    expect(rescueProposalSchema.safeParse(value).success).toBe(false);
  });
});
