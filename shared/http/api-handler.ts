import middy from '@middy/core';
import httpCors from '@middy/http-cors';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { CallerKind, User } from '../domain/user.ts';
import { PROBLEMS } from '../errors.ts';
import { inRunTime } from '../run-time.ts';
import { calledBy, inStory, log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { loadCaller, readSignedInAt, readSubject, type Subject } from './caller.ts';
import { header, parseWith, readQuery } from './parse.ts';
import { asProblem, problem } from './problem.ts';
import { emptySchema } from './schemas.ts';

/** The input of a route; a part that is not given must be empty. */
interface RouteInput<K extends CallerKind, P extends z.ZodMiniType, Q extends z.ZodMiniType, B> {
  readonly caller: K;
  readonly path?: P;
  readonly query?: Q;
  readonly body?: (event: APIGatewayProxyEvent) => B;
  /** Checks headers before the caller is looked up: what it returns is the request's `headers`. */
  readonly headers?: (get: (name: string) => string | undefined) => Readonly<Record<string, string>>;
}

/** A request past the edge: parsed, and its caller known. */
export interface ApiRequest<K extends CallerKind, P, Q, B> {
  readonly caller: Caller<K>;
  readonly path: P;
  readonly query: Q;
  readonly body: B;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** When the caller signed in, by the token; undefined of a system. */
  readonly signedInAt: Date | undefined;
}

/** The person, or of them only who they say they are; a system has none behind it. */
type Caller<K extends CallerKind> = K extends 'SYSTEM' ? undefined : K extends 'SUBJECT' ? Subject : User;

export interface ApiResponse {
  readonly status: 200 | 201 | 202 | 204;
  readonly body?: unknown;
  /** In place of a body: a text of CSV, and where the next page of it is. */
  readonly csv?: string;
  readonly link?: string;
}

/**
 * The one middleware stack of every route: parses (400, 413, 415), then looks the caller up (403), then handles.
 * Every error leaves as a problem; only its code and what it carries is told.
 */
export function apiHandler<
  K extends CallerKind,
  P extends z.ZodMiniType = typeof emptySchema,
  Q extends z.ZodMiniType = typeof emptySchema,
  B = undefined,
>(
  world: Uses<'tables', 'origins'>,
  input: RouteInput<K, P, Q, B>,
  handle: (request: ApiRequest<K, z.output<P>, z.output<Q>, B>) => Promise<ApiResponse>,
) {
  const path = input.path ?? emptySchema;
  const query = input.query ?? emptySchema;

  async function serve(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
    const subject = readSubject(event, input.caller);
    // First of all, so that the line of every refusal says whose it is.
    if (subject) calledBy(subject);
    const request = {
      path: parseWith(path, event.pathParameters ?? {}) as z.output<P>,
      query: parseWith(query, readQuery(event)) as z.output<Q>,
      headers: input.headers?.((name) => header(event, name)) ?? {},
      body: input.body?.(event) as B,
    };
    const caller = (await loadCaller(world, subject, input.caller)) as Caller<K>;
    const { requestId } = event.requestContext;
    return respond(await handle({ ...request, caller, requestId, signedInAt: readSignedInAt(event) }));
  }

  const stack = middy()
    .use(httpCors({ origins: [...world.settings.origins], exposeHeaders: 'Retry-After,Link' }))
    .use({
      // Assigned, not returned: a returned response would keep the CORS middleware from adding its headers.
      onError: (request) => {
        request.response = refuse(request.event, request.error);
      },
    })
    .handler(serve as (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>);

  return (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> =>
    inStory(event.requestContext.requestId, () => inRunTime(context, () => stack(event, context)));
}

function respond({ status, body, csv, link }: ApiResponse): APIGatewayProxyResult {
  const json = body === undefined ? undefined : JSON.stringify(body);
  const contentType = csv === undefined ? json && 'application/json' : 'text/csv; charset=utf-8; header=present';
  return {
    statusCode: status,
    headers: {
      'Cache-Control': 'no-store',
      ...(contentType ? { 'Content-Type': contentType } : {}),
      ...(link ? { Link: link } : {}),
    },
    body: csv ?? json ?? '',
  };
}

function refuse(event: APIGatewayProxyEvent, error: unknown): APIGatewayProxyResult {
  const { requestId } = event.requestContext;
  const refusal = asProblem(error);
  const { status } = PROBLEMS[refusal.code];
  const fields = { route: `${event.httpMethod} ${event.resource}`, code: refusal.code, status };
  if (status >= 500) log.error('request failed', error, fields);
  else log.info('request refused', fields);
  count('Refusals', refusal.code);
  return problem(refusal, requestId);
}
