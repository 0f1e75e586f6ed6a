import type { ReceiptEvent } from '../../../shared/domain/receipt.ts';
import { type Alter, all, altered, authorization, details, events, VALID } from './alterations.ts';
import { aKey, aReceipt, BLOCK, readDecision, rechained, rehashed, type TestKey, withPhone } from './fixtures.ts';

let phone: TestKey;

beforeAll(async () => {
  phone = await aKey(2);
});

/** The receipt with its challenge and its decision saying again what the change says. */
const signedAgain: Alter = async (receipt) => {
  const { change, challenge } = receipt;
  if (!change.authorization || !challenge) throw new Error('A block has no challenge');
  const { holder, createdAt, tokenId, action } = change;
  const next = { ...challenge, holder, createdAt, tokenId, action, expiresAt: change.authorization.expiresAt };
  return withPhone({ ...receipt, challenge: next }, phone, { ...readDecision(receipt), challenge: next });
};

/** The receipt of a change of the approver's own token, by the phone that it is on. */
const ofOwnToken: Alter = async ({ change, device, record, ...receipt }) => {
  if (!device || !change.authorization || !record.before) throw new Error('A block has no phone');
  const holder = change.authorization.decidedBy;
  const enrolment = { ...device.enrolment, seq: record.before.seq, previousHash: record.before.previousHash };
  const signed = await signedAgain({
    ...receipt,
    device: { ...device, tokenId: change.tokenId, enrolment },
    change: { ...change, holder },
    record,
  });
  const before = signed.device?.enrolment ?? null;
  const own = { ...signed, record: { ...record, before } };
  return details('CHANGE_APPLIED', { deviceId: device.deviceId })(own);
};

describe('a value of another type than the format has', () => {
  const withEvents = (of: (event: ReceiptEvent) => object): Alter =>
    events(of as (event: ReceiptEvent) => ReceiptEvent);
  const AT = '2026-11-23T14:11:45.914Z';

  it.each<[string, Alter]>([
    [
      'a member too many in the change of an event',
      ({ record, ...receipt }) => ({
        ...receipt,
        record: {
          ...record,
          events: record.events.map((event) =>
            event.change ? { ...event, change: { ...event.change, approvedBy: 'nobody' } } : event,
          ),
        },
      }),
    ],
    ['a time in words', (receipt) => ({ ...receipt, issuedAt: 'whenever' })],
    ['a time without milliseconds', (receipt) => ({ ...receipt, issuedAt: AT.replace('.914', '') })],
    ['a time of another zone', (receipt) => ({ ...receipt, issuedAt: AT.replace('Z', '-05:00') })],
    ['a day that there is not', (receipt) => ({ ...receipt, issuedAt: AT.replace('11-23', '02-30') })],
    ['an event at no time', withEvents(() => ({ at: '' }))],
    ['a time in words of the decision', authorization({ decidedAt: 'soon' })],
    ['numbers below one', withEvents(({ seq }) => ({ seq: seq - 1000 }))],
    ['numbers between numbers', withEvents(({ seq }) => ({ seq: seq + 0.5 }))],
    [
      'a hash in capitals',
      ({ record, ...receipt }) => ({
        ...receipt,
        record: { ...record, head: { ...record.head, hash: record.head.hash.toUpperCase() } },
      }),
    ],
    ['a person without a name', authorization({ decidedBy: { userId: 'a', fullName: '' } })],
    ['a person as actor without an id', withEvents(() => ({ actor: { type: 'USER', fullName: 'Demo' } }))],
    ['the service as actor with a name', withEvents(() => ({ actor: { type: 'SYSTEM', fullName: 'Demo' } }))],
    [
      'a nonce of other characters',
      ({ challenge, ...receipt }) => ({
        ...receipt,
        challenge: challenge && { ...challenge, nonce: 'á'.repeat(22) },
      }),
    ],
    ['a reason in words', ({ change, ...receipt }) => ({ ...receipt, change: { ...change, reason: 'Lost it' } })],
  ])('is refused: %s', async (_, alter) => {
    expect(await altered(alter)).toBe('CONTENTS NOT_THIS_FORMAT');
  });
});

