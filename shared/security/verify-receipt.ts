import type * as z from 'zod/mini';
import { canonical } from '../domain/canonical.ts';
import type { UnsignedReceipt } from '../domain/receipt.ts';
import { assertStep, type Step } from './receipt-step.ts';
import { verifyAuthorization } from './verify-receipt-authorization.ts';
import { verifyEffect } from './verify-receipt-effect.ts';
import { verifyChange, verifyRecord } from './verify-receipt-record.ts';

/**
 * CONTENTS: the document has the members of its format, each of its type, and the key that it names is its signature's.
 *
 * @throws StepFailedError
 */
export function readContents<T extends UnsignedReceipt>(schema: z.ZodMiniType<T>, document: unknown, kid: string): T {
  const parsed = schema.safeParse(document);
  // Whatever a schema leaves out is signed as well: nothing of it may go unread.
  const isWhole = parsed.success && canonical(parsed.data) === canonical(document);
  assertStep(isWhole, 'CONTENTS', 'NOT_THIS_FORMAT');
  assertStep(parsed.data.keyId === kid, 'CONTENTS', 'KEY_ID_DIFFERS');
  return parsed.data;
}

/**
 * RECORD to EFFECT: all that a receipt says agrees with itself, with the phone's signature and with the rules. The
 * service judges so what it is about to sign, and the verifier what was signed.
 *
 * @throws StepFailedError
 */
export async function verifyStatements(
  receipt: UnsignedReceipt,
  passed: (step: Step) => void = () => {},
): Promise<void> {
  verifyRecord(receipt.record);
  passed('RECORD');
  verifyChange(receipt);
  passed('CHANGE');
  await verifyAuthorization(receipt, passed);
  verifyEffect(receipt);
  passed('EFFECT');
}
