import { supportAt } from '../../shared/domain/support.ts';
import { PROBLEMS, type ProblemCode, ProblemError, type ProblemExtensions } from '../../shared/errors.ts';
import { problem } from '../../shared/http/problem.ts';
import type { Json } from './components.ts';

const CHANGE_ID = '4a9243cfe96604299d7e66718d48f47fd5146e889260d1059875108e07985dc0';
const REQUEST_ID = '5f0e2c1a-6c1b-4c55-9c0e-0b7d3a3f2a11';
const NOW = new Date('2026-01-05T15:00:00.000Z');

/** The members of a refusal beside its code. */
const EXTENSIONS: Partial<Record<ProblemCode, ProblemExtensions>> = {
  VALIDATION_FAILED: { errors: [{ path: 'reason', message: 'No válido · Not valid' }] },
  DUPLICATE_MEMBER: { errors: [{ path: 'reason', message: 'Está repetido · It is repeated' }] },
  BINDING_CODE_MISMATCH: { attemptsLeft: 2 },
  CHANGE_ALREADY_PENDING: { change: { changeId: CHANGE_ID, status: 'PENDING_AUTHORIZATION' } },
  CHANGE_CLOSED: { change: { changeId: CHANGE_ID, status: 'EXPIRED' } },
  CHANGE_NOT_APPLIED: { change: { changeId: CHANGE_ID, status: 'CANCELLED' } },
  NO_APPROVER_AVAILABLE: { support: supportAt(NOW) },
};

const RETRY_AFTER: Partial<Record<ProblemCode, number>> = { TOO_MANY_REQUESTS: 60, UNAVAILABLE: 1 };

/** Refusals of the gateway itself, which no function sees. */
const OF_THE_GATEWAY = {
  UNAUTHENTICATED: { status: 401, title: 'Sign in first' },
  FORBIDDEN: { status: 403, title: 'This call is not allowed' },
} as const;

export type ToldCode = ProblemCode | keyof typeof OF_THE_GATEWAY;

/** Refusals that any call may get. */
export const COMMON: readonly ToldCode[] = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'VALIDATION_FAILED',
  'USER_DISABLED',
  'TOO_MANY_REQUESTS',
  'INTERNAL',
  'UNAVAILABLE',
];

export function problemStatus(code: ToldCode): number {
  return { ...PROBLEMS, ...OF_THE_GATEWAY }[code].status;
}

/** One example of each of these refusals, as the service answers it. */
export function problemExamples(codes: Iterable<ToldCode>): Json {
  return Object.fromEntries([...codes].sort().map((code) => [code, { summary: code, value: buildProblem(code) }]));
}

function buildProblem(code: ToldCode): unknown {
  if (code === 'UNAUTHENTICATED' || code === 'FORBIDDEN') {
    const { status, title } = OF_THE_GATEWAY[code];
    return { type: 'about:blank', title, status, code, requestId: REQUEST_ID };
  }
  return JSON.parse(problem(new ProblemError(code, EXTENSIONS[code], RETRY_AFTER[code]), REQUEST_ID).body);
}
