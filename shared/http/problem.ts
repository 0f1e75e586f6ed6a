import type { APIGatewayProxyResult } from 'aws-lambda';
import { PROBLEMS, ProblemError } from '../errors.ts';
import { isPassingFault } from '../passing-fault.ts';

/** A refusal as `application/problem+json` (RFC 9457), its stable code in `code`. */
export function problem(error: ProblemError, requestId: string): APIGatewayProxyResult {
  const { status, title } = PROBLEMS[error.code];
  return {
    statusCode: status,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(error.retryAfter === undefined ? {} : { 'Retry-After': String(error.retryAfter) }),
    },
    body: JSON.stringify({
      type: `urn:llavero:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
      title,
      status,
      code: error.code,
      ...error.extensions,
      requestId,
    }),
  };
}

/** Any error as a refusal: AWS's faults that pass are `UNAVAILABLE`; what the service did not mean to say is `INTERNAL`. */
export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return isPassingFault(error) ? new ProblemError('UNAVAILABLE', {}, 1) : new ProblemError('INTERNAL');
}
