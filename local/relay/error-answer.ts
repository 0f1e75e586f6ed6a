import { randomUUID } from 'node:crypto';
import { cbor } from '@smithy/core/cbor';
import type { AwsCall } from './aws-call.ts';

/** An error as a service tells it. */
export interface ServiceError {
  readonly code?: string | undefined;
  readonly status?: number | undefined;
  readonly message?: string | undefined;
  /** Further members of the answer, where it is JSON. */
  readonly more?: object;
}

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
export function errorAnswer(call: AwsCall, error: ServiceError): WireAnswer {
  const { code = INTERNAL_ERRORS[call.service] ?? 'InternalFailure', more } = error;
  const { status = chooseStatus(call, code) } = error;
  const { message = `Fault injected by the relay into ${call.service}.${call.operation}` } = error;
  const requestId = randomUUID();
  const escaped = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const xml = `<Code>${code}</Code><Message>${escaped}</Message>`;
  const request = `<RequestId>${requestId}</RequestId>`;

  const answer = (type: string, body: string | Uint8Array, headers: Record<string, string> = {}): WireAnswer => ({
    status,
    headers: { 'x-amzn-requestid': requestId, 'content-type': type, ...headers },
    body,
  });
  switch (call.protocol) {
    case 'query': {
      const type = `<Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>`;
      return answer('text/xml', `<ErrorResponse><Error>${type}${xml}</Error>${request}</ErrorResponse>`);
    }
    case 'rest-xml':
      return answer('application/xml', `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${xml}${request}</Error>`);
    case 'rest-json':
      return answer('application/json', JSON.stringify({ message, Message: message }), { 'x-amzn-errortype': code });
    case 'cbor':
      return answer('application/cbor', cbor.serialize({ __type: code, message }), {
        'smithy-protocol': 'rpc-v2-cbor',
      });
    case 'json':
      return answer('application/x-amz-json-1.0', JSON.stringify({ __type: code, message, ...more }));
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
