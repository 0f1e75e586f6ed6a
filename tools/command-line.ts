import { resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs, styleText } from 'node:util';
import * as z from 'zod/mini';

/** Exit codes of a command that did not succeed; 0 is success. */
const EXIT_CODES = { failed: 1, misused: 2 } as const;

/** A mistake in how the command was called, or in what it was given to read. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ options: T; allowPositionals: true }>>;

/** The option values of a command with such options. */
export type Values<T extends Options> = Parsed<T>['values'];

export interface CommandLine<T extends Options> {
  /** Shown for `--help`, which every command has. */
  readonly help: string;
  readonly options: T;
  readonly allowPositionals?: boolean;
  /** Says a failure in the command's own words; undefined leaves it to the error's message. */
  readonly explain?: (error: unknown) => string | undefined;
}

/** Runs a command on this process's arguments; a failure becomes one line and an exit code. */
export async function runCommand<const T extends Options>(
  { help, options, allowPositionals = false, explain }: CommandLine<T>,
  command: (values: Values<T>, positionals: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    const { values, positionals } = parse({ ...options, help: { type: 'boolean', default: false } }, allowPositionals);
    if (values.help) console.log(help);
    else await command(values as Values<T>, positionals);
  } catch (error) {
    const misused = error instanceof UsageError;
    const line = `${explain?.(error) ?? failureLine(error)}${misused ? ' (see --help)' : ''}`;
    console.error(styleText('red', line, { stream: process.stderr }));
    process.exitCode = misused ? EXIT_CODES.misused : EXIT_CODES.failed;
  }
}

/** One line for any thrown value. */
export function failureLine(error: unknown): string {
  if (error instanceof z.core.$ZodError) return z.prettifyError(error).replaceAll(/\s+/g, ' ');
  if (!(error instanceof Error)) return String(error);
  // The SDK's connection errors may come without a message of their own.
  const text = error.message || ('code' in error ? String(error.code) : error.name);
  return text.split('\n', 1).join();
}

function parse(options: Options, allowPositionals: boolean) {
  try {
    return parseArgs({ args: process.argv.slice(2), options, allowPositionals });
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

/** A whole number as typed, or another where none is. */
export function parseWholeNumber(
  option: string,
  text: string | undefined,
  { from, to, otherwise }: { readonly from: number; readonly to: number; readonly otherwise: number },
): number {
  if (text === undefined) return otherwise;
  const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= from && number <= to) return number;
  throw new UsageError(`${option} must be a whole number from ${from} to ${to}, not "${text}"`);
}

/** The port of a local cloud as typed; 4566 when none is. */
export function parsePort(text: string | undefined): number {
  return parseWholeNumber('--port', text, { from: 1024, to: 65_535, otherwise: 4566 });
}

/** Which deployment a command talks to: a local cloud by its port, or a stage on AWS. */
export type Target = { readonly port: number } | { readonly stage: string };

/** Options that every command has which talks to a deployment. */
export const TARGET_OPTIONS = { port: { type: 'string' }, stage: { type: 'string' } } as const;

/** The deployment that a command's `--port` or `--stage` names: the local cloud on the usual port where neither does. */
export function parseTarget({ port, stage }: { port?: string | undefined; stage?: string | undefined }): Target {
  if (port !== undefined && stage !== undefined) throw new UsageError('Give --port or --stage, not both');
  return stage === undefined ? { port: parsePort(port) } : { stage };
}

/** A path as the person meant it: npm runs its scripts in the project's folder, wherever the person is. */
export function fromWhereCalled(script: string, path: string): string {
  const folder = process.env.npm_lifecycle_event === script ? process.env.INIT_CWD : undefined;
  return resolve(folder ?? '.', path);
}
