import { resolve } from 'node:path';
import { styleText } from 'node:util';

/** A mistake in how the command was called, or in what it was given to read; ends the command with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The port of a local cloud as typed; 4566 when none is. */
export function parsePort(text: string | undefined): number {
  const port = Number(text ?? 4566);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError(`--port ${text} is not a port`);
  return port;
}

/** A path as the person meant it: npm runs its scripts in the project's folder, wherever the person is. */
export function fromWhereCalled(script: string, path: string): string {
  const folder = process.env.npm_lifecycle_event === script ? process.env.INIT_CWD : undefined;
  return resolve(folder ?? '.', path);
}

/** Runs a command; a failure becomes one clear line and exit code 1, or 2 when the call itself was wrong. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error(styleText('red', describe(error), { stream: process.stderr }));
    process.exitCode = isUsageError(error) ? 2 : 1;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isUsageError(error)) return `${error.message} (see --help)`;
  // The SDK's connection errors may come without a message of their own.
  return error.message || ('code' in error ? String(error.code) : error.name);
}

function isUsageError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return error instanceof UsageError || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'));
}
