import { GenerateMacCommand, type KMSClient, KMSInvalidMacException, VerifyMacCommand } from '@aws-sdk/client-kms';
import * as z from 'zod/mini';
import { digest } from '../domain/canonical.ts';
import { type ProblemError, validationFailed } from '../errors.ts';

const ALGORITHM = 'HMAC_SHA_256';

/** The position in a list: the sort keys after which the next page starts. */
const positionSchema = z.record(z.string(), z.string());
export type Position = z.infer<typeof positionSchema>;

function refused(): ProblemError {
  return validationFailed({ path: 'cursor', message: 'No es de esta lista · Not of this list' });
}

/** The bytes that are authenticated: the position, and the list (company, route, filters) it is a position of. */
function macMessage(position: string, list: unknown): Buffer {
  return Buffer.from(`${digest(list)}.${position}`);
}

/** The KMS key that authenticates list cursors. */
export class CursorKey {
  private readonly kms: Pick<KMSClient, 'send'>;
  private readonly keyArn: string;

  constructor(kms: Pick<KMSClient, 'send'>, keyArn: string) {
    this.kms = kms;
    this.keyArn = keyArn;
  }

  /** Seals a position as an opaque text that another list, or another company, is refused with. */
  async seal(position: Position, list: unknown): Promise<string> {
    const text = Buffer.from(JSON.stringify(position)).toString('base64url');
    const { Mac } = await this.kms.send(
      new GenerateMacCommand({ KeyId: this.keyArn, MacAlgorithm: ALGORITHM, Message: macMessage(text, list) }),
    );
    if (!Mac) throw new Error('KMS gave no MAC');
    return `${text}.${Buffer.from(Mac).toString('base64url')}`;
  }

  /**
   * Opens a cursor of this list.
   *
   * @throws ProblemError `VALIDATION_FAILED` naming `cursor` where it is altered or of another list.
   */
  async open(cursor: string, list: unknown): Promise<Position> {
    const [text, mac, ...more] = cursor.split('.');
    if (!text || !mac || more.length > 0) throw refused();
    const bytes = Buffer.from(mac, 'base64url');
    if (bytes.length !== 32 || bytes.toString('base64url') !== mac) throw refused();
    const Message = macMessage(text, list);
    try {
      await this.kms.send(new VerifyMacCommand({ KeyId: this.keyArn, MacAlgorithm: ALGORITHM, Message, Mac: bytes }));
    } catch (error) {
      if (error instanceof KMSInvalidMacException) throw refused();
      throw error;
    }
    return positionSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  }
}
