import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@aws-lambda-powertools/logger';
import { count } from './metrics.ts';

let made: Logger | undefined;

/** Made when the first line is written: it reads its settings from the environment. */
function logger(): Logger {
  made ??= new Logger();
  return made;
}

/** The members of every line of one piece of work, however deep it is written. */
interface Story {
  /** The web request that began it all: of a change, the one that asked for it, whoever acts now. */
  correlationId: string;
  /** The request, or the execution's or function's run, that writes the line. */
  readonly requestId: string;
  /** The person who called, by the opaque id that their token has. */
  userId?: string;
}

const stories = new AsyncLocalStorage<Story>();

/** Does one piece of work: each line it logs bears both ids. The correlation id is the request's until more is known. */
export function inStory<T>(requestId: string, work: () => T): T {
  return stories.run({ requestId, correlationId: requestId }, work);
}

/** Does a part of the work as a story of its own: what is learned in it is not said of the rest. */
export function inStoryApart<T>(work: () => T): T {
  const story = stories.getStore();
  return story ? stories.run({ ...story }, work) : work();
}

/** From here on the work is about this change: its lines bear the id of the request that asked for it. */
export function correlate({ requestId }: { readonly requestId: string }): void {
  const story = stories.getStore();
  if (story) story.correlationId = requestId;
}

/** From here on the lines say who called. */
export function calledBy({ userId }: { readonly userId: string }): void {
  const story = stories.getStore();
  if (story) story.userId = userId;
}

/** The only members a log line may have: ids, codes and figures; never a name, a secret, a token or a signature. */
export interface LogFields {
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
  return {
    ...stories.getStore(),
    ...Object.fromEntries(Object.entries(fields).filter(([name]) => ALLOWED.has(name))),
  };
}

/** The names by which AWS's services say that a role may not do what it tried. */
const REFUSED_PERMISSION = /^(?:AccessDenied|AuthorizationError|UnauthorizedOperation)/;

/** An error as a log may show it: names and frames. Messages may quote what they refuse, so none is written. */
function describe(error: unknown): Record<string, unknown> {
  const causes: string[] = [];
  for (let cause: unknown = error; cause instanceof Error && causes.length < 5; cause = cause.cause)
    causes.push(cause.name);
  if (causes.some((name) => REFUSED_PERMISSION.test(name))) count('PermissionsRefused');
  const frames = error instanceof Error ? (error.stack?.match(/^\s+at .*$/gm) ?? []).map((line) => line.trim()) : [];
  return { errorNames: causes, frames: frames.slice(0, 10) };
}

/** Builds the members by which a line tells its change. */
export function aboutChange(change: {
  readonly changeId: string;
  readonly companyId: string;
  readonly tokenId: string;
  readonly action: string;
}): LogFields {
  const { changeId, companyId, tokenId, action } = change;
  return { changeId, companyId, tokenId, action };
}

/** Structured logs through an allowlist: what is not in {@link LogFields} is not written. */
export const log = {
  info: (message: string, fields: LogFields = {}): void => logger().info(message, allowed(fields)),
  warn: (message: string, fields: LogFields = {}, error?: unknown): void =>
    logger().warn(message, { ...allowed(fields), ...(error === undefined ? {} : describe(error)) }),
  error: (message: string, error: unknown, fields: LogFields = {}): void =>
    logger().error(message, { ...allowed(fields), ...describe(error) }),
};
