import { p256 } from '@noble/curves/nist.js';
import { canonical } from '../../../shared/domain/canonical.ts';
import { signDocument, verifyDocument } from '../../../shared/security/signed-document.ts';
import {
  base64url,
  bothSignatures,
  FORGED_SIGNATURES,
  HostileSigner,
  offCurveKeys,
  strayBits,
} from './hostile-signatures.ts';

const signer = new HostileSigner();
const names = { kid: 'key-1', typ: 'demo+jws' };
const document = { b: 2, a: 'one' };
const wanted = { key: signer.jwk, ...names };
const header = { alg: 'ES256', ...names };

/** The document with a good signature over this text as its header. */
function signedWith(head: string, its: object = document) {
  const input = `${base64url(head)}.${base64url(canonical(its))}`;
  return { ...its, signature: `${base64url(head)}..${base64url(bothSignatures(signer.sign(input)).low)}` };
}

/** The document with these bytes for a signature. */
function withSignature(alter: (valid: { r: bigint; s: bigint }) => Uint8Array) {
  const head = base64url(canonical(header));
  const valid = signer.sign(`${head}.${base64url(canonical(document))}`);
  return { ...document, signature: `${head}..${base64url(alter(valid))}` };
}

describe('a signed document', () => {
  it('is accepted as it was signed, in whichever order its members come', async () => {
    const sign = async (digest: Uint8Array) => p256.sign(digest, signer.secretKey, { prehash: false, format: 'der' });
    const signed = await signDocument(document, { ...names, sign });
    expect(await verifyDocument(signed, wanted)).toEqual(document);
    const { signature, a, b } = signed;
    expect(await verifyDocument({ a, signature, b }, wanted)).toEqual(document);
    expect(await verifyDocument(signedWith(canonical(header)), wanted)).toEqual(document);
    expect(
      await verifyDocument(
        withSignature((valid) => bothSignatures(valid).low),
        wanted,
      ),
    ).toEqual(document);
  });

  it('is refused with the higher s, which says the same of the same message', async () => {
    await expect(
      verifyDocument(
        withSignature((valid) => bothSignatures(valid).high),
        wanted,
      ),
    ).rejects.toThrow(/higher s/);
  });

  it.each(FORGED_SIGNATURES)('is refused with a signature of $kind', async ({ alter }) => {
    await expect(verifyDocument(withSignature(alter), wanted)).rejects.toThrow();
  });

  it.each(offCurveKeys(signer.jwk))('is refused by a key $kind', async ({ key }) => {
    await expect(verifyDocument(signedWith(canonical(header)), { ...wanted, key })).rejects.toThrow();
  });

  it.each([
    ['no algorithm', canonical({ ...header, alg: 'none' })],
    ['HMAC', canonical({ ...header, alg: 'HS256' })],
    ['P-384', canonical({ ...header, alg: 'ES384' })],
    ['a critical member', canonical({ ...header, crit: ['b64'], b64: false })],
    ['an unencoded payload', canonical({ ...header, b64: false })],
    ['its own key', canonical({ ...header, jwk: signer.jwk })],
    ['another key’s name', canonical({ ...header, kid: 'key-2' })],
    ['another type', canonical({ ...header, typ: 'other+jws' })],
    ['its members in another order', JSON.stringify({ typ: names.typ, kid: names.kid, alg: 'ES256' })],
    ['a blank', `${canonical(header)} `],
    ['a byte order mark', `\u{feff}${canonical(header)}`],
    ['a member twice', canonical(header).replace('{', '{"alg":"ES256",')],
  ])('is refused with a header of %s, though it is signed', async (_kind, head) => {
    await expect(verifyDocument(signedWith(head), wanted)).rejects.toThrow();
  });

  it('is refused with a member more, less or other than was signed', async () => {
    const { signature } = signedWith(canonical(header));
    for (const other of [{ ...document, c: 3 }, { a: 'one' }, { ...document, b: 3 }, { ...document, b: '2' }]) {
      await expect(verifyDocument({ ...other, signature }, wanted)).rejects.toThrow();
    }
  });

  it('is refused with the payload attached, with padding, and with stray bits', async () => {
    const { signature } = signedWith(canonical(header));
    const [head = '', , value = ''] = signature.split('.');
    for (const other of [
      `${head}.${base64url(canonical(document))}.${value}`,
      `${signature}==`,
      `${head}..${strayBits(value)}`,
    ]) {
      await expect(verifyDocument({ ...document, signature: other }, wanted)).rejects.toThrow();
    }
  });
});
