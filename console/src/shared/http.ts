import { type Session, SignInRequiredError } from './session.ts';

/** RFC 9457, with the members that single codes add. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly requestId?: string;
  /** With `CHANGE_ALREADY_PENDING`: the change that is in the way. */
  readonly change?: { readonly changeId: string; readonly status: string };
}

/** A refusal of the service; branch on `problem.code`, never on its text. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  /** Seconds to wait, where the service said so. */
  readonly retryAfter: number | undefined;

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.code);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** No answer came: whether the service acted is not known, so a repetition has to be harmless. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

export interface Call {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** The answer as it is, byte for byte: what is signed must not be written anew. */
  readonly asText?: true;
}

export type Http = <T>(path: string, call?: Call) => Promise<T>;

// A little longer than the gateway's own limit.
const TIMEOUT_MS = 30_000;

/** Calls to the service as the signed-in person. */
export function createHttp(apiUrl: string, session: Session): Http {
  async function send(path: string, call: Call): Promise<Response> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const token = await session.accessToken();
      return await fetch(`${apiUrl}${path}`, {
        method: call.method ?? 'GET',
        headers: {
          authorization: `Bearer ${token}`,
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(call.idempotencyKey === undefined ? {} : { 'idempotency-key': call.idempotencyKey }),
        },
        signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
        cache: 'no-store',
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
    } catch (error) {
      if (call.signal?.aborted || error instanceof SignInRequiredError) throw error;
      throw new NoAnswerError('No answer', { cause: error });
    }
  }

  return async function http<T>(path: string, call: Call = {}): Promise<T> {
    let response = await send(path, call);
    if (response.status === 401) {
      await renew(session);
      response = await send(path, call);
    }
    if (response.status === 401) {
      session.end();
      throw new SignInRequiredError('The service refused the sign-in');
    }
    if (response.ok && call.asText) return (await readText(response)) as T;
    const body = await readJson(response);
    if (response.ok) return body as T;
    throw new ProblemError(toProblem(body, response), retryAfter(response));
  };
}

/** A login that cannot be reached has ended no sign-in: what was asked has just no answer yet. */
async function renew(session: Session): Promise<void> {
  try {
    await session.renew();
  } catch (error) {
    throw new NoAnswerError('The sign-in could not be renewed', { cause: error });
  }
}

async function readText(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw new NoAnswerError('The answer broke off', { cause: error });
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    const text = await response.text();
    return text === '' ? null : JSON.parse(text);
  } catch (error) {
    if (response.ok) throw new NoAnswerError('The answer broke off', { cause: error });
    return null;
  }
}

/** Something between us and the service may answer with anything: what is no problem document becomes one. */
function toProblem(body: unknown, { status }: Response): Problem {
  const problem = body as Partial<Problem> | null;
  if (problem && typeof problem === 'object' && typeof problem.code === 'string') {
    return { ...problem, status, code: problem.code, title: problem.title ?? problem.code };
  }
  return { status, code: status >= 500 ? 'INTERNAL' : `HTTP_${status}`, title: `HTTP ${status}` };
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

/** True if asking again the same way may help. */
export function isPassing(error: unknown): boolean {
  if (error instanceof NoAnswerError) return true;
  return error instanceof ProblemError && error.problem.status >= 500;
}
