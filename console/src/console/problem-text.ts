import { ApiProblemError, NoAnswerError } from '@llavero/client';
import type { TFunction } from 'i18next';

/** Describes a failure to the person, and tells if they need the bank's help. */
export interface ProblemText {
  readonly text: string;
  readonly requestId?: string;
  readonly needsSupport: boolean;
}

// The person, or somebody of their company, can set these right.
const OWN_AFFAIR = new Set([
  'VALIDATION_FAILED',
  'ADMINISTRATOR_ONLY',
  'ACTION_NOT_AVAILABLE',
  'CHANGE_ALREADY_PENDING',
  'CHANGE_CLOSED',
  'TOO_MANY_REQUESTS',
  'UNAVAILABLE',
]);

/** Every failure in words; a code this front does not know keeps its reference. */
export function problemText(error: unknown, t: TFunction): ProblemText {
  if (error instanceof NoAnswerError) return { text: t('problem.noAnswer'), needsSupport: false };
  if (!(error instanceof ApiProblemError)) return { text: t('problem.other', { code: 'FRONT' }), needsSupport: true };

  const { code, requestId } = error.problem;
  const known = t(`problem.${code}`, { defaultValue: '' });
  const wait = error.retryAfter ? ` ${t('problem.wait', { minutes: Math.ceil(error.retryAfter / 60) })}` : '';
  return {
    text: (known || t('problem.other', { code })) + wait,
    needsSupport: !OWN_AFFAIR.has(code),
    ...(requestId ? { requestId } : {}),
  };
}

/** The service's words about one field, in the reader's half of them. */
export function fieldError(error: unknown, path: string, language: string): string | undefined {
  if (!(error instanceof ApiProblemError)) return undefined;
  const found = error.problem.errors?.find((it) => it.path === path || it.path.endsWith(`.${path}`));
  if (!found) return undefined;
  const [spanish, english] = found.message.split(' · ');
  return (language === 'en' ? english : spanish) ?? found.message;
}
