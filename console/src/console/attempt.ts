import type { ChangeRequest } from './api-types.ts';

interface Attempt {
  readonly fingerprint: string;
  readonly key: string;
  readonly startedAt: number;
  /** It was sent at least once without a clear answer: the service may have made the change. */
  readonly uncertain: boolean;
}

const ATTEMPT_KEY = 'llavero.attempt';
// As long as a change is held at most; afterwards the same request is a new one.
const ATTEMPT_MS = 10 * 60_000;

/**
 * The Idempotency-Key of a request: the same for the same request until a change answers it, a reload or a sign-in in
 * between included. A refusal uses up no key. Only a digest of the request is kept.
 */
export async function attemptKey(tokenId: string, request: ChangeRequest): Promise<string> {
  const fingerprint = await digest([tokenId, request.action, request.reason, request.note ?? null]);
  const previous = storedAttempt();
  if (previous?.fingerprint === fingerprint && Date.now() - previous.startedAt < ATTEMPT_MS) return previous.key;
  const attempt: Attempt = { fingerprint, key: crypto.randomUUID(), startedAt: Date.now(), uncertain: false };
  sessionStorage.setItem(ATTEMPT_KEY, JSON.stringify(attempt));
  return attempt.key;
}

/** A call with the current key got no clear answer. */
export function markUncertain(): void {
  const attempt = storedAttempt();
  if (attempt) sessionStorage.setItem(ATTEMPT_KEY, JSON.stringify({ ...attempt, uncertain: true }));
}

/** The service may have made the change of the current attempt, although no answer said so. */
export function isUncertain(): boolean {
  return storedAttempt()?.uncertain ?? false;
}

/** The request was answered with a change: the next one is another. */
export function attemptAnswered(): void {
  sessionStorage.removeItem(ATTEMPT_KEY);
}

function storedAttempt(): Attempt | undefined {
  const stored = sessionStorage.getItem(ATTEMPT_KEY);
  return stored ? (JSON.parse(stored) as Attempt) : undefined;
}

async function digest(value: unknown): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(value)));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
