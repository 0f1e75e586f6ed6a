import { parseKeyFile } from '../../../scripts/verify-receipt/key-file.ts';
import { DAY_TYPE } from '../../../shared/domain/archive.ts';
import { canonical } from '../../../shared/domain/canonical.ts';
import type { PinnedKeys } from '../../../shared/security/key-set.ts';
import { STEPS } from '../../../shared/security/receipt-step.ts';
import { signDocument } from '../../../shared/security/signed-document.ts';
import {
  aKey,
  aReceipt,
  BLOCK,
  findOutcome,
  KEY_FILE,
  REAL,
  signDigest,
  signedBy,
  TAMPERED,
  type TestKey,
} from './fixtures.ts';

/** The steps of a change that a phone authorized. */
const OF_A_PHONE = STEPS.filter((step) => step !== 'RESCUE');

let pinned: PinnedKeys;
let bank: TestKey;
let bankKeys: PinnedKeys;

beforeAll(async () => {
  pinned = parseKeyFile(KEY_FILE, 'receipt-keys.json');
  bank = await aKey(1);
  bankKeys = new Map([[bank.kid, bank.key]]);
});

describe('a receipt of a real run', () => {
  it('passes every step, and is proven whole', async () => {
    expect(await findOutcome(REAL, pinned)).toEqual({ valid: OF_A_PHONE });
  });

  it('passes every step of a block, which has no authorization', async () => {
    const steps = STEPS.filter((step) => !['CHALLENGE', 'DEVICE', 'DECISION', 'RESCUE'].includes(step));
    expect(await findOutcome(BLOCK, pinned)).toEqual({ valid: steps });
  });

  it('fails in its tampered copy, whose reason was altered', async () => {
    expect(await findOutcome(TAMPERED, pinned)).toBe('SIGNATURE SIGNATURE_WRONG');
  });

  it('fails by a key that is not pinned, whatever key it has inside', async () => {
    expect(await findOutcome(REAL, bankKeys)).toBe('SIGNATURE KEY_NOT_PINNED');
  });

  it('fails for a byte changed, added or taken away: of the signature each, of the rest each seventh', async () => {
    const survived: string[] = [];
    const look = async (name: string, bytes: Buffer) => {
      const outcome = await findOutcome(bytes, pinned);
      if (typeof outcome === 'object') survived.push(name);
    };
    const start = REAL.indexOf('"signature"');
    const end = REAL.indexOf('"', start + '"signature":"'.length);
    for (let at = 0; at < REAL.length; at++) {
      if (at % 7 > 0 && (at < start || at > end)) continue;
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
  });

  it('fails where it is written in another form, though it says the same', async () => {
    const pretty = Buffer.from(JSON.stringify(aReceipt(), null, 2));
    expect(await findOutcome(pretty, pinned)).toBe('FORM NOT_CANONICAL');
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
    expect(await findOutcome(Buffer.from(twin), bankKeys)).toBe('SIGNATURE SIGNATURE_WRONG');
  });

  it('fails as a receipt where it was signed as another document', async () => {
    expect(await findOutcome(await signedBy(bank, aReceipt(), DAY_TYPE), bankKeys)).toBe('SIGNATURE SIGNATURE_WRONG');
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
    expect(await findOutcome(bytes, pinned)).toBe(outcome);
  });
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
  ])('is refused with $name', ({ text }) => {
    expect(() => parseKeyFile(text, 'keys.json')).toThrow(expect.objectContaining({ name: 'UsageError' }));
  });
});