describe('what a receipt says twice', () => {
  it('agrees in each receipt that these alter, as far as they go', async () => {
    expect(await altered(signedAgain)).toEqual(VALID);
    expect(await altered(ofOwnToken)).toEqual(VALID);
    expect(await altered(events(() => ({})))).toEqual(VALID);
  });

  it('is the policy: of the request and of the decision', async () => {
    expect(await altered(details('CHANGE_REQUESTED', { policy: 'HOLDER' }))).toBe('CHANGE PERSON_OR_TIME_DIFFERS');
  });

  it('is the token: a record begins with the hash of its company and token', async () => {
    const fromTheFirst =
      (previousHash: string): Alter =>
      (receipt) => {
        const shift = (receipt.record.before?.seq ?? 1) - 1;
        return events(({ seq }) => ({ seq: seq - shift, ...(seq - shift === 1 ? { previousHash } : {}) }))(receipt);
      };
    const { companyId, tokenId } = aReceipt().change;
    const { digest } = await import('../../../shared/domain/canonical.ts');
    expect(await altered(fromTheFirst(digest({ companyId, tokenId })))).toEqual(VALID);
    expect(await altered(fromTheFirst(digest({ companyId, tokenId: 'other' })))).toBe('CHANGE FOREIGN_RECORD');
  });

  it('is the token of the phone: its record begins so too', async () => {
    const first =
      (previousHash: string): Alter =>
      (receipt) => {
        if (!receipt.device) return receipt;
        const enrolment = rehashed({ ...receipt.device.enrolment, seq: 1, previousHash });
        return { ...receipt, device: { ...receipt.device, enrolment } };
      };
    const { digest } = await import('../../../shared/domain/canonical.ts');
    const { change, device } = aReceipt();
    const { companyId } = change;
    expect(await altered(first(digest({ companyId, tokenId: device?.tokenId })))).toEqual(VALID);
    expect(await altered(first(digest({ companyId, tokenId: 'other' })))).toBe('DEVICE FOREIGN_PHONE');
  });

  it('is whose phone: the holder’s own alone is on the token that is changed', async () => {
    const onToken =
      (tokenId: string): Alter =>
      ({ device, ...receipt }) => ({
        ...receipt,
        device: device && { ...device, tokenId },
      });
    expect(await altered(onToken(aReceipt().change.tokenId))).toBe('DEVICE FOREIGN_PHONE');
    expect(await altered(all(ofOwnToken, onToken('other')))).toBe('DEVICE FOREIGN_PHONE');
  });

  it('is the enrolment of that phone, where it is in the same record', async () => {
    const enrolledAs =
      (seq: number): Alter =>
      (receipt) => {
        if (!receipt.device) return receipt;
        const enrolment = rehashed({ ...receipt.device.enrolment, seq });
        return { ...receipt, device: { ...receipt.device, enrolment } };
      };
    const seq = aReceipt().record.before?.seq ?? 0;
    expect(await altered(all(ofOwnToken, enrolledAs(seq - 1)))).toEqual(VALID);
    expect(await altered(all(ofOwnToken, enrolledAs(seq + 1)))).toBe('DEVICE FOREIGN_PHONE');
    const another: Alter = (receipt) => ({
      ...receipt,
      record: { ...receipt.record, before: aReceipt().record.before },
    });
    expect(await altered(all(ofOwnToken, another, rechained))).toBe('DEVICE FOREIGN_PHONE');
  });

  it('is who applies: the service what was authorized, the requester a block', async () => {
    const by = (actor: ReceiptEvent['actor']): Alter => events((e) => (e.type === 'CHANGE_APPLIED' ? { actor } : {}));
    const { requestedBy } = aReceipt().change;
    expect(await altered(by({ type: 'USER', ...requestedBy }))).toBe('CHANGE PERSON_OR_TIME_DIFFERS');
    expect(await altered(by({ type: 'SYSTEM' }), BLOCK)).toBe('CHANGE PERSON_OR_TIME_DIFFERS');
  });

  it('is the order of times: requested, decided, applied, issued, each at most ten seconds before the one before', async () => {
    const { change, issuedAt } = aReceipt();
    const decided = Date.parse(change.authorization?.decidedAt ?? '');
    const applied = (at: string): Alter =>
      all(
        events((event) => (event.type === 'CHANGE_APPLIED' ? { at } : {})),
        (receipt) => ({ ...receipt, change: { ...receipt.change, appliedAt: at } }),
      );
    const early = (ms: number) => new Date(decided - ms).toISOString();
    expect(await altered(applied(early(10_000)))).toEqual(VALID);
    expect(await altered(applied(early(10_001)))).toBe('CHANGE TIMES_OUT_OF_ORDER');
    const issued =
      (at: number): Alter =>
      (receipt) => ({ ...receipt, issuedAt: new Date(at).toISOString() });
    expect(await altered(issued(Date.parse(change.appliedAt) - 10_000))).toEqual(VALID);
    expect(await altered(issued(Date.parse(change.appliedAt) - 10_001))).toBe('CHANGE TIMES_OUT_OF_ORDER');
    expect(await altered(issued(Date.parse(issuedAt) - 3_600_000), BLOCK)).toBe('CHANGE TIMES_OUT_OF_ORDER');
  });

  it('is the length of the hold: no more than ten minutes', async () => {
    const until = (ms: number): Alter => {
      const expiresAt = new Date(Date.parse(aReceipt().change.createdAt) + ms).toISOString();
      return all(authorization({ expiresAt }), signedAgain);
    };
    expect(await altered(until(600_000))).toEqual(VALID);
    expect(await altered(until(600_001))).toBe('CHALLENGE OUT_OF_TIME');
    expect(await altered(until(-600_000))).toBe('CHALLENGE OUT_OF_TIME');
    const decided = Date.parse(aReceipt().change.authorization?.decidedAt ?? '');
    const asLong = decided - Date.parse(aReceipt().change.createdAt);
    expect(await altered(until(asLong + 1))).toEqual(VALID);
    expect(await altered(until(asLong))).toBe('CHALLENGE OUT_OF_TIME');
  });

  it('is the one change at a time: no other is requested or applied while it is held', async () => {
    const other =
      (event: Pick<ReceiptEvent, 'type' | 'details'> & { action: 'BLOCK' | 'RELEASE' }): Alter =>
      (receipt) => {
        const [first, ...rest] = receipt.record.events;
        if (!first?.change) throw new Error('There is no event');
        const { type, details: said, action } = event;
        const between = { ...first, type, details: said, change: { ...first.change, changeId: 'another', action } };
        const renumbered = [first, between, ...rest].map((e, index) => ({ ...e, seq: first.seq + index }));
        return rechained({ ...receipt, record: { ...receipt.record, events: renumbered } });
      };
    const block = other({ type: 'CHANGE_APPLIED', action: 'BLOCK', details: { from: 'ACTIVE', to: 'BLOCKED' } });
    expect(await altered(block)).toBe('CHANGE EVENTS_OF_ANOTHER_CHANGE');
    const request = other({ type: 'CHANGE_REQUESTED', action: 'RELEASE', details: { policy: 'REQUESTER' } });
    expect(await altered(request)).toBe('CHANGE EVENTS_OF_ANOTHER_CHANGE');
    // Disowned later: of a change that had been rejected before.
    expect(await altered(other({ type: 'CHANGE_REJECTED', action: 'RELEASE', details: { disowned: true } }))).toEqual(
      VALID,
    );
  });

  it('is the state: each event begins where the one before left the token', async () => {
    expect(await altered(details('CHANGE_APPLIED', { from: 'BLOCKED' }))).toBe('EFFECT STATES_NOT_LINKED');
    expect(await altered(details('CHANGE_APPLIED', { from: 'RELEASED' }), BLOCK)).toBe('EFFECT STATES_NOT_LINKED');
    expect(await altered(details('CHANGE_APPLIED', { from: 'LOST' }), BLOCK)).toBe('EFFECT EFFECT_DIFFERS');
    const followed =
      (from: string): Alter =>
      ({ device, record, ...receipt }) => {
        const last = record.events.at(-1);
        if (!device || !last) throw new Error('A block has no phone');
        const { enrolment } = device;
        const after = { ...enrolment, seq: last.seq + 1, details: { ...enrolment.details, from } };
        return rechained({ ...receipt, device, record: { ...record, after } });
      };
    expect(await altered(followed('RELEASED'))).toEqual(VALID);
    expect(await altered(followed('PENDING_ENROLLMENT'))).toBe('EFFECT STATES_NOT_LINKED');
  });

  it('is the state before a block: an unblock leads back to it', async () => {
    const blocked = (event: ReceiptEvent): Partial<ReceiptEvent> => ({
      ...event,
      type: 'CHANGE_APPLIED',
      change: { changeId: 'block', action: 'BLOCK', reason: 'SUSPECTED_FRAUD', note: null },
      details: { from: 'ACTIVE', to: 'BLOCKED' },
    });
    const unblocked = ({ type, change, details: said }: ReceiptEvent, to: string): Partial<ReceiptEvent> => ({
      ...(change ? { change: { ...change, action: 'UNBLOCK' } } : {}),
      details: type === 'CHANGE_APPLIED' ? { from: 'BLOCKED', to } : said,
    });
    const unblockedTo = (to: string): Alter =>
      all(
        ({ change, ...receipt }) => ({ ...receipt, change: { ...change, action: 'UNBLOCK' } }),
        events((event) => (event.type === 'TOKEN_ENROLLED' ? blocked(event) : unblocked(event, to))),
        signedAgain,
      );
    expect(await altered(unblockedTo('ACTIVE'))).toEqual(VALID);
    expect(await altered(unblockedTo('RELEASED'))).toBe('EFFECT STATES_NOT_LINKED');
  });

  it('is how the app knew the person: as signed and as in the event, unless an early event does not tell', async () => {
    const saying =
      (userVerification: string): Alter =>
      (receipt) =>
        withPhone(receipt, phone, { ...readDecision(receipt), userVerification });
    const told = details('CHANGE_AUTHORIZED', { userVerification: 'BIOMETRIC' });
    expect(await altered(all(told, saying('BIOMETRIC')))).toEqual(VALID);
    expect(await altered(saying('BIOMETRIC'))).toEqual(VALID);
    expect(await altered(all(told, saying('PIN')))).toBe('DECISION DECISION_OF_ANOTHER');
    expect(await altered(told)).toBe('DECISION DECISION_OF_ANOTHER');
  });

  it('is the phone that a release unbinds: the one last enrolled, and the holder’s own where that decided', async () => {
    expect(await altered(details('CHANGE_APPLIED', { deviceId: 'other' }))).toBe('EFFECT STATES_NOT_LINKED');
    expect(await altered(details('CHANGE_APPLIED', { deviceId: null }))).toBe('EFFECT STATES_NOT_LINKED');
    const notOwn = all(
      ofOwnToken,
      events((event) => (event.type === 'TOKEN_ENROLLED' ? { type: 'HOLDER_UPDATED', details: {} } : {})),
      details('CHANGE_APPLIED', { deviceId: 'other' }),
      ({ device, ...receipt }) => {
        if (!device) return { device, ...receipt };
        const enrolment = rehashed({ ...device.enrolment, seq: device.enrolment.seq - 1 });
        return { ...receipt, device: { ...device, enrolment } };
      },
    );
    expect(await altered(notOwn)).toBe('EFFECT STATES_NOT_LINKED');
  });
});
