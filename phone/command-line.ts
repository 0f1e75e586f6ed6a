import { styleText } from 'node:util';
import { ProblemError, visibleText } from './protocol/index.ts';

/** A mistake in how the command was called. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The port of a local cloud as typed; 4566 when none is. */
export function parsePort(text: string | undefined): number {
  const port = Number(text ?? 4566);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError(`--port ${text} is not a port`);
  return port;
}

/** Runs a command; a failure becomes one line and exit code 1, or 2 when the call itself was wrong. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error(styleText('red', describe(error), { stream: process.stderr }));
    process.exitCode = isUsageError(error) ? 2 : 1;
  }
}

function describe(error: unknown): string {
  if (error instanceof ProblemError) {
    const left = error.attemptsLeft === undefined ? '' : ` (tries left: ${error.attemptsLeft})`;
    return visibleText(`${error.code}: ${error.message}${left}`);
  }
  if (isUsageError(error)) return visibleText(`${error.message} (see --help)`);
  if (isUnreachable(error)) return 'The service cannot be reached: is the local cloud running?';
  return visibleText(error instanceof Error ? error.message : String(error));
}

function isUsageError(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return error instanceof UsageError || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS'));
}

function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'fetch failed';
}
