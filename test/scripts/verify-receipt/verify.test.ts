import type { Receipt, ReceiptEvent } from '../../../shared/domain/receipt.ts';
import type { PinnedKeys } from '../../../shared/security/key-set.ts';
import { STEPS } from '../../../shared/security/receipt-step.ts';
import {
  aKey,
  aReceipt,
  BLOCK,
  findOutcome,
  readDecision,
  rechained,
  rehashed,
  signedBy,
  type TestKey,
  withPhone,
} from './fixtures.ts';

/** The steps of a change that a phone authorized. */
const OF_A_PHONE = STEPS.filter((step) => step !== 'RESCUE');

let bank: TestKey;
let phone: TestKey;
let bankKeys: PinnedKeys;

beforeAll(async () => {
  bank = await aKey(1);
  phone = await aKey(2);
  bankKeys = new Map([[bank.kid, bank.key]]);
});

/** Returns the outcome for the receipt that the bank signs after this alteration. */
const altered = async (alter: (receipt: Receipt) => Receipt | Promise<Receipt>, source?: Buffer) =>
  findOutcome(await signedBy(bank, await alter(aReceipt(source))), bankKeys);

describe('a receipt that the bank signed, but that is not right', () => {
  it('passes where nothing was altered, so that what fails below fails for its alteration', async () => {
    expect(await altered((receipt) => receipt)).toEqual({ valid: OF_A_PHONE });
    expect(await altered(rechained)).toEqual({ valid: OF_A_PHONE });
    expect(await altered((receipt) => withPhone(receipt, phone, readDecision(receipt)))).toEqual({ valid: OF_A_PHONE });
  });

  it('fails for a member too many or another version of the format', async () => {
    expect(await altered((receipt) => ({ ...receipt, more: 1 }))).toBe('CONTENTS NOT_THIS_FORMAT');
    const other = JSON.parse(JSON.stringify(aReceipt()).replace('llavero-receipt/1', 'llavero-receipt/2'));
    expect(await altered(() => other)).toBe('CONTENTS NOT_THIS_FORMAT');
  });

  const record = (alter: (record: Receipt['record']) => Partial<Receipt['record']>) => (receipt: Receipt) => ({
    ...receipt,
    record: { ...receipt.record, ...alter(receipt.record) },
  });

  it.each([
    {
      name: 'an event says something else',
      alter: record(({ events }) => ({
        events: events.map((event) => ({ ...event, at: '2026-01-01T00:00:00.000Z' })),
      })),
      outcome: 'RECORD EVENT_HASH_WRONG',
    },
    {
      name: 'an event was taken out',
      alter: record(({ events }) => ({ events: events.filter((_event, index) => index !== 1) })),
      outcome: 'RECORD EVENTS_NOT_LINKED',
    },
    {
      name: 'the events are in another order',
      alter: record(({ events }) => ({ events: events.toReversed() })),
      outcome: 'RECORD EVENTS_NOT_LINKED',
    },
    { name: 'there are none', alter: record(() => ({ events: [] })), outcome: 'RECORD MEMBER_MISSING' },
    {
      name: 'the record ended before',
      alter: record(({ head }) => ({ head: { ...head, seq: head.seq - 1 } })),
      outcome: 'RECORD HEAD_WRONG',
    },
    {
      name: 'the record ended otherwise',
      alter: record(({ head }) => ({ head: { ...head, hash: '0'.repeat(64) } })),
      outcome: 'RECORD HEAD_WRONG',
    },
    {
      name: 'the event before is left out',
      alter: record(() => ({ before: null })),
      outcome: 'CHANGE MEMBER_MISSING',
    },
  ])('fails where $name', async ({ alter, outcome }) => {
    expect(await altered(alter)).toBe(outcome);
  });

  const change = (part: Partial<Receipt['change']>) => (receipt: Receipt) => ({
    ...receipt,
    change: { ...receipt.change, ...part },
  });

  it.each([
    { name: 'another change', alter: change({ changeId: 'other' }), outcome: 'CHANGE EVENTS_OF_ANOTHER_CHANGE' },
    { name: 'another action', alter: change({ action: 'UNBLOCK' }), outcome: 'CHANGE EVENTS_OF_ANOTHER_CHANGE' },
    { name: 'another reason', alter: change({ reason: 'PHONE_STOLEN' }), outcome: 'CHANGE EVENTS_OF_ANOTHER_CHANGE' },
    { name: 'another note', alter: change({ note: null }), outcome: 'CHANGE EVENTS_OF_ANOTHER_CHANGE' },
    {
      name: 'another requester',
      alter: change({ requestedBy: { userId: 'other', fullName: 'Otra' } }),
      outcome: 'CHANGE PERSON_OR_TIME_DIFFERS',
    },
    {
      name: 'another time',
      alter: change({ appliedAt: '2026-01-01T00:00:00.000Z' }),
      outcome: 'CHANGE PERSON_OR_TIME_DIFFERS',
    },
    {
      name: 'another token than the phone showed',
      alter: change({ tokenId: 'other' }),
      outcome: 'CHALLENGE CHALLENGE_DIFFERS',
    },
    {
      name: 'another holder than the phone showed',
      alter: change({ holder: { userId: 'other', fullName: 'Otra' } }),
      outcome: 'CHALLENGE CHALLENGE_DIFFERS',
    },
    { name: 'no authorization', alter: change({ authorization: null }), outcome: 'CHANGE EVENTS_OF_ANOTHER_CHANGE' },
  ])('fails where the change names $name', async ({ alter, outcome }) => {
    expect(await altered(alter)).toBe(outcome);
  });

  it.each([
    { name: 'challenge', part: { challenge: null }, outcome: 'CHALLENGE MEMBER_MISSING' },
    { name: 'phone', part: { device: null }, outcome: 'DEVICE MEMBER_MISSING' },
    { name: 'decision', part: { decision: null }, outcome: 'DECISION MEMBER_MISSING' },
  ])('fails without its $name', async ({ part, outcome }) => {
    expect(await altered((receipt) => ({ ...receipt, ...part }))).toBe(outcome);
  });

  it('fails where a block bears what only an authorized change has', async () => {
    const { decision } = aReceipt();
    expect(await altered((receipt) => ({ ...receipt, decision }), BLOCK)).toBe('CHALLENGE MEMBER_MISSING');
  });

  it('fails where the key is not the one that was enrolled', async () => {
    const alter = (receipt: Receipt): Receipt =>
      receipt.device ? { ...receipt, device: { ...receipt.device, signingKey: phone.key } } : receipt;
    expect(await altered(alter)).toBe('DEVICE KEY_NOT_ENROLLED');
  });

  it('fails where the phone was enrolled after the request', async () => {
    const alter = (receipt: Receipt): Receipt => {
      if (!receipt.device) return receipt;
      const enrolment = rehashed({ ...receipt.device.enrolment, at: receipt.change.createdAt });
      return { ...receipt, device: { ...receipt.device, enrolment } };
    };
    expect(await altered(alter)).toBe('DEVICE ENROLLED_TOO_LATE');
  });

  it.each([
    {
      name: 'rejects',
      payload: { decision: 'REJECT', bindingCode: undefined },
      outcome: 'DECISION DECISION_OF_ANOTHER',
    },
    { name: 'is another person’s', payload: { sub: 'other' }, outcome: 'DECISION DECISION_OF_ANOTHER' },
    { name: 'is another phone’s', payload: { iss: 'other' }, outcome: 'DECISION DECISION_OF_ANOTHER' },
    { name: 'is about another challenge', payload: { challenge: {} }, outcome: 'DECISION DECISION_OF_ANOTHER' },
    { name: 'is for another audience', payload: { aud: 'other' }, outcome: 'DECISION DECISION_SIGNATURE_WRONG' },
    { name: 'has a member too many', payload: { more: 1 }, outcome: 'DECISION DECISION_SIGNATURE_WRONG' },
  ])('fails where the decision $name', async ({ payload, outcome }) => {
    const alter = (receipt: Receipt) => withPhone(receipt, phone, { ...readDecision(receipt), ...payload });
    expect(await altered(alter)).toBe(outcome);
  });

  it.each([{ kid: 'other' }, { typ: 'device-enrolment+jwt' }, { jku: 'https://example.com' }])(
    'fails where the header of the decision has %j',
    async (header) => {
      const alter = (receipt: Receipt) => withPhone(receipt, phone, readDecision(receipt), header);
      expect(await altered(alter)).toBe('DECISION DECISION_SIGNATURE_WRONG');
    },
  );

  it('fails where the one who decided may not under the policy', async () => {
    const policy = 'OTHER_ADMINISTRATOR';
    const alter = ({ change: { authorization, ...rest }, record: { events, ...record }, ...receipt }: Receipt) =>
      rechained({
        ...receipt,
        change: { ...rest, authorization: authorization && { ...authorization, policy } },
        record: { ...record, events: events.map((event) => ({ ...event, details: { ...event.details, policy } })) },
      });
    expect(await altered(alter)).toBe('DECISION NOT_AN_APPROVER');
  });

  const endedWith =
    (details: ReceiptEvent['details']) =>
    ({ record: { events, ...record }, ...receipt }: Receipt) =>
      rechained({
        ...receipt,
        record: {
          ...record,
          events: events.map((event) =>
            event.type === 'CHANGE_APPLIED' ? { ...event, details: { ...event.details, ...details } } : event,
          ),
        },
      });

  it.each([{ to: 'ACTIVE' }, { from: 'PENDING_ENROLLMENT' }, { seedDestroyed: null }, { seedDestroyed: 'false' }])(
    'fails where the release ended with %j',
    async (details) => {
      expect(await altered(endedWith(details))).toBe('EFFECT EFFECT_DIFFERS');
    },
  );

  it('is whole where the seed had been lost before the release', async () => {
    expect(await altered(endedWith({ seedDestroyed: false }))).toEqual({ valid: OF_A_PHONE });
  });
});

