import { parseArgs } from 'node:util';
import { LocalCloudError } from './failure.ts';

/** What a person can choose about a local cloud. */
export interface LocalOptions {
  readonly port: number;
  readonly holdSeconds: number;
  readonly demo: boolean;
  readonly keep: boolean;
  /** Whether the console and the phone page are built and served. */
  readonly pages: boolean;
}

export const DEFAULT_PORT = 4566;

/** Reads the options of `npm start` and `npm run local:up`. */
export function parseUpOptions(args: readonly string[]): LocalOptions {
  const values = parse(args, {
    port: { type: 'string' },
    'hold-seconds': { type: 'string' },
    'no-demo': { type: 'boolean' },
    keep: { type: 'boolean' },
    'no-pages': { type: 'boolean' },
  });
  return {
    port: wholeNumber('--port', values.port, DEFAULT_PORT, 1024, 65_535),
    holdSeconds: wholeNumber('--hold-seconds', values['hold-seconds'], 600, 1, 600),
    demo: values['no-demo'] !== true,
    keep: values.keep === true,
    pages: values['no-pages'] !== true,
  };
}

/** Reads the options of `npm run local:down`. */
export function parseDownOptions(args: readonly string[]): Pick<LocalOptions, 'port'> {
  const values = parse(args, { port: { type: 'string' } });
  return { port: wholeNumber('--port', values.port, DEFAULT_PORT, 1024, 65_535) };
}

/** Reads the options of `npm run local:watch`. */
export function parseWatchOptions(args: readonly string[]): Pick<LocalOptions, 'port'> & { readonly help: boolean } {
  const values = parse(args, { port: { type: 'string' }, help: { type: 'boolean' } });
  return { port: wholeNumber('--port', values.port, DEFAULT_PORT, 1024, 65_535), help: values.help === true };
}

function parse(args: readonly string[], options: Record<string, { type: 'string' | 'boolean' }>) {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new LocalCloudError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(
  name: string,
  value: string | boolean | undefined,
  fallback: number,
  minimum: number,
  maximum: number,
): number {
  if (value === undefined) return fallback;
  const number = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= minimum && number <= maximum) return number;
  throw new LocalCloudError(`${name} must be a whole number from ${minimum} to ${maximum}, not "${value}"`);
}
