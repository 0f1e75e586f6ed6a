import type { components } from './api-schema.ts';

/** RFC 9457, with the members that single codes add. Whoever answers in the service's place may give the first three alone. */
export type Problem = Pick<components['schemas']['Problem'], 'status' | 'code' | 'title'> &
  Partial<components['schemas']['Problem']>;

/** A refusal of the service; branch on `problem.code`, never on its text. */
export class ApiProblemError extends Error {
  override readonly name = 'ApiProblemError';
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

/** The person has to sign in (again) before anything else can be asked. */
export class SignInRequiredError extends Error {
  override readonly name = 'SignInRequiredError';
}

/** True if asking again the same way may help. */
export function isPassing(error: unknown): boolean {
  if (error instanceof NoAnswerError) return true;
  return error instanceof ApiProblemError && error.problem.status >= 500;
}

/** Something between us and the service may answer with anything: what is no problem document becomes one. */
export function toApiProblemError(text: string, { status, headers }: Response): ApiProblemError {
  const seconds = Number(headers.get('retry-after'));
  return new ApiProblemError(readProblem(text, status), seconds > 0 ? seconds : undefined);
}

function readProblem(text: string, status: number): Problem {
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
