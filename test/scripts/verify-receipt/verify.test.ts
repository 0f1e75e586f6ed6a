import { type PinnedKeys, parseKeyFile } from '../../../scripts/verify-receipt/key-file.ts';
import { STEPS } from '../../../scripts/verify-receipt/step.ts';
import { DAY_TYPE } from '../../../shared/domain/archive.ts';
import { canonical } from '../../../shared/domain/canonical.ts';
import type { Receipt } from '../../../shared/domain/receipt.ts';
import { signDocument } from '../../../shared/security/signed-document.ts';
import {
  aKey,
  aReceipt,
  BLOCK,
  decisionOf,
  KEY_FILE,
  outcomeOf,
  REAL,
  rechained,
  rehashed,
  signDigest,
  signedBy,
  TAMPERED,
  type TestKey,
  withPhone,
} from './fixtures.ts';

let pinned: PinnedKeys;
let bank: TestKey;
let phone: TestKey;
let bankKeys: PinnedKeys;

beforeAll(async () => {
  pinned = await parseKeyFile(KEY_FILE, 'receipt-keys.json');
  bank = await aKey(1);
  phone = await aKey(2);
  bankKeys = new Map([[bank.kid, bank.key]]);
});

/** What becomes of the receipt that the bank signs after this alteration. */
const altered = async (alter: (receipt: Receipt) => Receipt | Promise<Receipt>, source?: Buffer) =>
  outcomeOf(await signedBy(bank, await alter(aReceipt(source))), bankKeys);

