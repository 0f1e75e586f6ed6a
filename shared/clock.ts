import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** Time, as the world of a use case has it. */
export interface Clock {
  now(): Date;
  sleep(milliseconds: number): Promise<void>;
}

/** Unpredictable values: from the platform's CSPRNG, or from a seed in a test. */
export interface Random {
  bytes(length: number): Uint8Array;
  /** A whole number from 0 to `count` − 1. */
  below(count: number): number;
  /** A number from 0 to less than 1; for waits, never for secrets. */
  next(): number;
  uuid(): string;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (milliseconds) => {
    await sleep(milliseconds);
  },
};

/** The platform's CSPRNG. */
export const systemRandom: Random = {
  bytes: (length) => randomBytes(length),
  below: (count) => randomInt(count),
  next: () => Math.random(),
  uuid: () => randomUUID(),
};
