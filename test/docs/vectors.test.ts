import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importJWK } from 'jose';
import { openSeed } from '../../phone/protocol/index.ts';
import { verifyExport } from '../../scripts/verify-export/verify-export.ts';
import { compareReceipts } from '../../scripts/verify-receipt/compare-receipts.ts';
import { compareWithExport } from '../../scripts/verify-receipt/exported-record.ts';
import { parseKeyFile } from '../../scripts/verify-receipt/key-file.ts';
import { verifyReceipt } from '../../scripts/verify-receipt/verify.ts';
import { verifyDayProof } from '../../scripts/verify-receipt/verify-day-proof.ts';
import { readSignedDays, type SignedDayError } from '../../scripts/verify-record/signed-days.ts';
import { CompanyDayDigest, signedDayKey } from '../../shared/domain/archive.ts';
import { canonical, digest } from '../../shared/domain/canonical.ts';
import { buildChallenge, type Challenge } from '../../shared/domain/change.ts';
import { eventHash, genesis, type TokenEvent } from '../../shared/domain/event.ts';
import { parseStrictJson } from '../../shared/domain/strict-json.ts';
import { ProblemError } from '../../shared/errors.ts';
import { computeThumbprint } from '../../shared/security/device-key.ts';
import { STEPS } from '../../shared/security/receipt-step.ts';
import { verifyDecision } from '../../shared/security/verify-decision.ts';
import { verifyEnrolment } from '../../shared/security/verify-enrolment.ts';
import { verifyPushToken } from '../../shared/security/verify-push-token.ts';
import { FakeArchive } from '../fake-archive.ts';
import { aDevice, aHeldChange, aUser } from '../fixtures.ts';
import { findOutcome } from '../scripts/verify-receipt/fixtures.ts';

const FOLDER = join(import.meta.dirname, '../../docs/vectors');
const readBytes = (name: string) => readFileSync(join(FOLDER, name));
const read = (name: string) => JSON.parse(readBytes(name).toString('utf8'));

interface Named {
  readonly name: string;
}
type Proof = Named & { readonly jws: string; readonly decision?: string };

/** Returns `accepted`, or the code of the refusal. */
async function judged(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.code;
  }
}

describe('the vectors of canonical JSON', () => {
  const { canonical: accepted, refused } = read('canonical.json');

  it.each<Named & { json: string; canonical: string; sha256: string }>(accepted)('agree: $name', (vector) => {
    const value = parseStrictJson(vector.json);
    expect([canonical(value), digest(value)]).toEqual([vector.canonical, vector.sha256]);
    expect(createHash('sha256').update(vector.canonical).digest('hex')).toBe(vector.sha256);
  });

  it.each<Named & { json: string }>(refused)('are refused: $name', ({ json }) => {
    expect(() => parseStrictJson(json)).toThrow();
  });
});

it('the vectors of a record are chained from its genesis', () => {
  const { companyId, tokenId, genesis: first, events } = read('events.json');
  expect(genesis(companyId, tokenId).hash).toBe(first);
  let previous = { seq: 0, hash: first };
  for (const { hash, ...event } of events as TokenEvent[]) {
    expect([event.seq, event.previousHash, hash]).toEqual([previous.seq + 1, previous.hash, eventHash(event)]);
    previous = { seq: event.seq, hash };
  }
  expect(previous.seq).toBeGreaterThan(1);
});

describe('the vectors of an enrolment', () => {
  const { accepted, refused, seed, ...vector } = read('enrolment.json');
  const judge = (jws: string) =>
    judged(
      verifyEnrolment(jws, vector.signingKey, { ...vector, sub: vector.userId, activationCode: vector.activationCode }),
    );

  it('have the thumbprints of their keys', async () => {
    const thumbprints = [computeThumbprint(vector.signingKey, 'x'), computeThumbprint(vector.encryptionKey, 'x')];
    expect(await Promise.all(thumbprints)).toEqual([vector.signingKeyThumbprint, vector.encryptionKeyThumbprint]);
  });

  it.each<Proof>(accepted)('are accepted: $name', async ({ jws }) => expect(await judge(jws)).toBe('accepted'));
  it.each<Proof>(refused)('are refused: $name', async ({ jws }) => expect(await judge(jws)).toBe('PROOF_REFUSED'));

  it('have a seed that the phone’s encryption key opens', async () => {
    const key = await importJWK(seed.privateKey, 'ECDH-ES+A256KW');
    if (key instanceof Uint8Array) throw new Error('No key pair');
    expect(await openSeed(seed.jwe, key)).toEqual(seed.plaintext);
  });
});

describe('the vectors of a decision', () => {
  const { device: phone, challenge, accepted, refused } = read('decisions.json');
  const { expiresAt, nonce, ...members }: Challenge = challenge;
  const change = aHeldChange(members, { expiresAt, nonce });
  const { companyId } = members;
  const caller = aUser({ userId: phone.userId, companyId });
  const device = aDevice({ ...phone, companyId });
  const subject = { caller, device, activeDeviceId: phone.deviceId, change, requireUserVerification: false };

  it('are of the challenge that the service builds', () => expect(buildChallenge(change)).toEqual(challenge));

  it.each<Proof>(accepted)('are accepted: $name', async ({ jws, decision }) => {
    expect((await verifyDecision(jws, subject)).payload.decision).toBe(decision);
  });

  it.each<Proof>(refused)('are refused: $name', async ({ jws }) => {
    expect(await judged(verifyDecision(jws, subject))).toBe('PROOF_REFUSED');
  });
});

