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

/** Starts the change's execution; one that exists already is success. Throws where the engine refuses. */
export async function startHold({ changeId, companyId, tokenId, requestId }: ChangeReference): Promise<void> {
  const input: ChangeReference = { changeId, companyId, tokenId, requestId };
  try {
    await sfn.send(
      new StartExecutionCommand({
        stateMachineArn: requireEnv('STATE_MACHINE_ARN'),
        name: changeId,
        input: JSON.stringify(input),
      }),
    );
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
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

function executionArn(changeId: string): string {
  return `${requireEnv('STATE_MACHINE_ARN').replace(':stateMachine:', ':execution:')}:${changeId}`;
}

/** Whether the change's execution is known to have ended; one that does not exist has. Throws where the engine refuses. */
export async function hasEnded(changeId: string): Promise<boolean> {
  try {
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: executionArn(changeId) }));
    return status !== 'RUNNING' && status !== 'PENDING_REDRIVE';
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return true;
    throw error;
  }
}

/** Ends the execution of a change that is closed. */
export async function stopHold(changeId: string): Promise<void> {
  try {
    await sfn.send(new StopExecutionCommand({ executionArn: executionArn(changeId), cause: 'The change is closed' }));
  } catch (error) {
    if (!(error instanceof ExecutionDoesNotExist)) throw error;
  }
}
