import type { HoldInput } from '../../shared/domain/change.ts';
import { applyChange } from '../../shared/use-cases/apply-change.ts';
import { expireChange } from '../../shared/use-cases/expire-change.ts';
import { holdChange } from '../../shared/use-cases/hold-change.ts';
import type { World } from '../../shared/world.ts';
import type { Execution, MemoryWorkflow } from '../world/memory-workflow.ts';
import type { Act, Actor, Scheduler } from './scheduler.ts';

/** Gives the world of an actor that runs a use case of this name. */
export type Enter = (actor: Actor, useCase: string) => World;

interface Stage {
  readonly scheduler: Scheduler;
  readonly workflow: MemoryWorkflow;
  readonly enter: Enter;
  readonly holdSeconds: number;
}

/** Runs of each task, as `infra/constructs/token-change-workflow.ts` retries them. */
const TRIES = { hold: 4, apply: 9, expire: 9 } as const;
type Task = keyof typeof TRIES;

/** Plays the state machine: every execution that is started, with its tasks, their retries and the time-out of its wait. */
export class Executions {
  private readonly stage: Stage;
  private readonly machines = new Map<string, Machine>();

  constructor(stage: Stage) {
    this.stage = stage;
  }

  /** Lets every execution go on that can. */
  tick(): void {
    const { executions } = this.stage.workflow;
    if (executions.size > this.machines.size) {
      for (const execution of executions.values()) {
        if (!this.machines.has(execution.name)) this.machines.set(execution.name, new Machine(this.stage, execution));
      }
    }
    for (const machine of this.machines.values()) machine.tick();
  }
}

class Machine {
  private readonly stage: Stage;
  private readonly execution: Execution;
  private readonly reference: HoldInput;
  private task: Task = 'hold';
  private tried = 0;
  private running = '';
  private timer = '';
  private token = '';

  constructor(stage: Stage, execution: Execution) {
    this.stage = stage;
    this.execution = execution;
    this.reference = JSON.parse(execution.input);
    this.begin('hold');
  }

  tick(): void {
    if (this.execution.status !== 'RUNNING') return;
    if (this.task === 'hold') this.waitOn();
    else this.goOn();
  }

  private waitOn(): void {
    const { ends } = this.stage.scheduler;
    const end = ends.get(this.running);
    if (this.execution.output !== undefined) this.begin('apply');
    else if (end && !(typeof end === 'object' && 'returned' in end)) {
      this.stage.workflow.timeOut(this.token);
      this.again();
    } else if (ends.has(this.timer) && this.stage.workflow.timeOut(this.token)) this.begin('expire');
  }

  private goOn(): void {
    const end = this.stage.scheduler.ends.get(this.running);
    if (!end) return;
    if (!(typeof end === 'object' && 'returned' in end)) this.again();
    else if (this.task === 'expire') this.begin('apply');
    else this.stage.workflow.end(this.execution, 'SUCCEEDED');
  }

  private again(): void {
    if (this.tried >= TRIES[this.task]) this.stage.workflow.end(this.execution, 'FAILED');
    else this.run();
  }

  private begin(task: Task): void {
    this.task = task;
    this.tried = 0;
    this.run();
  }

  private run(): void {
    this.tried += 1;
    const { task, tried } = this;
    const name = `execution ${this.execution.name.slice(0, 6)}${this.execution.name.slice(22)}`;
    this.running = `${name} ${task} ${tried}`;
    const act: Act = async (actor) => {
      // Jitter up to the whole interval, doubled with each retry.
      if (tried > 1) await actor.sleep(Math.floor(actor.random() * Math.min(30_000, 500 * 2 ** tried)));
      return this.call(task, actor);
    };
    if (task === 'hold') {
      this.execution.output = undefined;
      this.token = this.stage.workflow.openTask(this.execution.name);
      this.timer = `${name} wait ${tried}`;
      this.stage.scheduler.spawn(this.timer, ({ sleep }) => sleep((this.stage.holdSeconds + 2) * 1000));
    }
    this.stage.scheduler.spawn(this.running, act);
  }

  private call(task: Task, actor: Actor): Promise<unknown> {
    const world = this.stage.enter(
      actor,
      task === 'hold' ? 'holdChange' : task === 'apply' ? 'applyChange' : 'expireChange',
    );
    switch (task) {
      case 'hold':
        return holdChange(world, { ...this.reference, taskToken: this.token });
      case 'apply':
        return applyChange(world, this.reference);
      case 'expire':
        return expireChange(world, this.reference);
    }
  }
}
