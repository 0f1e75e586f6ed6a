import { createHash } from 'node:crypto';
import { p256, p384 } from '@noble/curves/nist.js';
import type { PublicJwk } from '../../../shared/domain/device.ts';

const ORDER = p256.Point.Fn.ORDER;

export const PRIME = p256.Point.Fp.ORDER;

export function base64url(bytes: Uint8Array | string): string {
  return Buffer.from(bytes).toString('base64url');
}

/** A number as this many bytes, big end first. */
export function encodeInteger(value: bigint, length = 32): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');
}

/** A P-256 key that signs what a JOSE library would refuse to. */
export class HostileSigner {
  readonly secretKey = p256.utils.randomSecretKey();
  readonly jwk: PublicJwk;

  constructor() {
    const point = p256.getPublicKey(this.secretKey, false);
    this.jwk = { kty: 'EC', crv: 'P-256', x: base64url(point.slice(1, 33)), y: base64url(point.slice(33)) };
  }

  /** The signature's numbers over a text, `s` the lower of its two. */
  sign(input: string): { readonly r: bigint; readonly s: bigint } {
    const { r, s } = p256.Signature.fromBytes(p256.sign(digest(input), this.secretKey, { prehash: false, lowS: true }));
    return { r, s };
  }
}

export function digest(input: string): Buffer {
  return createHash('sha256').update(input).digest();
}

const joined = (...numbers: bigint[]) => Buffer.concat(numbers.map((number) => encodeInteger(number)));

type Alter = (valid: { readonly r: bigint; readonly s: bigint }) => Uint8Array;

/** Signatures that are none, made of a valid one: kinds of Wycheproof's ECDSA vectors. */
export const FORGED_SIGNATURES: readonly { readonly kind: string; readonly alter: Alter }[] = [
  { kind: 'r and s of zero', alter: () => joined(0n, 0n) },
  { kind: 'r of zero', alter: ({ s }) => joined(0n, s) },
  { kind: 's of zero', alter: ({ r }) => joined(r, 0n) },
  { kind: 'r of one', alter: ({ s }) => joined(1n, s) },
  { kind: 's of one', alter: ({ r }) => joined(r, 1n) },
  { kind: 'r of the order', alter: ({ s }) => joined(ORDER, s) },
  { kind: 's of the order', alter: ({ r }) => joined(r, ORDER) },
  { kind: 'r and s of the order', alter: () => joined(ORDER, ORDER) },
  { kind: 'r of the order less one', alter: ({ s }) => joined(ORDER - 1n, s) },
  { kind: 's of the order less one', alter: ({ r }) => joined(r, ORDER - 1n) },
  { kind: 'r of the field’s prime', alter: ({ s }) => joined(PRIME, s) },
  { kind: 's of the field’s prime', alter: ({ r }) => joined(r, PRIME) },
  { kind: 'r negated', alter: ({ r, s }) => joined(ORDER - r, s) },
  { kind: 'the largest numbers', alter: () => Buffer.alloc(64, 0xff) },
  { kind: 'r and s exchanged', alter: ({ r, s }) => joined(s, r) },
  { kind: 's plus the order, where it fits', alter: ({ r }) => joined(r, ORDER + 1n) },
  { kind: 'no bytes', alter: () => Buffer.alloc(1) },
  { kind: 'r alone', alter: ({ r }) => joined(r) },
  { kind: 'its last byte cut off', alter: ({ r, s }) => joined(r, s).subarray(0, 63) },
  { kind: 'its first byte cut off', alter: ({ r, s }) => joined(r, s).subarray(1) },
  { kind: 'a zero before it', alter: ({ r, s }) => Buffer.concat([Buffer.alloc(1), joined(r, s)]) },
  { kind: 'a zero after it', alter: ({ r, s }) => Buffer.concat([joined(r, s), Buffer.alloc(1)]) },
  {
    kind: 'a zero before r and before s',
    alter: ({ r, s }) => Buffer.concat([encodeInteger(r, 33), encodeInteger(s, 33)]),
  },
  { kind: 'the length of P-384', alter: ({ r, s }) => Buffer.concat([encodeInteger(r, 48), encodeInteger(s, 48)]) },
  { kind: 'the length of P-521', alter: ({ r, s }) => Buffer.concat([encodeInteger(r, 66), encodeInteger(s, 66)]) },
  { kind: 'its form in DER', alter: ({ r, s }) => new p256.Signature(r, s).toBytes('der') },
  { kind: 'itself twice', alter: ({ r, s }) => joined(r, s, r, s) },
];

/** Both signatures that ECDSA has for one message, in the form that JWS has. */
export function bothSignatures({ r, s }: { r: bigint; s: bigint }): { low: Buffer; high: Buffer } {
  return { low: joined(r, s), high: joined(r, ORDER - s) };
}

/** Public keys that are none, made of a valid one; each is of the right form, or the schema would refuse it unread. */
export function offCurveKeys(valid: PublicJwk): { readonly kind: string; readonly key: PublicJwk }[] {
  const zero = base64url(Buffer.alloc(32));
  const y = BigInt(`0x${Buffer.from(valid.y, 'base64url').toString('hex')}`);
  const x = BigInt(`0x${Buffer.from(valid.x, 'base64url').toString('hex')}`);
  const other = p384.getPublicKey(p384.utils.randomSecretKey(), false);
  return [
    { kind: 'at infinity, as far as it can be written', key: { ...valid, x: zero, y: zero } },
    { kind: 'with x of zero', key: { ...valid, x: zero } },
    { kind: 'with y of zero', key: { ...valid, y: zero } },
    { kind: 'with y one more', key: { ...valid, y: base64url(encodeInteger((y + 1n) % PRIME)) } },
    { kind: 'with x one more and the same y', key: { ...valid, x: base64url(encodeInteger((x + 1n) % PRIME)) } },
    { kind: 'with its coordinates exchanged', key: { ...valid, x: valid.y, y: valid.x } },
    { kind: 'with x of the field’s prime', key: { ...valid, x: base64url(encodeInteger(PRIME)) } },
    { kind: 'with y of the field’s prime', key: { ...valid, y: base64url(encodeInteger(PRIME)) } },
    {
      kind: 'with the largest coordinates',
      key: { ...valid, x: base64url(Buffer.alloc(32, 0xff)), y: base64url(Buffer.alloc(32, 0xff)) },
    },
    {
      kind: 'with the beginning of a point of P-384',
      key: { ...valid, x: base64url(other.slice(1, 33)), y: base64url(other.slice(49, 81)) },
    },
    // A point of the twist: no y on P-256 belongs to this x.
    { kind: 'on the twist', key: { ...valid, x: base64url(encodeInteger(xOfTwist())), y: valid.y } },
  ];
}

/** The smallest x, from 2 on, that no point of P-256 has: those of the twist have it. */
export function xOfTwist(): bigint {
  for (let x = 2n; ; x++) {
    try {
      p256.Point.fromHex(`02${encodeInteger(x).toString('hex')}`);
    } catch {
      return x;
    }
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The same bytes in another text: a bit that a decoder passes over is set in the last character. */
export function strayBits(part: string): string {
  const stray = `${part.slice(0, -1)}${ALPHABET[ALPHABET.indexOf(part.at(-1) ?? '') + 1]}`;
  if (!Buffer.from(stray, 'base64url').equals(Buffer.from(part, 'base64url'))) throw new Error('No bit to spare');
  return stray;
}