describe('the vectors of a push token', () => {
  const { device: phone, pushToken, now, lastIat, accepted, refused } = read('push-tokens.json');
  const device = aDevice({ ...phone, pushTokenIat: lastIat });
  const judge = (jws: string) => judged(verifyPushToken(jws, device, pushToken, new Date(now)));

  it.each<Proof>(accepted)('are accepted: $name', async ({ jws }) => expect(await judge(jws)).toBe('accepted'));
  it.each<Proof>(refused)('are refused: $name', async ({ jws }) => expect(await judge(jws)).toBe('PROOF_REFUSED'));
});

describe('the vectors of receipts', () => {
  interface Vector {
    readonly file: string;
    readonly step: (typeof STEPS)[number] | null;
    readonly failure: string | null;
    readonly about: string;
  }
  const { keys, receipts }: { keys: string; receipts: Vector[] } = read('receipts.json');

  it.each(receipts)('$file: $about', async ({ file, step, failure }) => {
    const pinned = parseKeyFile(readBytes(keys).toString('utf8'), keys);
    const outcome = await findOutcome(readBytes(file), pinned);
    if (failure === null) expect(outcome).toEqual({ valid: expect.arrayContaining(['FORM', 'EFFECT']) });
    else expect(outcome).toBe(step === null ? failure : `${step} ${failure}`);
  });

  it('are all listed, and refuse at each step', () => {
    const files = readdirSync(join(FOLDER, 'receipts')).map((name) => `receipts/${name}`);
    expect(receipts.map(({ file }) => file).sort()).toEqual(files.sort());
    expect(new Set(receipts.map(({ step }) => step))).toEqual(new Set([null, ...STEPS]));
  });
});

describe('the vectors of key files', () => {
  it.each<Named & { text: string; kids: string[] | null }>(read('key-files.json'))('$name', async ({ text, kids }) => {
    if (kids) expect([...parseKeyFile(text, 'keys').keys()]).toEqual(kids);
    else expect(() => parseKeyFile(text, 'keys')).toThrow(expect.objectContaining({ name: 'UsageError' }));
  });
});

describe('the vectors of signed days', () => {
  const { keyId, companyId, entries, days, refused } = read('days.json');

  async function readDays(texts: string[]) {
    const bucket = new FakeArchive();
    for (const [index, text] of texts.entries()) bucket.put(signedDayKey(index + 1), text);
    const key = parseKeyFile(readBytes('receipt-keys.json').toString('utf8'), 'keys').get(keyId);
    if (!key) throw new Error('The key is not there');
    return readSignedDays(bucket.archive, companyId, new Map([[keyId, key]]));
  }

  it('are chained, signed, and of these entries', async () => {
    const signed = await readDays(days);
    for (const day of signed.all()) {
      const found = new CompanyDayDigest();
      for (const { token, seq, hash, ...entry } of entries) {
        if (entry.day === day) found.add({ companyId, tokenId: token, seq, hash });
      }
      const closed = found.close(companyId);
      expect([day, signed.agrees(day, closed), signed.agrees(day, { ...closed, count: 99 })]).toEqual([
        day,
        true,
        false,
      ]);
    }
    expect(signed.all()).toEqual(['2026-01-05', '2026-01-06', '2026-01-07']);
  });

  it.each<Named & { days: string[]; at: number }>(refused)('are refused: $name', async ({ days: texts, at }) => {
    const error: SignedDayError = await readDays(texts).then(
      () => Promise.reject(new Error('accepted')),
      (thrown) => thrown,
    );
    expect([error.name, error.message]).toEqual(['SignedDayError', expect.stringContaining(`signed day ${at} `)]);
  });
});

describe('the vectors of exports', () => {
  interface Alteration extends Named {
    readonly file: string;
    readonly from: string;
    readonly to: string;
  }
  const { keys: keyFile, folder, refused, receipts, refusedDays } = read('exports.json');
  const readKeys = () => parseKeyFile(readBytes(keyFile).toString('utf8'), keyFile);
  const alter = ({ file, from, to }: Alteration) => readBytes(file).toString('utf8').replace(from, to);

  async function isWhole(path: string): Promise<boolean> {
    const found: unknown[] = [];
    try {
      await verifyExport(path, await readKeys(), (finding) => found.push(finding));
    } catch (error) {
      if (error instanceof Error && error.name === 'SignedDayError') return false;
      throw error;
    }
    return found.length === 0;
  }

  it('are whole', async () => expect(await isWhole(join(FOLDER, folder))).toBe(true));

  it.each<Alteration>(refused)('are not whole where $name', async (alteration) => {
    const copy = mkdtempSync(join(tmpdir(), 'llavero-vectors-'));
    cpSync(join(FOLDER, folder), join(copy, folder), { recursive: true });
    writeFileSync(join(copy, alteration.file), alter(alteration));
    expect(await isWhole(join(copy, folder))).toBe(false);
    rmSync(copy, { recursive: true });
  });

  it('have receipts that are of the record, of its signed day and of one chain', async () => {
    const keys = await readKeys();
    const named = [];
    for (const { file, days } of receipts) {
      const receipt = await verifyReceipt(readBytes(file), keys);
      expect(await verifyDayProof(readBytes(days), receipt, keys)).toEqual(['2026-01-05']);
      named.push({ file, receipt });
    }
    expect(await compareWithExport(join(FOLDER, folder), keys, named)).toEqual([]);
    expect(compareReceipts(named).forks).toEqual([]);
  });

  it.each<Alteration>(refusedDays.alterations)('are of no signed day where $name', async (alteration) => {
    const keys = await readKeys();
    const receipt = await verifyReceipt(readBytes(refusedDays.receipt), keys);
    const verified = verifyDayProof(Buffer.from(alter(alteration)), receipt, keys);
    await expect(verified).rejects.toMatchObject({ name: 'DayProofError' });
  });
});
