import { randomUUID } from 'node:crypto';
import { cbor } from '@smithy/core/cbor';
import { z } from 'zod';
import type { Fault } from './fault-list.ts';
import { parseJson } from './parse-json.ts';
import type { AwsCall } from './recognise-call.ts';

/** An HTTP answer in one of AWS's wire formats. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** The name of each service's own internal error; other services use `InternalFailure`. */
const INTERNAL_ERRORS: Readonly<Record<string, string>> = {
  dynamodb: 'InternalServerError',
  kms: 'KMSInternalException',
  sns: 'InternalError',
  sqs: 'InternalError',
  s3: 'InternalError',
  lambda: 'ServiceException',
  email: 'InternalServiceErrorException',
  'cognito-idp': 'InternalErrorException',
  secretsmanager: 'InternalServiceError',
};

/** The answer with which a service refuses a call, in that service's own wire format. */
export function errorAnswer(
  call: AwsCall,
  fault: Pick<Fault, 'code' | 'status' | 'message'>,
  body?: Buffer,
): WireAnswer {
  const code = fault.code ?? INTERNAL_ERRORS[call.service] ?? 'InternalFailure';
  const status = fault.status ?? chooseStatus(call, code);
  const message = fault.message ?? `Fault injected by the relay into ${call.service}.${call.operation}`;
  const requestId = randomUUID();
  const headers = { 'x-amzn-requestid': requestId };

  switch (call.protocol) {
    case 'query': {
      const error = `<Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>${codeAndMessage(code, message)}</Error>`;
      const document = `<ErrorResponse>${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
      return { status, headers: { ...headers, 'content-type': 'text/xml' }, body: document };
    }
    case 'rest-xml': {
      const document = `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${codeAndMessage(code, message)}<RequestId>${requestId}</RequestId></Error>`;
      return { status, headers: { ...headers, 'content-type': 'application/xml' }, body: document };
    }
    case 'rest-json':
      return {
        status,
        headers: { ...headers, 'content-type': 'application/json', 'x-amzn-errortype': code },
        body: JSON.stringify({ message, Message: message }),
      };
    case 'cbor':
      return {
        status,
        headers: { ...headers, 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
        body: cbor.serialize({ __type: code, message }),
      };
    case 'json':
      return {
        status,
        headers: { ...headers, 'content-type': 'application/x-amz-json-1.0' },
        body: JSON.stringify({ __type: code, message, ...cancellationReasons(call, code, body) }),
      };
  }
}

/** The status AWS gives an error code, where it tells; 400 otherwise. */
function chooseStatus(call: AwsCall, code: string): number {
  if (code === 'TooManyRequestsException') return 429;
  if (code === 'AccessDenied' || (code === 'AccessDeniedException' && call.protocol.startsWith('rest'))) return 403;
  if (code.startsWith('ServiceUnavailable') || code === 'SlowDown') return 503;
  if (Object.values(INTERNAL_ERRORS).includes(code) || code.startsWith('Internal')) return 500;
  return 400;
}

const transactionSchema = z.object({ TransactItems: z.array(z.unknown()) });

/** A cancelled transaction names a reason for each of its items: here, a conflict on the first. */
function cancellationReasons(call: AwsCall, code: string, body: Buffer | undefined) {
  if (call.service !== 'dynamodb' || code !== 'TransactionCanceledException') return {};
  const transaction = transactionSchema.safeParse(parseJson(body));
  const count = transaction.success ? transaction.data.TransactItems.length : 1;
  const conflict = { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' };
  const CancellationReasons = Array.from({ length: count }, (_, item) => (item === 0 ? conflict : { Code: 'None' }));
  return { CancellationReasons };
}

function codeAndMessage(code: string, message: string): string {
  const escaped = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<Code>${code}</Code><Message>${escaped}</Message>`;
}
