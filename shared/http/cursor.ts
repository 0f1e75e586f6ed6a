import { GenerateMacCommand, KMSClient, KMSInvalidMacException, VerifyMacCommand } from '@aws-sdk/client-kms';
import * as z from 'zod/mini';
import { clientSettings } from '../clients.ts';
import { digest } from '../domain/canonical.ts';
import { requireEnv } from '../env.ts';
import { type ProblemError, validationFailed } from '../errors.ts';

const CURSOR_KEY_ARN = requireEnv('CURSOR_KEY_ARN');
const kms = new KMSClient(clientSettings);
const ALGORITHM = 'HMAC_SHA_256';

/** The position in a list: the sort keys after which the next page starts. */
const positionSchema = z.record(z.string(), z.string());
export type Position = z.infer<typeof positionSchema>;

function refused(): ProblemError {
  return validationFailed({ path: 'cursor', message: 'No es de esta lista · Not of this list' });
}

/** What is authenticated: the position, and the list (company, route, filters) it is a position of. */
function messageOf(position: string, list: unknown): Buffer {
  return Buffer.from(`${digest(list)}.${position}`);
}

/** A position as an opaque text that another list, or another company, is refused with. */
export async function sealCursor(position: Position, list: unknown): Promise<string> {
  const text = Buffer.from(JSON.stringify(position)).toString('base64url');
  const { Mac } = await kms.send(
    new GenerateMacCommand({ KeyId: CURSOR_KEY_ARN, MacAlgorithm: ALGORITHM, Message: messageOf(text, list) }),
  );
  if (!Mac) throw new Error('KMS gave no MAC');
  return `${text}.${Buffer.from(Mac).toString('base64url')}`;
}

/**
 * The position of a cursor of this list.
 *
 * @throws ProblemError `VALIDATION_FAILED` naming `cursor` where it is altered or of another list.
 */
export async function openCursor(cursor: string, list: unknown): Promise<Position> {
  const [text, mac, ...more] = cursor.split('.');
  if (!text || !mac || more.length > 0) throw refused();
  const bytes = Buffer.from(mac, 'base64url');
  if (bytes.length !== 32 || bytes.toString('base64url') !== mac) throw refused();
  try {
    await kms.send(
      new VerifyMacCommand({
        KeyId: CURSOR_KEY_ARN,
        MacAlgorithm: ALGORITHM,
        Message: messageOf(text, list),
        Mac: bytes,
      }),
    );
  } catch (error) {
    if (error instanceof KMSInvalidMacException) throw refused();
    throw error;
  }
  return positionSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
}
