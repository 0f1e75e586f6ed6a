import * as z from 'zod/mini';
import { canonical } from '../../shared/domain/canonical.ts';
import { RECEIPT_TYPE, type Receipt, receiptSchema } from '../../shared/domain/receipt.ts';
import { parseStrictJson } from '../../shared/domain/strict-json.ts';
import type { PinnedKeys } from '../../shared/security/key-set.ts';
import { assertStep, type Step, StepFailedError } from '../../shared/security/receipt-step.ts';
import { unverifiedDocumentHeader, verifyDocument } from '../../shared/security/signed-document.ts';
import { readContents, verifyStatements } from '../../shared/security/verify-receipt.ts';
import { NotAReceiptError } from './malformation.ts';

/** More than any receipt is long. */
const MAXIMUM_BYTES = 8 * 1024 * 1024;

const envelopeSchema = z.looseObject({ signature: z.string() });

/**
 * Verifies a receipt by the keys that the verifier trusts, and by nothing else; tells of each step that holds.
 *
 * @returns the receipt, all of which is proven.
 * @throws NotAReceiptError, StepFailedError.
 */
export async function verifyReceipt(
  bytes: Uint8Array,
  keys: PinnedKeys,
  passed: (step: Step) => void = () => {},
): Promise<Receipt> {
  const text = decode(bytes);
  const envelope = parseEnvelope(text);

  assertStep(canonicalOrNothing(envelope) === text, 'FORM', 'NOT_CANONICAL');
  passed('FORM');
  const kid = await verifySignature(envelope, keys);
  passed('SIGNATURE');
  const receipt = readContents(receiptSchema, envelope, kid);
  passed('CONTENTS');
  await verifyStatements(receipt, passed);
  return receipt;
}

function decode(bytes: Uint8Array): string {
  if (bytes.length > MAXIMUM_BYTES) throw new NotAReceiptError('TOO_LONG');
  try {
    // A byte order mark is a byte like any other here: dropping it would accept two texts for one receipt.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new NotAReceiptError('NOT_TEXT', cause);
  }
}

type Envelope = z.infer<typeof envelopeSchema>;

function parseEnvelope(text: string): Envelope {
  let value: unknown;
  try {
    value = parseStrictJson(text);
  } catch (cause) {
    throw new NotAReceiptError('NOT_JSON', cause);
  }
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success) throw new NotAReceiptError('NO_SIGNATURE');
  return parsed.data;
}

function canonicalOrNothing(value: unknown): string | undefined {
  try {
    return canonical(value);
  } catch {
    return undefined;
  }
}

/** The pinned key that signed it. */
async function verifySignature(envelope: Envelope, keys: PinnedKeys): Promise<string> {
  let kid: string;
  try {
    kid = unverifiedDocumentHeader(envelope.signature).kid;
  } catch (cause) {
    throw new StepFailedError('SIGNATURE', 'SIGNATURE_WRONG', cause);
  }
  const key = keys.get(kid);
  assertStep(key !== undefined, 'SIGNATURE', 'KEY_NOT_PINNED');
  try {
    await verifyDocument(envelope, { key, kid, typ: RECEIPT_TYPE });
  } catch (cause) {
    throw new StepFailedError('SIGNATURE', 'SIGNATURE_WRONG', cause);
  }
  return kid;
}
