import { currentCode } from '../../phone/protocol/index.ts';
import { type Change, isOpen } from '../../shared/domain/change.ts';
import { changes } from '../../shared/repositories/items.ts';
import { Tables } from '../../shared/repositories/tables.ts';
import type { World } from '../../shared/world.ts';
import { NOW } from '../fixtures.ts';
import { given } from '../world/given.ts';
import type { Answer, Call, Hooks } from '../world/memory-service.ts';
import type { CommittedWrite } from '../world/memory-tables.ts';
import type { SeededRandom } from '../world/seeded-random.ts';
import { memoryServices, type Services, TABLE_NAMES, worldOver } from '../world/world.ts';
import { BrokenRule, ensure } from './broken-rule.ts';
import { Stored, TIME_TO_LIVE } from './commit.ts';
import { CODE_TRIES, judgeCommit } from './commit-rules.ts';
import { COMPANY, founded, type Handset, handsets, PEOPLE, SECRET } from './company.ts';
import type { Actor, Scheduler } from './scheduler.ts';
import { tornReads } from './torn-reads.ts';

export const HOLD_SECONDS = 45;
const SETTINGS = { holdSeconds: HOLD_SECONDS, activationCodeTries: CODE_TRIES };

/** Most milliseconds between a clock and the others, either way. */
const MOST_SKEW = 3000;

export interface Phone {
  readonly deviceId: string;
  readonly handset: Handset;
}

type Promised = 'exists' | 'APPROVE' | 'REJECT';

/** A fault of the code, put in to see whether a rule notices. */
export interface Fault {
  /** Gives the input of a call that a use case makes as the service gets it. */
  readonly alter: (useCase: string, call: Call) => object;
  /** Told what the service answered. */
  readonly answered?: (useCase: string, call: Call, answer: Answer) => void;
}

/** Most milliseconds by which a late write is late. */
const LATEST = 8000;

/** Where a schedule takes place: the services, what is stored in them, and all that anybody was ever told. */
export class Stage {
  readonly services: Services;
  readonly stored: Stored;
  readonly random: SeededRandom;
  readonly handsets: readonly Handset[];
  readonly phones = new Map<string, Phone[]>();
  private readonly fault: Fault | undefined;
  /** Some writes come late, so that others have time to make what was read old. */
  private readonly writesLate: boolean;
  /** The items of a batch are read at several moments, as DynamoDB may. */
  private readonly readsTorn: boolean;
  private writer = '';
  private broken: Error | undefined;
  private readonly final = new Map<string, string>();
  private readonly promises: { changeId: string; what: Promised }[] = [];
  private readonly accepted = new Set<string>();

  private constructor(services: Services, scheduler: Scheduler, phones: readonly Handset[], fault: Fault | undefined) {
    this.services = services;
    this.random = scheduler.random;
    this.handsets = phones;
    this.fault = fault;
    this.writesLate = this.random.below(2) === 0;
    this.readsTorn = this.random.below(4) === 0;
    this.stored = new Stored(services.tables);
    for (const [index, { userId }] of PEOPLE.entries()) {
      const handset = phones[index];
      if (handset) this.enrolled(userId, `phone-${userId}`, handset);
    }
  }

  /** Founds the company in new services. */
  static async open(scheduler: Scheduler, fault: Fault | undefined): Promise<Stage> {
    let stage: Stage | undefined;
    const services = memoryServices((writes) => stage?.committed(writes));
    const clock = { now: () => NOW, sleep: async () => {} };
    const world = worldOver(services, { hooks: {}, clock, random: scheduler.random });
    const phones = await handsets();
    given({ services, clock }, ...(await founded(world, scheduler.random, phones)));
    stage = new Stage(services, scheduler, phones, fault);
    return stage;
  }

  /** The world of an actor that runs a use case of this name, with a clock of its own. */
  readonly enter = (actor: Actor, useCase: string): World => {
    const skew = this.skew(actor);
    const hooks = this.hooks(actor, useCase);
    const clock = { now: () => new Date(actor.now().getTime() + skew), sleep: actor.sleep };
    const world = worldOver(this.services, { hooks, clock, random: this.random, settings: SETTINGS });
    if (!this.readsTorn) return world;
    const client = tornReads(this.services.tables.client(hooks), this.random);
    return { ...world, tables: new Tables(client, TABLE_NAMES, { clock, random: this.random }) };
  };

