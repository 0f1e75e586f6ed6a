import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { type Hooks, MemoryService, said } from './memory-service.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** An execution of the state machine, and how its waiting task was answered. */
export interface Execution {
  readonly name: string;
  readonly input: string;
  status: ExecutionStatus;
  /** Output or error of the task, once it was answered. */
  output: string | undefined;
}

/**
 * Step Functions in memory, of one state machine that waits for a task's answer. What runs the tasks of an execution is
 * the test: it hands out the task's token, lets it time out and ends the execution.
 */
export class MemoryWorkflow {
  private readonly service: MemoryService;
  /** Every execution that ever was, by its name; a name is never given twice. */
  readonly executions = new Map<string, Execution>();
  private readonly tasks = new Map<string, { readonly execution: Execution; open: boolean }>();

  constructor(stateMachineArn: string) {
    const prefix = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:`;
    const named = (arn = ''): Execution => {
      const execution = arn.startsWith(prefix) ? this.executions.get(arn.slice(prefix.length)) : undefined;
      if (!execution) throw new ExecutionDoesNotExist(said(`Execution Does Not Exist: '${arn}'`));
      return execution;
    };
    this.service = new MemoryService('SFN')
      .on(StartExecutionCommand, ({ stateMachineArn: arn, name = '', input = '{}' }) => {
        if (arn !== stateMachineArn) throw new StateMachineDoesNotExist(said(`State Machine Does Not Exist: '${arn}'`));
        this.start(name, input);
        return { executionArn: `${prefix}${name}`, startDate: new Date(0) };
      })
      .on(DescribeExecutionCommand, ({ executionArn }) => {
        const { name, input, status, output } = named(executionArn);
        return { executionArn, stateMachineArn, name, input, status, output };
      })
      .on(StopExecutionCommand, ({ executionArn }) => {
        this.end(named(executionArn), 'ABORTED');
        return { stopDate: new Date(0) };
      })
      .on(SendTaskSuccessCommand, ({ taskToken, output }) => this.answer(taskToken, output))
      .on(SendTaskFailureCommand, ({ taskToken, error }) => this.answer(taskToken, error));
  }

  /** A client of this service; one made for an actor of a simulation has that actor's hooks. */
  client(hooks: Hooks = {}): SFNClient {
    return this.service.client(SFNClient, hooks);
  }

  /** The token by which the execution's task is answered. */
  openTask(name: string): string {
    const execution = this.executions.get(name);
    if (execution?.status !== 'RUNNING') throw new Error(`No execution ${name} is running`);
    const token = `task-${this.tasks.size + 1}-of-${name}`;
    this.tasks.set(token, { execution, open: true });
    return token;
  }

  /** Lets the time of a task run out; returns false where it was answered before. */
  timeOut(token: string): boolean {
    const task = this.tasks.get(token);
    if (!task?.open) return false;
    task.open = false;
    return true;
  }

  /** Ends an execution that still runs; its open tasks end with it. */
  end(execution: Execution, status: Exclude<ExecutionStatus, 'RUNNING'>): void {
    if (execution.status !== 'RUNNING') return;
    execution.status = status;
    for (const task of this.tasks.values()) if (task.execution === execution) task.open = false;
  }

  private start(name: string, input: string): void {
    const there = this.executions.get(name);
    if (!there) {
      this.executions.set(name, { name, input, status: 'RUNNING', output: undefined });
      return;
    }
    // The same start again is the same execution while that runs; a closed one keeps its name.
    if (there.status !== 'RUNNING' || there.input !== input) {
      throw new ExecutionAlreadyExists(said(`Execution Already Exists: '${name}'`));
    }
  }

  private answer(token: string | undefined, output: string | undefined): object {
    const task = this.tasks.get(token ?? '');
    if (!task) throw new InvalidToken(said('Invalid Token'));
    // Answered, timed out and stopped alike: AWS tells them apart no more than this.
    if (!task.open) throw new TaskTimedOut(said('Task Timed Out'));
    task.open = false;
    task.execution.output = output;
    return {};
  }
}
