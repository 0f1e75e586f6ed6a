/** The supervisor's messages to the command that started it, one for each line shown. */
export type StepMessage =
  | { readonly kind: 'started'; readonly title: string }
  | { readonly kind: 'detail'; readonly title: string; readonly detail: string }
  | { readonly kind: 'done'; readonly title: string; readonly seconds: number; readonly note: string }
  | { readonly kind: 'ready'; readonly lines: readonly string[] }
  | { readonly kind: 'failed'; readonly line: string };

/** Runs the steps of a start one by one or side by side, and reports each. */
export class Steps {
  private readonly tell: (message: StepMessage) => void;

  constructor(tell: (message: StepMessage) => void) {
    this.tell = tell;
  }

  /** Runs one step; what it returns as `note` is shown behind its title. */
  async run<T>(
    title: string,
    work: (detail: (text: string) => void) => Promise<T>,
    note?: (result: T) => string,
  ): Promise<T> {
    const started = performance.now();
    this.tell({ kind: 'started', title });
    const result = await work((detail) => this.tell({ kind: 'detail', title, detail }));
    const seconds = (performance.now() - started) / 1000;
    this.tell({ kind: 'done', title, seconds, note: note?.(result) ?? '' });
    return result;
  }
}
