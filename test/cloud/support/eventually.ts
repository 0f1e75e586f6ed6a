import { setTimeout as sleep } from 'node:timers/promises';

/** Soon at first; what takes long is asked for seldom, since every question costs the tests beside it. */
const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 500;

/** Reads until what is read is as wanted, and gives it; fails with the last thing read. */
export async function eventually<T>(
  read: () => Promise<T>,
  isWanted: (value: T) => boolean,
  { seconds = 20 }: { seconds?: number } = {},
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.3, LONGEST_POLL_MS)) {
    const value = await read();
    if (isWanted(value)) return value;
    if (Date.now() > deadline) throw new Error(`Not within ${seconds} s; last seen: ${JSON.stringify(value)}`);
    await sleep(pause);
  }
}
