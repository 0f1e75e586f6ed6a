import { RefusalError } from '../../../phone/protocol/index.ts';

/** True if asking again the same way may help: no answer at all, or one that is the service's own trouble. */
export function isPassing(error: unknown): boolean {
  if (error instanceof RefusalError) return error.status >= 500;
  // The errors of fetch: no network, or a time-out.
  return error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError');
}
