import { parseStrictJson } from '../domain/strict-json.ts';

/** A part of a JWS: base64url without padding (RFC 7515 section 2). */
export function encodePart(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/**
 * The bytes of a part in its one canonical form. Decoders take what encoders never write: padding, blanks, stray bits.
 *
 * @throws Error for any other text, and for none.
 */
export function decodePart(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (part === '' || bytes.toString('base64url') !== part) throw new Error('Not base64url in its one canonical form');
  return bytes;
}

/** The JSON of a part's bytes. A byte order mark is kept by the decoder, so that the parser refuses it. */
export function readJsonPart(bytes: Uint8Array): unknown {
  return parseStrictJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
}
