import { failureLine } from '../tools/command-line.ts';
import { RefusalError, visibleText } from './protocol/index.ts';

/** A failure in the phone's words; what the service wrote in it is shown with nothing hidden. */
export function explain(error: unknown): string {
  if (error instanceof RefusalError) {
    const left = error.attemptsLeft === undefined ? '' : ` (tries left: ${error.attemptsLeft})`;
    return visibleText(`${error.code}: ${error.message}${left}`);
  }
  if (error instanceof TypeError && error.message === 'fetch failed') {
    return 'The service cannot be reached: is the local cloud running?';
  }
  return visibleText(failureLine(error));
}
