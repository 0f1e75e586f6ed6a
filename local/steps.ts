/** A message of the supervisor to the command that started it: a line to keep, or what runs at this moment. */
export interface StepMessage {
  readonly kind: 'done' | 'running' | 'ready' | 'failed';
  readonly text: string;
}

const TICK_MS = 200;

interface RunningStep {
  readonly started: number;
  detail: string;
}

/** Runs the steps of a start one by one or side by side, and reports each. */
export class Steps {
  private readonly tell: (message: StepMessage) => void;
  private readonly running = new Map<string, RunningStep>();
  private readonly timer = setInterval(() => this.tick(), TICK_MS);

  constructor(tell: (message: StepMessage) => void) {
    this.tell = tell;
  }

  /** Runs one step; what it returns as `note` is shown behind its title. */
  async run<T>(
    title: string,
    work: (detail: (text: string) => void) => Promise<T>,
    note?: (result: T) => string,
  ): Promise<T> {
    const step = { started: performance.now(), detail: '' };
    this.running.set(title, step);
    const result = await work((detail) => {
      step.detail = detail;
    });
    this.running.delete(title);
    const seconds = (performance.now() - step.started) / 1000;
    this.tell({ kind: 'done', text: `✔ ${withDetail(title, note?.(result))} (${seconds.toFixed(1)} s)` });
    return result;
  }

  /** Reports the end of the start. */
  end(kind: 'ready' | 'failed', text: string): void {
    clearInterval(this.timer);
    this.tell({ kind, text });
  }

  private tick(): void {
    const texts = [...this.running].map(([title, { started, detail }]) => {
      return `${withDetail(title, detail)} (${Math.round((performance.now() - started) / 1000)} s)`;
    });
    if (texts.length > 0) this.tell({ kind: 'running', text: `… ${texts.join(' · ')}` });
  }
}

function withDetail(title: string, detail: string | undefined): string {
  return detail ? `${title}: ${detail}` : title;
}
