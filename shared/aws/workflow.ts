import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { type Change, type ChangeStatus, type HeldChange, holdInput } from '../domain/change.ts';
import type { Environment } from '../env.ts';
import { log } from '../telemetry/log.ts';
import { hintSettings } from './clients.ts';

/** The errors that say a task was answered, timed out or never was: DynamoDB says what became of the change. */
const CLOSED_TASK = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);

/**
 * The name of a change's execution. AWS refuses the name of an ended execution for 90 days, so each later attempt has
 * its own. Of the characters that AWS takes, these are those that it can log.
 */
function executionName(changeId: string, attempt: number): string {
  return attempt === 1 ? changeId : `${changeId}-${attempt}`;
}

/** The state machine that holds changes. It waits; what is true is decided in the table. */
export class Workflow {
  private readonly client: Pick<SFNClient, 'send'>;
  private readonly arn: string | undefined;

  /** @param stateMachineArn left out, the workflow can only be answered. */
  constructor(client: Pick<SFNClient, 'send'>, stateMachineArn: string | undefined) {
    this.client = client;
    this.arn = stateMachineArn;
  }

  private get stateMachineArn(): string {
    if (this.arn === undefined) throw new Error('This function has no state machine');
    return this.arn;
  }

  /** Starts an execution of the change; false where it was started before. Throws where the engine refuses. */
  async start(change: HeldChange, { attempt = 1, prompted = false } = {}): Promise<boolean> {
    const input = holdInput(change, { prompted });
    const { stateMachineArn } = this;
    const name = executionName(change.changeId, attempt);
    try {
      await this.client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      return true;
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return false;
      throw error;
    }
  }

  /** Tells the waiting execution that its change is decided. A hint: it may be lost, late or doubled without harm. */
  async answer(taskToken: string | undefined, change: Pick<Change, 'changeId' | 'status'>): Promise<void> {
    if (taskToken === undefined) return;
    try {
      const outcome: { outcome: ChangeStatus } = { outcome: change.status };
      await this.client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(outcome) }));
    } catch (error) {
      if (error instanceof Error && CLOSED_TASK.has(error.name)) return;
      log.warn('hold not answered; the reconciler will see to it', { changeId: change.changeId }, error);
    }
  }

  /** Reads the state of a change's execution. Throws where the engine refuses. */
  async executionState(changeId: string, attempt: number): Promise<'NONE' | 'RUNNING' | 'ENDED'> {
    const executionArn = this.executionArn(changeId, attempt);
    try {
      const { status } = await this.client.send(new DescribeExecutionCommand({ executionArn }));
      return status === 'RUNNING' || status === 'PENDING_REDRIVE' ? 'RUNNING' : 'ENDED';
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return 'NONE';
      throw error;
    }
  }

  /** Ends the execution of a change that is closed. */
  async stop(changeId: string, attempt: number): Promise<void> {
    const executionArn = this.executionArn(changeId, attempt);
    try {
      await this.client.send(new StopExecutionCommand({ executionArn, cause: 'The change is closed' }));
    } catch (error) {
      if (!(error instanceof ExecutionDoesNotExist)) throw error;
    }
  }

  private executionArn(changeId: string, attempt: number): string {
    const executions = this.stateMachineArn.replace(':stateMachine:', ':execution:');
    return `${executions}:${executionName(changeId, attempt)}`;
  }
}

/** The stage's workflow; a function that only answers it is not told its state machine. */
export function openWorkflow(environment: Environment): Workflow {
  return new Workflow(new SFNClient(hintSettings(environment)), environment.STATE_MACHINE_ARN);
}
