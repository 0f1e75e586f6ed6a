import type { S3Client } from '@aws-sdk/client-s3';
import { EventBus } from '../../shared/aws/event-bus.ts';
import { Mailbox } from '../../shared/aws/mail.ts';
import { Push } from '../../shared/aws/push.ts';
import { Workflow } from '../../shared/aws/workflow.ts';
import { ReadAhead } from '../../shared/read-ahead.ts';
import { Archive } from '../../shared/repositories/archive.ts';
import { Tables } from '../../shared/repositories/tables.ts';
import { CursorKey } from '../../shared/security/cursor-key.ts';
import { SeedKey } from '../../shared/security/seed-key.ts';
import { SigningKey } from '../../shared/security/signing-key.ts';
import type { Settings } from '../../shared/settings.ts';
import type { World } from '../../shared/world.ts';
import { NOW } from '../fixtures.ts';
import { FrozenClock } from './clock.ts';
import { MemoryEvents } from './memory-events.ts';
import { MemoryKeys } from './memory-keys.ts';
import { MemoryMail } from './memory-mail.ts';
import { MemoryPush } from './memory-push.ts';
import type { Call, Hooks } from './memory-service.ts';
import { type CommittedWrite, MemoryTables } from './memory-tables.ts';
import { MemoryWorkflow } from './memory-workflow.ts';
import { SeededRandom } from './seeded-random.ts';
import { MAIN_TABLE, RECORD_TABLE, SEEDS_TABLE, SIGN_INS_TABLE } from './table-definitions.ts';

/** The settings of a stage that sets none of its own. */
const SETTINGS: Settings = {
  holdSeconds: 600,
  holdsPerToken: 3,
  activationCodeSeconds: 86_400,
  activationCodeTries: 5,
  pushesPerDevice: 3,
  requireUserVerification: false,
  noticeSender: 'avisos@llavero.invalid',
  origins: ['https://console.test', 'https://phone.test'],
  awsEndpoint: undefined,
  rescueRoleArn: 'arn:aws:iam::000000000000:role/Rescue',
};

const STATE_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:token-change';
export const APPLICATIONS = {
  ANDROID: 'arn:aws:sns:us-east-1:000000000000:app/GCM/llavero',
  IOS: 'arn:aws:sns:us-east-1:000000000000:app/APNS/llavero',
};

/** The name of the bus of a world in memory. */
const BUS_NAME = 'llavero-bus';

/** The names of the tables of a world in memory. */
export const TABLE_NAMES = {
  main: MAIN_TABLE.name,
  record: RECORD_TABLE.name,
  seeds: SEEDS_TABLE.name,
  signIns: SIGN_INS_TABLE.name,
};

/** The services that stand behind a world's parts. */
export interface Services {
  readonly tables: MemoryTables;
  readonly workflow: MemoryWorkflow;
  readonly push: MemoryPush;
  readonly mail: MemoryMail;
  readonly events: MemoryEvents;
  /** The keys `seed`, `cursor`, `receipt` and `day`. */
  readonly keys: MemoryKeys;
}

/** A whole world in memory: the parts as the service has them, over services that answer as AWS does. */
export interface MemoryWorld extends World {
  readonly clock: FrozenClock;
  readonly random: SeededRandom;
  readonly services: Services;
  /** Every call of a service so far, the refused ones among them. */
  readonly calls: Call[];
  /** Set by {@link refuse}; the first that fits a call refuses it. */
  readonly refusals: ((call: Call) => unknown)[];
  /** Run around every call of these services: a client made with them is of this world as well. */
  readonly hooks: Hooks;
}

interface Options {
  readonly now?: Date;
  readonly seed?: number;
  readonly settings?: Partial<Settings>;
  /** Run around every call, as {@link Hooks} says; a refusal comes before them. */
  readonly hooks?: Hooks;
  /** Told what each write or transaction changed, as a stream tells it. */
  readonly onCommit?: (writes: readonly CommittedWrite[]) => void;
  /** The S3 of the archive; without it the archive refuses every call. */
  readonly s3?: Pick<S3Client, 'send'>;
}

