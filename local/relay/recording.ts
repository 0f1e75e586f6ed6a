import type { IncomingMessage } from 'node:http';
import type { AwsCall } from './aws-call.ts';
import { parseJson } from './parse-json.ts';

/** One call as it was passed on, with its key id. For DynamoDB also the parsed request and answer. */
export interface RecordedCall extends Pick<AwsCall, 'service' | 'operation'> {
  /** Key id of the credentials; each function has its own. */
  readonly accessKeyId: string | undefined;
  readonly request?: unknown;
  /** HTTP status of the answer; not there while it is awaited. */
  status?: number | undefined;
  answer?: unknown;
}

/** Enough for any measurement, and a bound on memory. */
const MOST_KEPT = 20_000;

/** Records a call among those so far; the returned function takes the engine's answer as it passes by. */
export function recordCall(
  calls: RecordedCall[],
  { service, operation }: AwsCall,
  { headers }: IncomingMessage,
  body: Buffer | undefined,
): ((answer: IncomingMessage) => void) | undefined {
  if (calls.length >= MOST_KEPT) return undefined;
  const accessKeyId = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];
  const request = service === 'dynamodb' ? parseJson(body) : undefined;
  const recorded: RecordedCall = { service, operation, accessKeyId, ...(request ? { request } : {}) };
  calls.push(recorded);
  return (answer) => {
    recorded.status = answer.statusCode;
    if (!request) return;
    const chunks: Buffer[] = [];
    answer.on('data', (chunk: Buffer) => chunks.push(chunk));
    answer.once('end', () => {
      recorded.answer = parseJson(Buffer.concat(chunks));
    });
  };
}
