import createClient from 'openapi-fetch';
import type { paths } from './api-schema.d.ts';
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

// A little longer than the gateway's own limit.
const TIMEOUT_MS = 30_000;

/** The service's operations, each with its path, its parameters and its answer as the OpenAPI document says. */
export type Service = ReturnType<typeof createService>;

/**
 * Calls to the service as the signed-in person.
 *
 * @throws ProblemError for a refusal, NoAnswerError where none came, SignInRequiredError where the sign-in ended.
 */
export function createService(apiUrl: string, session: Session) {
  async function send(request: Request): Promise<Response> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      request.headers.set('authorization', `Bearer ${await session.accessToken()}`);
      return await fetch(request, { signal: AbortSignal.any([request.signal, timeout]), cache: 'no-store' });
    } catch (error) {
      if (request.signal.aborted || error instanceof SignInRequiredError) throw error;
      throw new NoAnswerError('No answer', { cause: error });
    }
  }

  async function sendSignedIn(request: Request): Promise<Response> {
    const again = request.clone();
    let response = await send(request);
    if (response.status === 401) {
      await renew(session);
      response = await send(again);
    }
    if (response.status === 401) {
      session.end();
      throw new SignInRequiredError('The service refused the sign-in');
    }
    const text = await readText(response);
    if (!response.ok) throw new ProblemError(toProblem(text, response), retryAfter(response));
    return new Response(text, response);
  }

  // A list has another form too, which no page asks for.
  return createClient<paths, 'application/json'>({ baseUrl: apiUrl, fetch: sendSignedIn });
}

/** The body of an answer; a refusal is thrown before. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await call;
  return data as NonNullable<T>;
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

/** Something between us and the service may answer with anything: what is no problem document becomes one. */
function toProblem(text: string, { status }: Response): Problem {
  const problem = parseJson(text) as Partial<Problem> | null;
  if (problem && typeof problem === 'object' && typeof problem.code === 'string') {
    return { ...problem, status, code: problem.code, title: problem.title ?? problem.code };
  }
  return { status, code: status >= 500 ? 'INTERNAL' : `HTTP_${status}`, title: `HTTP ${status}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
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
