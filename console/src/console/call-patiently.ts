export interface Patience {
  /** Milliseconds to wait after so many failures; undefined where a call again would not help. */
  readonly waitMs: (error: unknown, failures: number) => number | undefined;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Makes a call again for as long as that may help. */
export async function callPatiently<T>(call: () => Promise<T>, { waitMs, sleep }: Patience): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await call();
    } catch (error) {
      const wait = waitMs(error, failures);
      if (wait === undefined) throw error;
      await sleep(wait);
    }
  }
}
