import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type PinnedKeys, parseKeySet } from '../shared/security/key-set.ts';

/** The keys out of the file that `npm run receipt-keys` writes, read as strictly as a verifier reads it. */
export const receiptKeysSetting = z.string().transform((file, context): PinnedKeys => {
  try {
    return parseKeySet(readFileSync(file, 'utf8'));
  } catch (error) {
    const known = error instanceof Error && error.name === 'KeySetError' ? error.message : 'cannot be read';
    context.addIssue({ code: 'custom', message: `${file} ${known}` });
    return z.NEVER;
  }
});
