import type { Answer, Call, Hooks } from '../world/memory-service.ts';
import { SeededRandom } from '../world/seeded-random.ts';

/** The outcomes of an actor's step, each with how likely it is beside the others. */
export interface Mischief {
  /** A call fails before the service has seen it. */
  readonly loseBefore: number;
  /** A call takes effect, and its answer is lost. */
  readonly loseAfter: number;
  /** The actor stops where it is and never goes on. */
  readonly kill: number;
  /** The step happens later, and time may have moved by then. */
  readonly delay: number;
  /** The step goes ahead as it should. */
  readonly goOn: number;
}

/** One step in ten goes wrong: few enough that most stories come to an end, and end differently. */
export const SOME_MISCHIEF: Mischief = { loseBefore: 2, loseAfter: 2, kill: 1, delay: 10, goOn: 135 };
export const NO_MISCHIEF: Mischief = { loseBefore: 0, loseAfter: 0, kill: 0, delay: 0, goOn: 1 };

/** The network's failure, as an actor meets it. */
export class LostCallError extends Error {
  override readonly name = 'TimeoutError';
}

/** The deeds of an actor, with the hooks of its services and its own time. */
export type Act = (self: Actor) => Promise<unknown>;

export interface Actor {
  readonly name: string;
  /** For the services of this actor: every command's way there and back is a step. */
  readonly hooks: Hooks;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now: () => Date;
  readonly random: () => number;
}

export type End = { readonly returned: unknown } | { readonly threw: unknown } | 'killed';

interface Step {
  readonly actor: string;
  readonly what: string;
  /** The virtual time before which it cannot happen. */
  readonly due: number;
  readonly outcomes: Partial<Record<keyof Mischief, (() => void) | undefined>>;
}

/**
 * Runs actors one step at a time in the order that a seed decides. A step is a call's way there, its way back, or the
 * end of a sleep; between two steps each actor runs until it waits for its next one. Time moves only when nothing is due.
 */
export class Scheduler {
  readonly ends = new Map<string, End>();
  /** The steps so far, as a person reads them. */
  readonly story: string[] = [];
  readonly random: SeededRandom;
  private readonly seed: number;
  private readonly start: number;
  private mischief: Mischief;
  private readonly waiting: Step[] = [];
  /** The steps that each actor waits for. */
  private readonly waits = new Map<string, number>();
  private time: number;
  private readonly running = new Set<string>();
  private readonly longestDelay: number;

  constructor(
    seed: number,
    {
      start,
      mischief = SOME_MISCHIEF,
      longestDelay = 10_000,
    }: { start: Date; mischief?: Mischief /** Milliseconds. */; longestDelay?: number },
  ) {
    this.seed = seed;
    this.longestDelay = longestDelay;
    this.start = start.getTime();
    this.time = this.start;
    this.mischief = mischief;
    this.random = new SeededRandom(seed);
  }

  readonly now = (): Date => new Date(this.time);

  /** From here on every step goes ahead as it should. */
  calm(): void {
    this.mischief = NO_MISCHIEF;
  }

  /** Adds an actor; when it begins is a step like another. */
  spawn(name: string, act: Act): void {
    const actor = this.actor(name);
    this.running.add(name);
    this.wait(name, 'begins', 0, () => {
      act(actor).then(
        (returned) => this.end(name, { returned }, 'ends'),
        (threw: unknown) => this.end(name, { threw }, `fails with ${errorName(threw)}`),
      );
    });
  }

  /**
   * Takes steps until every actor has ended; `check` sees the world after each.
   *
   * @throws SimulationError with the seed and the story, where `check` throws or the actors do not end.
   */
  async run({ check, maxSteps = 10_000 }: { check?: () => void; maxSteps?: number } = {}): Promise<void> {
    for (let steps = 0; this.running.size > 0; steps++) {
      if (steps >= maxSteps) throw this.failure(new Error(`Not at an end after ${maxSteps} steps`));
      const step = this.next();
      if (!step) throw this.failure(new Error('No actor has a step to take'));
      this.take(step);
      await this.settled();
      this.judge(() => check?.());
    }
  }

  /**
   * Judges how the world stands.
   *
   * @throws SimulationError with the seed and the story, where `judgement` throws.
   */
  judge(judgement: () => void): void {
    try {
      judgement();
    } catch (error) {
      throw this.failure(error);
    }
  }

  private actor(name: string): Actor {
    return {
      name,
      hooks: {
        before: (call) => this.callStep(name, call, undefined),
        after: (call, answer) => this.callStep(name, call, answer),
      },
      sleep: (milliseconds) =>
        new Promise((resolve) => this.wait(name, `has slept ${milliseconds} ms`, milliseconds, resolve)),
      now: this.now,
      random: this.random.next,
    };
  }

