import { eventually } from './eventually.ts';
import { stack } from './stack.ts';

/** An answer of the API, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown;
}

export interface CallOptions {
  readonly body?: unknown;
  /** Sent as it is, for bodies that no serializer writes. */
  readonly rawBody?: string;
  readonly headers?: Record<string, string>;
}

/** One call of the API, with an access token or (null) without. */
export async function call(
  accessToken: string | null,
  method: string,
  path: string,
  { body, rawBody, headers = {} }: CallOptions = {},
): Promise<Answer> {
  const sent = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${stack().apiUrl}${path}`, {
    method,
    headers: {
      ...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

/** Calls as a good client does: who is told 503, for races may be lost too often, sends the same again. */
export function patiently(send: () => Promise<Answer>): Promise<Answer> {
  return eventually(send, ({ status }) => status !== 503);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Asserts a refusal: its status, its code, and that nothing but the named members is said beside them. */
export function expectProblem(
  answer: Answer,
  status: number,
  code: string,
  members: Record<string, unknown> = {},
): void {
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: {
      type: expect.any(String),
      title: expect.any(String),
      status,
      code,
      requestId: expect.any(String),
      ...members,
    },
  });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
}

/** A refusal's body without what differs from request to request: refusals that must tell nothing apart are equal in it. */
export function indistinct(answer: Answer): unknown {
  const body = typeof answer.body === 'object' && answer.body !== null ? answer.body : { body: answer.body };
  return { status: answer.status, ...body, requestId: null };
}