/** Makes a world in memory, of its own for each test. */
export function memoryWorld({
  now = NOW,
  seed = 1,
  settings = {},
  hooks = {},
  onCommit,
  s3,
}: Options = {}): MemoryWorld {
  const clock = new FrozenClock(now);
  const random = new SeededRandom(seed);
  const services = memoryServices(onCommit);
  const calls: Call[] = [];
  const refusals: ((call: Call) => unknown)[] = [];
  const around: Hooks = {
    ...hooks,
    before: (call) => {
      calls.push(call);
      for (const refusal of refusals) {
        const error = refusal(call);
        if (error) throw error;
      }
      return hooks.before?.(call);
    },
  };
  const world = worldOver(services, { hooks: around, clock, random, settings, s3 });
  return { ...world, clock, random, services, calls, refusals, hooks: around };
}

/** Services with nothing in them yet. */
export function memoryServices(onCommit: Options['onCommit']): Services {
  return {
    tables: new MemoryTables([MAIN_TABLE, RECORD_TABLE, SEEDS_TABLE, SIGN_INS_TABLE], onCommit ? { onCommit } : {}),
    workflow: new MemoryWorkflow(STATE_MACHINE),
    push: new MemoryPush(Object.values(APPLICATIONS)),
    mail: new MemoryMail([SETTINGS.noticeSender ?? '']),
    events: new MemoryEvents(BUS_NAME),
    keys: new MemoryKeys({
      seed: 'ENCRYPT_DECRYPT',
      cursor: 'GENERATE_VERIFY_MAC',
      receipt: 'SIGN_VERIFY',
      day: 'SIGN_VERIFY',
    }),
  };
}

/** A world over these services, as whoever has these hooks and this clock sees them. */
export function worldOver(
  services: Services,
  {
    hooks,
    clock,
    random,
    settings = {},
    s3,
  }: Pick<World, 'clock' | 'random'> & {
    readonly hooks: Hooks;
    readonly settings?: Partial<Settings>;
    readonly s3?: Options['s3'] | undefined;
  },
): World {
  const kms = services.keys.client(hooks);
  return {
    tables: new Tables(services.tables.client(hooks), TABLE_NAMES, { clock, random }),
    workflow: new Workflow(services.workflow.client(hooks), STATE_MACHINE),
    push: new Push(services.push.client(hooks), (platform) => APPLICATIONS[platform]),
    mailbox: new Mailbox(services.mail.client(hooks)),
    eventBus: new EventBus(services.events.client(hooks), BUS_NAME),
    seedKey: new SeedKey(kms, 'seed'),
    cursorKey: new CursorKey(kms, 'cursor'),
    receiptKey: new SigningKey(kms, 'receipt'),
    dayKey: new SigningKey(kms, 'day'),
    archive: new Archive(
      s3 ?? { send: () => Promise.reject(new Error('This world has no archive')) },
      'llavero-archive',
    ),
    ahead: new ReadAhead(),
    clock,
    random,
    settings: { ...SETTINGS, ...settings },
  };
}

/** The inputs with which an operation was called so far: `sent(world, 'StartExecution')`. */
export function sent(world: Pick<MemoryWorld, 'calls'>, operation: string): object[] {
  return world.calls.filter((call) => call.operation === operation).map(({ input }) => input);
}

/**
 * Has a service refuse an operation with this error, `times` times or always, before it takes effect.
 *
 * @param which tells the calls that are refused, by their input; all of the operation where it is left out.
 */
export function refuse(
  { refusals }: Pick<MemoryWorld, 'refusals'>,
  operation: string,
  error: Error,
  { times = Number.POSITIVE_INFINITY, which = () => true }: { times?: number; which?: (input: object) => boolean } = {},
): void {
  let left = times;
  refusals.push((call) => {
    if (call.operation !== operation || left <= 0 || !which(call.input)) return undefined;
    left -= 1;
    return error;
  });
}

/** Has somebody else write something just before the next call of an operation takes effect, once. */
export function meanwhile({ refusals }: Pick<MemoryWorld, 'refusals'>, operation: string, write: () => void): void {
  let written = false;
  refusals.push((call) => {
    if (call.operation === operation && !written) {
      written = true;
      write();
    }
    return undefined;
  });
}
