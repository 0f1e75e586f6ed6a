import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { p256 } from '@noble/curves/nist.js';
import { CompactSign, calculateJwkThumbprint, importJWK } from 'jose';
import { verifyReceipt } from '../../../scripts/verify-receipt/verify.ts';
import { canonical } from '../../../shared/domain/canonical.ts';
import type { PublicJwk } from '../../../shared/domain/device.ts';
import { eventHash } from '../../../shared/domain/event.ts';
import { RECEIPT_TYPE, type Receipt, type ReceiptEvent } from '../../../shared/domain/receipt.ts';
import type { PinnedKeys } from '../../../shared/security/key-set.ts';
import type { Step } from '../../../shared/security/receipt-step.ts';
import { signDocument } from '../../../shared/security/signed-document.ts';

const file = (name: string): Buffer => readFileSync(join(import.meta.dirname, '../../data', name));

/** A receipt as a real run on the local cloud gave it, a tampered copy, and the key file of that run. */
export const REAL = file('receipt.json');
export const TAMPERED = file('receipt-tampered.json');
export const BLOCK = file('receipt-block.json');
export const KEY_FILE = file('receipt-keys.json').toString('utf8');

/** The receipt of the real run, to be altered. */
export function aReceipt(source: Buffer = REAL): Receipt {
  return JSON.parse(source.toString('utf8'));
}

/** A P-256 key of a test. */
export interface TestKey {
  readonly secret: Uint8Array;
  readonly key: PublicJwk;
  readonly kid: string;
}

export async function aKey(seed: number): Promise<TestKey> {
  const secret = new Uint8Array(32).fill(seed);
  const point = p256.getPublicKey(secret, false);
  const part = (from: number) => Buffer.from(point.subarray(from, from + 32)).toString('base64url');
  const key: PublicJwk = { kty: 'EC', crv: 'P-256', x: part(1), y: part(33) };
  return { secret, key, kid: await calculateJwkThumbprint(key) };
}

/** DER, as KMS answers, with the higher `s` where asked for. */
export function signDigest({ secret }: TestKey, high = false) {
  return async (digest: Uint8Array): Promise<Uint8Array> => {
    const compact = p256.sign(digest, secret, { prehash: false, lowS: true });
    const { r, s } = p256.Signature.fromBytes(compact, 'compact');
    return new p256.Signature(r, high ? p256.Point.Fn.ORDER - s : s).toBytes('der');
  };
}

/** The bank would have signed this: only what it says can be wrong. */
export async function signedBy(key: TestKey, receipt: Receipt, typ = RECEIPT_TYPE): Promise<Buffer> {
  const { signature: _replaced, ...document } = { ...receipt, keyId: key.kid };
  return Buffer.from(canonical(await signDocument(document, { kid: key.kid, typ, sign: signDigest(key) })));
}

/** The event with what was altered in it, and its own hash right again. */
export function rehashed(event: ReceiptEvent): ReceiptEvent {
  const { hash: _old, ...rest } = event;
  return { ...rest, hash: eventHash(rest) };
}

/** The events with their hashes and links right again, so that only their contents can be wrong. */
export function rechained(receipt: Receipt): Receipt {
  const { before, events, after } = receipt.record;
  let previousHash = before?.hash ?? events[0]?.previousHash ?? '';
  const chained = events.map((event) => {
    const next = rehashed({ ...event, previousHash });
    previousHash = next.hash;
    return next;
  });
  const next = after && rehashed({ ...after, previousHash });
  const last = next ?? chained.at(-1);
  if (!last) throw new Error('The receipt has no event');
  const head = { seq: last.seq, hash: last.hash };
  return { ...receipt, record: { before, events: chained, after: next, head } };
}

/** The receipt with another phone, whose key the test has: its decision can be anything. */
export async function withPhone(
  receipt: Receipt,
  phone: TestKey,
  decision: object,
  header: object = {},
): Promise<Receipt> {
  if (!receipt.device) throw new Error('A block has no phone');
  const { device } = receipt;
  const { enrolment } = device;
  const details = { ...enrolment.details, signingKeyThumbprint: phone.kid };
  const jwk = { ...phone.key, d: Buffer.from(phone.secret).toString('base64url') };
  const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(decision)))
    .setProtectedHeader({ alg: 'ES256', typ: 'token-change-decision+jwt', kid: device.deviceId, ...header })
    .sign(await importJWK(jwk, 'ES256'));
  return {
    ...receipt,
    decision: jws,
    device: { ...device, signingKey: phone.key, enrolment: rehashed({ ...enrolment, details }) },
  };
}

/** The decision that the real phone signed. */
export function readDecision({ decision }: Receipt): Record<string, unknown> {
  return JSON.parse(Buffer.from(decision?.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

/** The outcome of a verification: the failed step and failure, the malformation, or VALID with the passed steps. */
export async function findOutcome(bytes: Uint8Array, keys: PinnedKeys): Promise<unknown> {
  const passed: Step[] = [];
  try {
    await verifyReceipt(bytes, keys, (step) => passed.push(step));
    return { valid: passed };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if ('failure' in error && 'step' in error) return `${error.step} ${error.failure}`;
    if ('malformation' in error) return error.malformation;
    throw error;
  }
}