describe('a receipt of a real run', () => {
  it('passes every step, and is proven whole', async () => {
    expect(await outcomeOf(REAL, pinned)).toEqual({ valid: [...STEPS] });
  });

  it('passes every step of a block, which has no authorization', async () => {
    const steps = STEPS.filter((step) => !['CHALLENGE', 'DEVICE', 'DECISION'].includes(step));
    expect(await outcomeOf(BLOCK, pinned)).toEqual({ valid: steps });
  });

  it('fails in its tampered copy, whose reason was altered', async () => {
    expect(await outcomeOf(TAMPERED, pinned)).toBe('SIGNATURE SIGNATURE_WRONG');
  });

  it('fails by a key that is not pinned, whatever key it has inside', async () => {
    expect(await outcomeOf(REAL, bankKeys)).toBe('SIGNATURE KEY_NOT_PINNED');
  });

  it('fails for every byte changed, added or taken away', async () => {
    const survived: string[] = [];
    const look = async (name: string, bytes: Buffer) => {
      const outcome = await outcomeOf(bytes, pinned);
      if (typeof outcome === 'object') survived.push(name);
    };
    for (let at = 0; at < REAL.length; at++) {
      const flipped = Buffer.from(REAL);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      await look(`flipped ${at}`, flipped);
      if (at % 5 > 0) continue;
      await look(`without ${at}`, Buffer.concat([REAL.subarray(0, at), REAL.subarray(at + 1)]));
      await look(`space at ${at}`, Buffer.concat([REAL.subarray(0, at), Buffer.from(' '), REAL.subarray(at)]));
    }
    for (const end of ['\n', ' ', '\0', '{}'])
      await look(`ended by ${JSON.stringify(end)}`, Buffer.concat([REAL, Buffer.from(end)]));
    await look('byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), REAL]));
    expect(survived).toEqual([]);
  }, 60_000);

  it('fails where it is written in another form, though it says the same', async () => {
    const pretty = Buffer.from(JSON.stringify(aReceipt(), null, 2));
    expect(await outcomeOf(pretty, pinned)).toBe('FORM NOT_CANONICAL');
  });

  it('fails for the other signature that ECDSA has for the same contents', async () => {
    const { signature: _replaced, ...document } = aReceipt();
    const { signature } = await signDocument(document, {
      kid: bank.kid,
      typ: 'llavero-receipt+jws',
      sign: signDigest(bank),
    });
    const { p256 } = await import('@noble/curves/nist.js');
    const [header, , value = ''] = signature.split('.');
    const { r, s } = p256.Signature.fromBytes(Buffer.from(value, 'base64url'), 'compact');
    const other = new p256.Signature(r, p256.Point.Fn.ORDER - s).toBytes('compact');
    const twin = canonical({ ...document, signature: `${header}..${Buffer.from(other).toString('base64url')}` });
    expect(await outcomeOf(Buffer.from(twin), bankKeys)).toBe('SIGNATURE SIGNATURE_WRONG');
  });

  it('fails as a receipt where it was signed as another document', async () => {
    expect(await outcomeOf(await signedBy(bank, aReceipt(), DAY_TYPE), bankKeys)).toBe('SIGNATURE SIGNATURE_WRONG');
  });
});

describe('a file that is no receipt', () => {
  it.each([
    { name: 'empty', bytes: Buffer.from(''), outcome: 'NOT_JSON' },
    { name: 'no text', bytes: Buffer.from([0xff, 0xfe]), outcome: 'NOT_TEXT' },
    { name: 'text', bytes: Buffer.from('recibo'), outcome: 'NOT_JSON' },
    { name: 'a repeated member', bytes: Buffer.from('{"signature":"a","signature":"a"}'), outcome: 'NOT_JSON' },
    { name: 'a list', bytes: Buffer.from('[]'), outcome: 'NO_SIGNATURE' },
    { name: 'null', bytes: Buffer.from('null'), outcome: 'NO_SIGNATURE' },
    { name: 'an object without signature', bytes: Buffer.from('{}'), outcome: 'NO_SIGNATURE' },
    { name: 'nested without end', bytes: Buffer.from('['.repeat(100_000)), outcome: 'NOT_JSON' },
    { name: 'too long', bytes: Buffer.alloc(9 * 1024 * 1024, 0x20), outcome: 'TOO_LONG' },
  ])('is told from one: $name', async ({ bytes, outcome }) => {
    expect(await outcomeOf(bytes, pinned)).toBe(outcome);
  });
});

describe('a receipt that the bank signed, but that is not right', () => {
  it('passes where nothing was altered, so that what fails below fails for its alteration', async () => {
    expect(await altered((receipt) => receipt)).toEqual({ valid: [...STEPS] });
    expect(await altered(rechained)).toEqual({ valid: [...STEPS] });
    expect(await altered((receipt) => withPhone(receipt, phone, decisionOf(receipt)))).toEqual({ valid: [...STEPS] });
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
    const alter = (receipt: Receipt) => withPhone(receipt, phone, { ...decisionOf(receipt), ...payload });
    expect(await altered(alter)).toBe(outcome);
  });

  it.each([{ kid: 'other' }, { typ: 'device-enrolment+jwt' }, { jku: 'https://example.com' }])(
    'fails where the header of the decision has %j',
    async (header) => {
      const alter = (receipt: Receipt) => withPhone(receipt, phone, decisionOf(receipt), header);
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

  it.each([{ to: 'ACTIVE' }, { from: 'PENDING_ENROLLMENT' }, { seedDestroyed: false }])(
    'fails where the release ended with %j',
    async (details) => {
      const alter = ({ record: { events, ...record }, ...receipt }: Receipt) =>
        rechained({
          ...receipt,
          record: {
            ...record,
            events: events.map((event) =>
              event.type === 'CHANGE_APPLIED' ? { ...event, details: { ...event.details, ...details } } : event,
            ),
          },
        });
      expect(await altered(alter)).toBe('EFFECT EFFECT_DIFFERS');
    },
  );
});

describe('a key file', () => {
  const [good] = JSON.parse(KEY_FILE).keys;

  it('gives its keys by their own thumbprints', () => {
    const { kty, crv, x, y, kid } = good;
    expect([...pinned]).toEqual([[kid, { kty, crv, x, y }]]);
  });

  it.each([
    { name: 'no key', text: '{"keys":[]}' },
    { name: 'no JSON', text: 'keys' },
    { name: 'a key under another thumbprint', text: JSON.stringify({ keys: [{ ...good, kid: 'other' }] }) },
    { name: 'a key of another curve', text: JSON.stringify({ keys: [{ ...good, crv: 'P-384' }] }) },
    { name: 'a private key', text: JSON.stringify({ keys: [{ ...good, d: good.x }] }) },
  ])('is refused with $name', async ({ text }) => {
    await expect(parseKeyFile(text, 'keys.json')).rejects.toThrow(expect.objectContaining({ name: 'UsageError' }));
  });
});
