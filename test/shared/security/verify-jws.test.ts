import { CompactSign, exportJWK, FlattenedSign, generateKeyPair } from 'jose';
import * as z from 'zod/mini';
import { type PublicJwk, publicJwkSchema } from '../../../shared/domain/device.ts';
import { ProblemError } from '../../../shared/errors.ts';
import { issuedAtSchema, readJws, verifyJws } from '../../../shared/security/verify-jws.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BOM = '\uFEFF';
const HEADER = '{"alg":"ES256","typ":"proof+jwt","kid":"phone"}';
const schema = z.strictObject({ iat: issuedAtSchema, text: z.string() });

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let key: PublicJwk;

beforeAll(async () => {
  keys = await generateKeyPair('ES256');
  key = publicJwkSchema.parse(await exportJWK(keys.publicKey));
});

/** Signs these very bytes: what a library would not write is good to its signature all the same. */
async function signBytes(header: string, payload: string): Promise<string> {
  const input = `${encode(header)}.${encode(payload)}`;
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    keys.privateKey,
    new TextEncoder().encode(input),
  );
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}

const encode = (text: string) => Buffer.from(text).toString('base64url');

async function judge(jws: string): Promise<unknown> {
  try {
    return await verifyJws(jws, { key, typ: 'proof+jwt', payload: schema });
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.code;
  }
}

/** The same bytes in another text: the unused low bits of the last character set. */
function withStrayBits(part: string): string {
  const last = part.at(-1) ?? 'A';
  return part.slice(0, -1) + ALPHABET[ALPHABET.indexOf(last) + 1];
}

/** A payload whose length leaves unused bits in its last character. */
const PAYLOAD = '{"iat":1767625200,"text":"xx"}'.padEnd(31, ' ');

describe('a compact JWS', () => {
  it('is accepted in its one form', async () => {
    expect(await judge(await signBytes(HEADER, PAYLOAD))).toEqual({ iat: 1_767_625_200, text: 'xx' });
    expect(readJws(await signBytes(HEADER, PAYLOAD))).toEqual({
      header: { alg: 'ES256', typ: 'proof+jwt', kid: 'phone' },
      payload: { iat: 1_767_625_200, text: 'xx' },
    });
  });

  it.each([0, 1, 2])('is refused with stray bits or padding in part %d', async (index) => {
    // Padded with a blank, so that each part has unused bits.
    const parts = (await signBytes(`${HEADER}${' '.repeat((4 - (HEADER.length % 3)) % 3)}`, PAYLOAD)).split('.');
    expect(await judge(parts.join('.'))).toEqual({ iat: 1_767_625_200, text: 'xx' });
    const part = parts[index] ?? '';
    for (const other of [
      withStrayBits(part),
      `${part}=`,
      `${part}==`,
      `${part} `,
      `${part}\n`,
      `+${part.slice(1)}`,
      '',
    ]) {
      expect(await judge(parts.with(index, other).join('.'))).toBe('PROOF_REFUSED');
    }
  });

  it('is refused with a byte order mark in its header or its payload', async () => {
    expect(await judge(await signBytes(BOM + HEADER, PAYLOAD))).toBe('PROOF_REFUSED');
    expect(await judge(await signBytes(HEADER, BOM + PAYLOAD))).toBe('PROOF_REFUSED');
  });

  it('is refused with a member twice, even with one value, in its header or its payload', async () => {
    expect(await judge(await signBytes(HEADER.replace('{', '{"alg":"ES256",'), PAYLOAD))).toBe('PROOF_REFUSED');
    expect(await judge(await signBytes(HEADER, PAYLOAD.replace('{', '{"text":"xx",')))).toBe('PROOF_REFUSED');
    expect(await judge(await signBytes(HEADER, PAYLOAD.replace('{', '{"te\\u0078t":"xx",')))).toBe('PROOF_REFUSED');
  });

  it('is refused with two parts, with four, and as bytes that are no UTF-8', async () => {
    const jws = await signBytes(HEADER, PAYLOAD);
    expect(await judge(jws.split('.').slice(0, 2).join('.'))).toBe('PROOF_REFUSED');
    expect(await judge(`${jws}.AA`)).toBe('PROOF_REFUSED');
    const noText = await new CompactSign(Buffer.from([0x22, 0xff, 0x22]))
      .setProtectedHeader({ alg: 'ES256', typ: 'proof+jwt', kid: 'phone' })
      .sign(keys.privateKey);
    expect(await judge(noText)).toBe('PROOF_REFUSED');
  });

  it('is refused where its payload is not in it (RFC 7797)', async () => {
    const { protected: header, signature } = await new FlattenedSign(new TextEncoder().encode(PAYLOAD))
      .setProtectedHeader({ alg: 'ES256', typ: 'proof+jwt', b64: false, crit: ['b64'] })
      .sign(keys.privateKey);
    expect(await judge(`${header}..${signature}`)).toBe('PROOF_REFUSED');
    expect(await judge(`${header}.${encode(PAYLOAD)}.${signature}`)).toBe('PROOF_REFUSED');
  });
});

describe('the time of a proof', () => {
  it.each(['0', '1.5', '-1', '1767625200', '9007199254740991', '1e3'])('is accepted as %s', async (iat) => {
    expect(await judge(await signBytes(HEADER, `{"iat":${iat},"text":""}`))).toEqual({ iat: Number(iat), text: '' });
  });

  it.each(['9007199254740992', '1e300', '1e400', '-1e300', '1e-300', '"1767625200"', 'null', 'true', '[1]'])(
    'is refused as %s',
    async (iat) => {
      expect(await judge(await signBytes(HEADER, `{"iat":${iat},"text":""}`))).toBe('PROOF_REFUSED');
    },
  );
});
