import type { Receipt, ReceiptEvent } from '../../../shared/domain/receipt.ts';
import { type Alter, all, altered, authorization, details, events, VALID } from './alterations.ts';
import { aReceipt, BLOCK, rechained, rehashed } from './fixtures.ts';

const { change, device, record, challenge } = aReceipt();
const other = { userId: 'other', fullName: 'Otra' };

const changed =
  (members: Partial<Receipt['change']>): Alter =>
  (receipt) => ({ ...receipt, change: { ...receipt.change, ...members } });

const enrolled =
  (members: Partial<ReceiptEvent>): Alter =>
  (receipt) => {
    if (!receipt.device) throw new Error('A block has no phone');
    return {
      ...receipt,
      device: { ...receipt.device, enrolment: rehashed({ ...receipt.device.enrolment, ...members }) },
    };
  };

/** The event before the change’s, as another. */
const preceded = (members: Partial<ReceiptEvent>) =>
  events((event) => (event.type === 'TOKEN_ENROLLED' ? members : {}));

describe('the record of a receipt is judged by each link', () => {
  const last = record.events.at(-1);

  it('an event that follows by its hash, and not by its number', async () => {
    const shifted: Alter = ({ record: { events: all, ...rest }, ...receipt }) =>
      rechained({
        ...receipt,
        record: { ...rest, after: null, events: all.map((event, at) => ({ ...event, seq: event.seq + at })) },
      });
    expect(await altered(shifted)).toBe('RECORD EVENTS_NOT_LINKED');
  });

  it('an event that follows by its number, and not by its hash', async () => {
    const unlinked: Alter = ({ record: { events: all, ...rest }, ...receipt }) => {
      const end = rehashed({ ...(all.at(-1) as ReceiptEvent), previousHash: '0'.repeat(64) });
      const head = { seq: end.seq, hash: end.hash };
      return { ...receipt, record: { ...rest, events: [...all.slice(0, -1), end], after: null, head } };
    };
    expect(await altered(unlinked)).toBe('RECORD EVENTS_NOT_LINKED');
  });

  it.each([
    ['goes on, and no event follows', { after: null, head: { seq: 1 + (last?.seq ?? 0), hash: '0'.repeat(64) } }],
    ['is the last event’s by its number alone', { after: null, head: { seq: last?.seq ?? 0, hash: '0'.repeat(64) } }],
    [
      'is the last event’s by its hash alone',
      { after: null, head: { seq: 1 + (last?.seq ?? 0), hash: last?.hash ?? '' } },
    ],
  ])('a head that %s', async (_name, members) => {
    const alter: Alter = (receipt) => ({ ...receipt, record: { ...receipt.record, ...members } });
    expect(await altered(alter)).toBe('RECORD HEAD_WRONG');
  });
});

describe('the change of a receipt is judged by each person and time', () => {
  it.each<[string, Alter]>([
    ['another name of who requested', changed({ requestedBy: { ...change.requestedBy, fullName: 'Otra' } })],
    ['another id of who requested', changed({ requestedBy: { ...change.requestedBy, userId: 'other' } })],
    ['another name of who decided', authorization({ decidedBy: { ...other, userId: change.requestedBy.userId } })],
    ['another time of the request', changed({ createdAt: '2026-01-01T00:00:00.000Z' })],
    ['another time of the decision', authorization({ decidedAt: change.createdAt })],
    ['another policy of the decision', details('CHANGE_AUTHORIZED', { policy: 'HOLDER' })],
    [
      'a request by the bank',
      events(({ type, actor }) => (type === 'CHANGE_REQUESTED' ? { actor: { ...actor, type: 'BANK' } } : {})),
    ],
  ])('%s', async (_name, alter) => {
    expect(await altered(alter)).toBe('CHANGE PERSON_OR_TIME_DIFFERS');
  });
});

it.each([
  ['a challenge', { challenge }],
  ['a phone', { device }],
])('a block bears no %s', async (_name, members) => {
  expect(await altered((receipt) => ({ ...receipt, ...members }), BLOCK)).toBe('CHALLENGE MEMBER_MISSING');
});

describe('the phone of a receipt is judged by each member of its enrolment', () => {
  const { enrolment } = device ?? {};

  it.each<[string, Alter]>([
    ['another event', enrolled({ type: 'HOLDER_UPDATED' })],
    ['another phone', enrolled({ details: { ...enrolment?.details, deviceId: 'other' } })],
    ['the bank’s', enrolled({ actor: { type: 'BANK', ...change.requestedBy } })],
    ['another person’s', enrolled({ actor: { type: 'USER', ...other } })],
    [
      'of a person who did not decide',
      all(enrolled({ actor: { type: 'USER', ...other } }), (receipt) => ({
        ...receipt,
        device: receipt.device && { ...receipt.device, userId: 'other' },
      })),
    ],
  ])('an enrolment that is %s', async (_name, alter) => {
    expect(await altered(alter)).toBe('DEVICE KEY_NOT_ENROLLED');
  });

  it('the decision’s own event alone names the phone', async () => {
    const named = details('CHANGE_REQUESTED', { deviceId: device?.deviceId ?? '' });
    expect(await altered(named)).toEqual(VALID);
    const elsewhere = all(named, details('CHANGE_AUTHORIZED', { deviceId: 'other' }));
    expect(await altered(elsewhere)).toBe('DECISION DECISION_OF_ANOTHER');
  });

  it('nobody but the holder decides where the policy is the holder’s', async () => {
    const policy = all(
      authorization({ policy: 'HOLDER' }),
      details('CHANGE_REQUESTED', { policy: 'HOLDER' }),
      details('CHANGE_AUTHORIZED', { policy: 'HOLDER' }),
    );
    expect(await altered(policy)).toBe('DECISION NOT_AN_APPROVER');
  });
});

describe('the effect of a receipt is judged by each state', () => {
  it.each<[string, Alter, Buffer | undefined]>([
    ['a block that does not end blocked', details('CHANGE_APPLIED', { to: 'ACTIVE' }), BLOCK],
    ['a release of a token that was pending', details('CHANGE_APPLIED', { from: 'PENDING_ENROLLMENT' }), undefined],
  ])('%s', async (_name, alter, source) => {
    expect(await altered(alter, source)).toBe('EFFECT EFFECT_DIFFERS');
  });

  it('a block of a token that is blocked already is one, where the events before agree', async () => {
    expect(await altered(details('CHANGE_APPLIED', { from: 'BLOCKED' }), BLOCK)).toBe('EFFECT STATES_NOT_LINKED');
  });

  it('the token begins in the state in which it was created', async () => {
    const created = (to: string) => preceded({ type: 'TOKEN_CREATED', details: { to } });
    expect(await altered(created('ACTIVE'))).toEqual(VALID);
    expect(await altered(created('PENDING_ENROLLMENT'))).toBe('EFFECT STATES_NOT_LINKED');
  });

  it('an enrolment leaves the token active', async () => {
    const left = (to: string) => preceded({ details: { ...device?.enrolment.details, to } });
    expect(await altered(left('RELEASED'))).toBe('EFFECT STATES_NOT_LINKED');
  });

  it('an active token has a phone, which its release unbinds; a blocked one may have none', async () => {
    const untold = preceded({ type: 'HOLDER_UPDATED', details: {} });
    const released = (from: string) => all(untold, details('CHANGE_APPLIED', { from, deviceId: null }));
    expect(await altered(released('ACTIVE'))).toBe('EFFECT STATES_NOT_LINKED');
    expect(await altered(released('BLOCKED'))).toEqual(VALID);
  });
});
