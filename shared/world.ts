import type { EventBus } from './aws/event-bus.ts';
import type { Mailbox } from './aws/mail.ts';
import type { Push } from './aws/push.ts';
import type { Workflow } from './aws/workflow.ts';
import type { Clock, Random } from './clock.ts';
import type { ReadAhead } from './read-ahead.ts';
import type { Archive } from './repositories/archive.ts';
import type { Tables } from './repositories/tables.ts';
import type { CursorKey } from './security/cursor-key.ts';
import type { SeedKey } from './security/seed-key.ts';
import type { SigningKey } from './security/signing-key.ts';
import type { Settings } from './settings.ts';

/**
 * Everything outside the rules. A use case takes the parts it uses; a handler opens those parts on its environment, a
 * test and the simulation make them in memory.
 */
export interface World<S extends keyof Settings = keyof Settings> {
  readonly tables: Tables;
  readonly workflow: Workflow;
  readonly push: Push;
  readonly mailbox: Mailbox;
  readonly seedKey: SeedKey;
  readonly cursorKey: CursorKey;
  readonly receiptKey: SigningKey;
  readonly dayKey: SigningKey;
  readonly archive: Archive;
  readonly eventBus: EventBus;
  readonly ahead: ReadAhead;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Pick<Settings, S>;
}

/** The parts of the world that a use case takes, and the settings it reads: `Uses<'tables' | 'clock', 'holdSeconds'>`. */
export type Uses<Parts extends keyof World, S extends keyof Settings = never> = Pick<World<S>, Parts> &
  ([S] extends [never] ? unknown : Pick<World<S>, 'settings'>);
