import type { APIGatewayProxyEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import es from 'zod/v4/locales/es.js';
import { type FieldError, validationFailed } from '../errors.ts';

const spanish = es().localeError;
const english = en().localeError;
type LocaleError = typeof english;

function text(message: ReturnType<LocaleError>): string {
  return typeof message === 'string' ? message : (message?.message ?? '');
}

z.config({ localeError: (issue) => `${text(spanish(issue))} · ${text(english(issue))}` });

/**
 * A value as its schema has it.
 *
 * @throws ProblemError `VALIDATION_FAILED` with one error per bad field, each by its dotted path under `root`.
 */
export function parseWith<T extends z.ZodMiniType>(schema: T, value: unknown, root?: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw validationFailed(...result.error.issues.flatMap((issue) => fieldErrors(issue, root)));
}

function fieldErrors(issue: z.core.$ZodIssue, root: string | undefined): FieldError[] {
  const at = (path: readonly PropertyKey[]) => [...path.map(String)].join('.') || (root ?? '');
  if (issue.code !== 'unrecognized_keys') return [{ path: at(issue.path), message: issue.message }];
  return issue.keys.map((key) => ({
    path: at([...issue.path, key]),
    message: 'Dato no admitido · Member not accepted',
  }));
}

/** A header by its name in any case; undefined where it is missing. */
export function header(event: APIGatewayProxyEvent, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const found = Object.entries(event.headers ?? {}).find(([candidate]) => candidate.toLowerCase() === wanted);
  return found?.[1];
}

/** The query parameters, each given once. */
export function readQuery(event: APIGatewayProxyEvent): Record<string, string> {
  const repeated = Object.entries(event.multiValueQueryStringParameters ?? {}).filter(
    ([, values]) => (values?.length ?? 0) > 1,
  );
  if (repeated.length > 0) {
    throw validationFailed(...repeated.map(([path]) => ({ path, message: 'Está repetido · It is repeated' })));
  }
  return Object.fromEntries(
    Object.entries(event.queryStringParameters ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
