/** The outcome of one of many. */
export type Outcome<R> =
  | { readonly kind: 'done'; readonly result: R }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface BulkRun<T, R> {
  /** Does it for one; repeats by itself what is worth it. */
  readonly act: (item: T) => Promise<R>;
  readonly onOutcome: (item: T, outcome: Outcome<R>) => void;
  /** True for a failure that the rest would have too: those that were not tried stay so. */
  readonly endsAll: (error: unknown) => boolean;
  /** So many at the same time. */
  readonly parallel: number;
}

/** Runs the same action for each of many, a few at the same time, and reports each result. */
export async function runEach<T, R>(items: readonly T[], run: BulkRun<T, R>): Promise<void> {
  const { act, onOutcome, endsAll, parallel } = run;
  const left = [...items];
  let ended = false;
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined && !ended; item = left.shift()) {
      try {
        onOutcome(item, { kind: 'done', result: await act(item) });
      } catch (error) {
        ended ||= endsAll(error);
        onOutcome(item, { kind: 'failed', error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, work));
}
