import { Logger } from '@aws-lambda-powertools/logger';

const logger = new Logger();

/** The only members a log line may have: ids, codes and figures; never a name, a secret, a token or a signature. */
export interface LogFields {
  readonly requestId?: string;
  readonly changeId?: string;
  readonly companyId?: string;
  readonly tokenId?: string;
  readonly userId?: string;
  readonly deviceId?: string;
  readonly route?: string;
  readonly code?: string;
  readonly status?: number | string;
  readonly action?: string;
  readonly operation?: string;
  readonly count?: number;
  readonly durationMs?: number;
}

const ALLOWED = new Set<string>([
  'requestId',
  'changeId',
  'companyId',
  'tokenId',
  'userId',
  'deviceId',
  'route',
  'code',
  'status',
  'action',
  'operation',
  'count',
  'durationMs',
] satisfies (keyof LogFields)[]);

function allowed(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => ALLOWED.has(name)));
}

/** An error as a log may show it: names and frames. Messages may quote what they refuse, so none is written. */
function describe(error: unknown): Record<string, unknown> {
  const causes: string[] = [];
  for (let cause: unknown = error; cause instanceof Error && causes.length < 5; cause = cause.cause)
    causes.push(cause.name);
  const frames = error instanceof Error ? (error.stack?.match(/^\s+at .*$/gm) ?? []).map((line) => line.trim()) : [];
  return { errorNames: causes, frames: frames.slice(0, 10) };
}

/** Structured logs through an allowlist: what is not in {@link LogFields} is not written. */
export const log = {
  info: (message: string, fields: LogFields = {}): void => logger.info(message, allowed(fields)),
  warn: (message: string, fields: LogFields = {}, error?: unknown): void =>
    logger.warn(message, { ...allowed(fields), ...(error === undefined ? {} : describe(error)) }),
  error: (message: string, error: unknown, fields: LogFields = {}): void =>
    logger.error(message, { ...allowed(fields), ...describe(error) }),
};
