import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import * as z from 'zod/mini';
import { hintSettings } from './clients.ts';
import type { Change, ChangeStatus } from './domain/change.ts';
import { requireEnv } from './env.ts';
import { log } from './logger.ts';

const sfn = new SFNClient(hintSettings);

/** What the workflow and its functions are told of a change: ids only, none of which ever changes. */
export const changeReferenceSchema = z.object({
  changeId: z.string(),
  companyId: z.string(),
  tokenId: z.string(),
  requestId: z.string(),
});
export type ChangeReference = z.infer<typeof changeReferenceSchema>;

/** The errors that say a task was answered, timed out or never was: DynamoDB says what became of the change. */
const CLOSED_TASK = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);

/**
 * The name of a change's execution. A name that has ended is refused for 90 days, so that each later attempt has its
 * own; of the characters that AWS takes, these are also those that it can log.
 */
function executionName(changeId: string, attempt: number): string {
  return attempt === 1 ? changeId : `${changeId}-${attempt}`;
}

/** Starts an execution of the change; false where it was started before. Throws where the engine refuses. */
export async function startHold(
  { changeId, companyId, tokenId, requestId }: ChangeReference,
  attempt = 1,
): Promise<boolean> {
  const input: ChangeReference = { changeId, companyId, tokenId, requestId };
  try {
    await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: requireEnv('STATE_MACHINE_ARN'),
        name: executionName(changeId, attempt),
        input: JSON.stringify(input),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}

/** Tells the waiting execution that its change is decided. A hint: it may be lost, late or doubled without harm. */
export async function answerHold(
  taskToken: string | undefined,
  change: Pick<Change, 'changeId' | 'status'>,
): Promise<void> {
  if (taskToken === undefined) return;
  try {
    const outcome: { outcome: ChangeStatus } = { outcome: change.status };
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(outcome) }));
  } catch (error) {
    if (error instanceof Error && CLOSED_TASK.has(error.name)) return;
    log.warn('hold not answered; the reconciler will see to it', { changeId: change.changeId }, error);
  }
}

function executionArn(changeId: string, attempt: number): string {
  const executions = requireEnv('STATE_MACHINE_ARN').replace(':stateMachine:', ':execution:');
  return `${executions}:${executionName(changeId, attempt)}`;
}

/** What is known of a change's execution. Throws where the engine refuses. */
export async function executionState(changeId: string, attempt: number): Promise<'NONE' | 'RUNNING' | 'ENDED'> {
  try {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: executionArn(changeId, attempt) }));
    return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'RUNNING' : 'ENDED';
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return 'NONE';
    throw error;
  }
}

/** Ends the execution of a change that is closed. */
export async function stopHold(changeId: string, attempt: number): Promise<void> {
  const arn = executionArn(changeId, attempt);
  try {
    await sfn.send(new StopExecutionCommand({ executionArn: arn, cause: 'The change is closed' }));
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist)) throw error;
  }
}
