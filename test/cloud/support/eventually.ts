import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 150;

/** Reads until what is read is as wanted, and gives it; fails with the last thing read. */
export async function eventually<T>(
  read: () => Promise<T>,
  isWanted: (value: T) => boolean,
  { seconds = 20 }: { seconds?: number } = {},
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await read();
    if (isWanted(value)) return value;
    if (Date.now() > deadline) throw new Error(`Not within ${seconds} s; last seen: ${JSON.stringify(value)}`);
    await sleep(POLL_MS);
  }
}
