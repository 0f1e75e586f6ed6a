import type { IncomingMessage } from 'node:http';
import type { AwsCall } from './aws-call.ts';
import { parseJson } from './parse-json.ts';

/** One call as it was passed on, with its key id. For DynamoDB also the parsed request and answer. */
interface RecordedCall extends Pick<AwsCall, 'service' | 'operation'> {
  /** Key id of the credentials; each function has its own. */
  readonly accessKeyId: string | undefined;
  readonly request?: unknown;
  /** HTTP status of the answer; not there while it is awaited. */
  status?: number | undefined;
  answer?: unknown;
}

/** Enough for any measurement, and a bound on memory. */
const MOST_KEPT = 20_000;

/** The calls since recording was switched on, in order; off until somebody asks for it, since items are in it whole. */
export class Recording {
  private calls: RecordedCall[] | undefined;

  start(): void {
    this.calls = [];
  }

  stop(): void {
    this.calls = undefined;
  }

  list(): readonly RecordedCall[] {
    return this.calls ?? [];
  }

  /** Records a call while recording is on; the returned function takes the engine's answer as it passes by. */
  note({ service, operation }: AwsCall, incoming: IncomingMessage, body: Buffer | undefined) {
    if (!this.calls || this.calls.length >= MOST_KEPT) return undefined;
    const accessKeyId = /Credential=([^/]+)\//.exec(incoming.headers.authorization ?? '')?.[1];
    const request = service === 'dynamodb' ? parseJson(body) : undefined;
    const recorded: RecordedCall = { service, operation, accessKeyId, ...(request ? { request } : {}) };
    this.calls.push(recorded);
    return (answer: IncomingMessage): void => {
      recorded.status = answer.statusCode;
      if (!request) return;
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () => {
        recorded.answer = parseJson(Buffer.concat(chunks));
      });
    };
  }
}