  /** Waits for a call to get there, or for its answer to get back. */
  private callStep(actor: string, { service, operation }: Call, answer: Answer | undefined): Promise<void> {
    const called = `${service} ${operation}`;
    const what = answer
      ? `is answered by ${called}${'error' in answer ? `: ${errorName(answer.error)}` : ''}`
      : `calls ${called}`;
    return new Promise((resolve, reject) => {
      const lose = () => reject(new LostCallError(`${called} was lost`));
      this.add({
        actor,
        what,
        due: this.time,
        outcomes: {
          goOn: resolve,
          kill: () => this.kill(actor),
          ...(answer ? { loseAfter: lose } : { loseBefore: lose }),
        },
      });
    });
  }

  private wait(actor: string, what: string, milliseconds: number, go: () => void): void {
    this.add({ actor, what, due: this.time + milliseconds, outcomes: { goOn: go } });
  }

  /** One of the steps that are due, or of those that are due first. */
  private next(): Step | undefined {
    if (this.waiting.length === 0) return undefined;
    const earliest = this.waiting.reduce((first, { due }) => Math.min(first, due), Number.POSITIVE_INFINITY);
    this.time = Math.max(this.time, earliest);
    const due = this.waiting.filter((step) => step.due <= this.time);
    const step = this.random.pick(due);
    this.remove(step);
    return step;
  }

  private take(step: Step): void {
    const { actor, what } = step;
    const outcomes: Step['outcomes'] = { ...step.outcomes, delay: () => this.postpone(step) };
    const possible = KINDS.filter((kind) => outcomes[kind]);
    let drawn = this.random.below(possible.reduce((sum, kind) => sum + this.mischief[kind], 0));
    for (const kind of possible) {
      drawn -= this.mischief[kind];
      if (drawn >= 0) continue;
      if (kind !== 'delay') this.tell(actor, `${what}${MISCHIEF_TEXTS[kind]}`);
      outcomes[kind]?.();
      return;
    }
  }

  private postpone(step: Step): void {
    this.add({ ...step, due: this.time + this.random.below(this.longestDelay) });
  }

  private add(step: Step): void {
    this.waiting.push(step);
    this.waits.set(step.actor, (this.waits.get(step.actor) ?? 0) + 1);
  }

  private remove(step: Step): void {
    this.waiting.splice(this.waiting.indexOf(step), 1);
    this.waits.set(step.actor, (this.waits.get(step.actor) ?? 0) - 1);
  }

  /** The actor goes no further: nothing that it had begun gets there or back. */
  private kill(name: string): void {
    for (const step of this.waiting.filter(({ actor }) => actor === name)) this.remove(step);
    this.end(name, 'killed', 'is killed');
  }

  /**
   * Resolves once every actor has ended or waits for a step. Promises settle before the next macrotask; the platform's
   * cryptography answers from another thread, and is waited for.
   */
  private async settled(): Promise<void> {
    const givesUpAt = performance.now() + LONGEST_WAIT_MS;
    for (let turns = 0; performance.now() < givesUpAt; turns++) {
      await new Promise((resolve) => (turns < FAST_TURNS ? setImmediate(resolve) : setTimeout(resolve, 1)));
      if (this.allWait()) return;
    }
    throw this.failure(new Error('An actor waits for something that the scheduler does not order'));
  }

  private allWait(): boolean {
    for (const name of this.running) if (!this.waits.get(name)) return false;
    return true;
  }

  private end(name: string, end: End, text: string): void {
    if (this.ends.has(name)) return;
    this.ends.set(name, end);
    this.running.delete(name);
    this.tell(name, text);
  }

  private tell(actor: string, text: string): void {
    this.story.push(`${String(this.time - this.start).padStart(7)} ms  ${actor} ${text}`);
  }

  private failure(cause: unknown): SimulationError {
    return new SimulationError(this.seed, this.story, cause);
  }
}

const KINDS = ['loseBefore', 'loseAfter', 'kill', 'delay', 'goOn'] as const satisfies (keyof Mischief)[];

/** Turns of the event loop before the threads of the platform's cryptography are left the core. */
const FAST_TURNS = 1000;
/** Milliseconds of real time in which the slowest signature is long made, on a busy machine too. */
const LONGEST_WAIT_MS = 30_000;

const MISCHIEF_TEXTS = {
  goOn: '',
  loseBefore: ', but the call is lost',
  loseAfter: ', but the answer is lost',
  kill: ', but goes no further',
};

/** A rule was broken under this seed, with the whole story. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  readonly seed: number;

  constructor(seed: number, story: readonly string[], cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(`Seed ${seed}: ${message}\n${story.join('\n')}`, { cause });
    this.seed = seed;
  }
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
