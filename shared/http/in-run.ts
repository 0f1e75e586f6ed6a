import type { Context } from 'aws-lambda';
import type { ChangeReference } from '../domain/change.ts';
import { inRunTime, type RunClock } from '../run-time.ts';
import { correlate, inStory, log } from '../telemetry/log.ts';

/** The part of Lambda's context that a run needs. */
export type RunContext = Pick<Context, 'awsRequestId'> & RunClock;

/**
 * The error that tells Lambda of a run that failed. Lambda writes it into the log as it is and hands it to the caller: so
 * it has the name alone, which Step Functions matches, and neither message nor cause.
 */
class FailedRun extends Error {
  constructor(name: string) {
    super('The run failed; its line of the log says where');
    this.name = name;
  }
}

/**
 * A function's run that no person waits for. Where it fails, that is one line of its story, and the run still fails:
 * whoever called it tries again.
 */
export function inRun<T>(context: RunContext, work: () => Promise<T>): Promise<T> {
  return inStory(context.awsRequestId, async () => {
    try {
      return await inRunTime(context, work);
    } catch (error) {
      log.error('run failed', error);
      throw new FailedRun(error instanceof Error ? error.name : 'Error');
    }
  });
}

/** A run that the workflow asks for: of the story of the change that its input names. */
export function workflowTask<Input extends ChangeReference, T>(
  schema: { parse(input: unknown): Input },
  work: (input: Input) => Promise<T>,
) {
  return (input: unknown, context: RunContext): Promise<T> =>
    inRun(context, async () => {
      const parsed = schema.parse(input);
      correlate(parsed);
      return work(parsed);
    });
}