describe('the receipt of a rescue', () => {
  const proposedBy = { userId: 'AIDAONE', fullName: 'demo.uno', arn: 'arn:aws:iam::000000000000:user/demo.uno' };
  const confirmedBy = { userId: 'AIDATWO', fullName: 'demo.dos', arn: 'arn:aws:iam::000000000000:user/demo.dos' };
  type BankPerson = { userId: string; fullName: string; arn?: string };
  const person = ({ userId, fullName }: BankPerson) => ({ userId, fullName });

  /** The real release as two persons of the bank would have made it. */
  function aRescue(receipt: Receipt, first: BankPerson = proposedBy, second: BankPerson = confirmedBy): Receipt {
    const { change, record, challenge, ...rest } = receipt;
    if (!change.authorization || !challenge) throw new Error('A block is no rescue');
    const rescue = { proposedBy: first, confirmedBy: second };
    const chooseName = ({ arn, fullName }: BankPerson) => arn ?? fullName;
    const details = { policy: 'BANK', proposedBy: chooseName(first), confirmedBy: chooseName(second) };
    const actors = [first, second].map((staff) => ({ type: 'BANK' as const, ...person(staff) }));
    const [requested, authorized] = actors;
    if (!requested || !authorized) throw new Error('A rescue takes two');
    return rechained({
      ...rest,
      decision: null,
      device: null,
      challenge: { ...challenge, requestedBy: person(first) },
      change: {
        ...change,
        requestedBy: person(first),
        authorization: { ...change.authorization, policy: 'BANK', decidedBy: person(second), rescue },
      },
      record: {
        ...record,
        events: record.events.map((event) => {
          const policy = { ...event.details, policy: 'BANK' };
          if (event.type === 'CHANGE_REQUESTED') return { ...event, actor: requested, details: policy };
          return event.type === 'CHANGE_AUTHORIZED' ? { ...event, actor: authorized, details } : event;
        }),
      },
    });
  }

  it('passes with both persons and no phone, named as the record names them', async () => {
    const steps = STEPS.filter((step) => !['DEVICE', 'DECISION'].includes(step));
    expect(await altered((receipt) => aRescue(receipt))).toEqual({ valid: steps });
    const byName = (receipt: Receipt) => aRescue(receipt, person(proposedBy), person(confirmedBy));
    expect(await altered(byName)).toEqual({ valid: steps });
  });

  const team = (one: BankPerson) => ({ ...one, arn: `arn:aws:iam::000000000000:user/team/${one.fullName}` });
  const longer = (one: BankPerson) => ({ ...team(one), fullName: `team/${one.fullName}` });

  it.each<[string, [BankPerson, BankPerson] | undefined, [BankPerson, BankPerson]?]>([
    ['both by their names alone', [person(proposedBy), person(confirmedBy)]],
    ['who proposed by the name alone', [person(proposedBy), confirmedBy]],
    ['who confirmed by the name alone', [proposedBy, person(confirmedBy)]],
    ['who proposed by another login', [{ ...proposedBy, userId: 'AIDAX' }, confirmedBy]],
    ['who confirmed by another login', [proposedBy, { ...confirmedBy, userId: 'AIDAX' }]],
    ['who confirmed by the other’s ARN', [proposedBy, { ...confirmedBy, arn: proposedBy.arn }]],
    ['who proposed by more of the ARN', [longer(proposedBy), confirmedBy], [team(proposedBy), confirmedBy]],
    ['who confirmed by more of the ARN', [proposedBy, longer(confirmedBy)], [proposedBy, team(confirmedBy)]],
    ['nobody', undefined],
  ])('fails where it names %s, and the record does not', async (_name, named, told = [proposedBy, confirmedBy]) => {
    const alter = (receipt: Receipt): Receipt => {
      const { change, ...rest } = aRescue(receipt, ...told);
      const { rescue: _told, ...authorization } = change.authorization ?? {};
      const rescue = named ? { rescue: { proposedBy: named[0], confirmedBy: named[1] } } : {};
      return { ...rest, change: { ...change, authorization: { ...authorization, ...rescue } } } as Receipt;
    };
    expect(await altered(alter)).toBe(named ? 'RESCUE NOT_TWO_PERSONS' : 'RESCUE MEMBER_MISSING');
  });

  it.each([
    { name: 'the same login', second: { ...confirmedBy, userId: proposedBy.userId } },
    { name: 'the same name, written otherwise', second: { ...confirmedBy, fullName: 'Demo.Uno' } },
  ])('fails where both are one person: $name', async ({ second }) => {
    expect(await altered((receipt) => aRescue(receipt, proposedBy, second))).toBe('RESCUE NOT_TWO_PERSONS');
  });

  it.each([
    { name: 'an ARN is of another name', first: { ...proposedBy, arn: confirmedBy.arn }, more: {} },
    { name: 'a phone authorized it as well', first: proposedBy, more: { deviceId: 'phone' } },
  ])('fails where $name', async ({ first, more }) => {
    const alter = (receipt: Receipt): Receipt => {
      const { record, ...rest } = aRescue(receipt, first);
      const events = record.events.map((event) =>
        event.type === 'CHANGE_AUTHORIZED' ? { ...event, details: { ...event.details, ...more } } : event,
      );
      return rechained({ ...rest, record: { ...record, events } });
    };
    expect(await altered(alter)).toBe('RESCUE NOT_TWO_PERSONS');
  });

  it('passes with a block meanwhile, which does not end it', async () => {
    const alter = (receipt: Receipt): Receipt => {
      const { record, ...rest } = aRescue(receipt);
      const [requested, authorized, applied] = record.events;
      if (!requested || !authorized || !applied) throw new Error('A rescue has three events');
      const block: ReceiptEvent = {
        ...requested,
        type: 'CHANGE_APPLIED',
        actor: { type: 'USER', userId: 'demo', fullName: 'Demo' },
        change: { changeId: 'block', action: 'BLOCK', reason: 'OTHER', note: 'x' },
        details: { from: 'ACTIVE', to: 'BLOCKED' },
      };
      const last = { ...applied, details: { ...applied.details, from: 'BLOCKED' } };
      const events = [requested, block, authorized, last].map((event, index) => ({
        ...event,
        seq: requested.seq + index,
      }));
      return rechained({ ...rest, record: { ...record, events } });
    };
    expect(await altered(alter)).toEqual({ valid: expect.arrayContaining(['RESCUE', 'EFFECT']) });
  });

  it('fails where it bears a phone’s decision as well, or where a phone’s bears persons of the bank', async () => {
    const { decision, device } = aReceipt();
    expect(await altered((receipt) => ({ ...aRescue(receipt), decision }))).toBe('RESCUE MEMBER_MISSING');
    expect(await altered((receipt) => ({ ...aRescue(receipt), device }))).toBe('RESCUE MEMBER_MISSING');
    const alter = ({ change, ...receipt }: Receipt): Receipt => ({
      ...receipt,
      change: {
        ...change,
        authorization: change.authorization && { ...change.authorization, rescue: { proposedBy, confirmedBy } },
      },
    });
    expect(await altered(alter)).toBe('DECISION MEMBER_MISSING');
  });
});
