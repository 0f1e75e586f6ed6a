import type { APIGatewayProxyEvent } from 'aws-lambda';
import type * as z from 'zod/mini';
import { parseStrictJson } from '../domain/strict-json.ts';
import { ProblemError } from '../errors.ts';
import { header, parseWith } from './parse.ts';

const MAXIMUM_BODY_BYTES = 16 * 1024;

/**
 * Reads the JSON body of a request as its schema has it; apart, so that a route without a body has no reader of JSON.
 *
 * @throws ProblemError 415, 413 or 400, in this order.
 */
export function jsonBody<T extends z.ZodMiniType>(schema: T) {
  return (event: APIGatewayProxyEvent): z.output<T> => {
    const mediaType = header(event, 'Content-Type')?.split(';')[0]?.trim().toLowerCase();
    if (mediaType !== 'application/json') throw new ProblemError('UNSUPPORTED_MEDIA_TYPE');
    const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    if (bytes.length > MAXIMUM_BODY_BYTES) throw new ProblemError('BODY_TOO_LARGE');
    return parseWith(schema, parseStrictJson(decodeUtf8(bytes)), 'body');
  };
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ProblemError('MALFORMED_JSON');
  }
}
