import * as z from 'zod';

/** What stops the local cloud from coming up, said in one line to the person at the terminal. */
export class LocalCloudError extends Error {
  override readonly name = 'LocalCloudError';
}

/** One line for any thrown value. */
export function failureLine(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error).replaceAll(/\s+/g, ' ');
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? 'unknown failure';
}