  private hooks({ hooks, sleep, random }: Actor, useCase: string): Hooks {
    const { alter, answered } = this.fault ?? {};
    return {
      before: async (call) => {
        if (this.writesLate && isWrite(call) && random() < 0.3) await sleep(Math.floor(random() * LATEST));
        await hooks.before?.(call);
      },
      after: (call, answer) => {
        answered?.(useCase, call, answer);
        return hooks.after?.(call, answer);
      },
      // The last before the service answers: what is committed next is this call's.
      alter: (call) => {
        this.writer = useCase;
        return alter?.(useCase, call) ?? call.input;
      },
    };
  }

  /** Does something in the world as it was a few seconds before, which nothing disturbs. */
  async before(act: (world: World) => Promise<void>): Promise<void> {
    const clock = { now: () => new Date(NOW.getTime() - 2 * MOST_SKEW), sleep: async () => {} };
    await act(worldOver(this.services, { hooks: {}, clock, random: this.random, settings: SETTINGS }));
  }

  /** Does something in the world as it is at the end, which nothing disturbs. */
  async afterwards(now: Date, act: (world: World) => Promise<void>): Promise<void> {
    const clock = { now: () => now, sleep: async () => {} };
    await act(worldOver(this.services, { hooks: {}, clock, random: this.random, settings: SETTINGS }));
  }

  /** One actor's clock is off by the same in all it does. */
  private skew({ name }: Actor): number {
    let sum = 0;
    for (const character of name) sum = (sum * 31 + character.charCodeAt(0)) % (2 * MOST_SKEW + 1);
    return sum - MOST_SKEW;
  }

  /** Removes what is past its time, as DynamoDB does. */
  expire(now: Date): void {
    this.writer = TIME_TO_LIVE;
    this.services.tables.expire(now);
  }

  /** Throws the first rule that was broken so far. */
  check(): void {
    if (this.broken) throw this.broken;
  }

  private judged(judge: () => void): void {
    try {
      judge();
    } catch (error) {
      // Not thrown here: whoever committed would take it for a fault of the service.
      this.broken ??= error instanceof Error ? error : new BrokenRule(String(error));
    }
  }

  private committed(writes: readonly CommittedWrite[]): void {
    const written = this.stored.take(writes, this.writer);
    this.judged(() => {
      judgeCommit(this.stored, written);
      for (const { kind, after } of written) {
        if (kind !== 'change' || !after) continue;
        const shown = this.final.get(String(after.changeId));
        ensure(!shown || shown === after.status, `A change became ${String(after.status)} that was shown ${shown}`);
      }
    });
  }

  /** Somebody was shown this status: where it is a last one, it stays. */
  shown(changeId: string, status: Change['status']): void {
    if (!isOpen(status)) this.final.set(changeId, status);
    this.judged(() => {
      const change = this.stored.is(changes.at(COMPANY, changeId));
      ensure(isOpen(status) || change?.status === status, `A change was shown ${status} that is ${change?.status}`);
    });
  }

  promised(changeId: string, what: Promised): void {
    this.promises.push({ changeId, what });
  }

  codeAccepted(userId: string, code: string): void {
    this.judged(() => ensure(!this.accepted.has(`${userId} ${code}`), 'A one-time code was good twice'));
    this.accepted.add(`${userId} ${code}`);
  }

  /** Every answer of success was true: the change exists, and was decided so. */
  judgePromises(): void {
    for (const { changeId, what } of this.promises) {
      const change = this.stored.is(changes.at(COMPANY, changeId));
      ensure(change, 'A change that was answered does not exist');
      const decision = change.authorization?.recorded?.decision;
      ensure(what === 'exists' || decision === what, `${what} was answered, and ${decision ?? 'nothing'} is recorded`);
    }
  }

  enrolled(userId: string, deviceId: string, handset: Handset): void {
    this.phones.set(userId, [...(this.phones.get(userId) ?? []), { deviceId, handset }]);
  }

  heldChanges(): Change[] {
    return this.stored.all<Change>('main', 'change').filter(({ status }) => status === 'PENDING_AUTHORIZATION');
  }

  /** The code that each person's first phone shows now: all have the same seed. */
  oneTimeCode(now: Date): string {
    return currentCode({ secret: SECRET.base32, algorithm: 'SHA1', digits: 6, period: 30 }, now).code;
  }
}

function isWrite({ service, operation }: Call): boolean {
  return service === 'DynamoDB' && (operation === 'TransactWrite' || operation === 'Update');
}

/** Six digits at a venture, of which there are few, so that the same is typed again. */
export function typeCode({ random }: Pick<Actor, 'random'>): string {
  return String(Math.floor(random() * 5)).padStart(6, '9');
}
