import type { StepMessage } from './steps.ts';

/** Without a terminal, a step that takes long says so this often. */
const QUIET_INTERVAL_MS = 5_000;
const LIVE_INTERVAL_MS = 200;

interface RunningStep {
  readonly started: number;
  detail: string;
}

/** Shows steps as they run: a live line with the elapsed time on a terminal, plain lines anywhere else. */
export class StepDisplay {
  private readonly running = new Map<string, RunningStep>();
  private readonly output: NodeJS.WriteStream;
  private readonly timer: NodeJS.Timeout;

  constructor(output: NodeJS.WriteStream) {
    this.output = output;
    this.timer = setInterval(() => this.tick(), output.isTTY ? LIVE_INTERVAL_MS : QUIET_INTERVAL_MS);
    this.timer.unref();
  }

  show(message: StepMessage): void {
    switch (message.kind) {
      case 'started':
        this.running.set(message.title, { started: performance.now(), detail: '' });
        break;
      case 'detail': {
        const step = this.running.get(message.title);
        if (step) step.detail = message.detail;
        break;
      }
      case 'done':
        this.running.delete(message.title);
        this.line(`✔ ${message.title}${message.note ? `: ${message.note}` : ''} (${message.seconds.toFixed(1)} s)`);
        break;
      case 'ready':
        this.stop();
        this.line(['', ...message.lines].join('\n'));
        break;
      case 'failed':
        this.stop();
        this.line(`✘ ${message.line}`);
        break;
    }
  }

  stop(): void {
    clearInterval(this.timer);
    this.running.clear();
  }

  private line(text: string): void {
    this.output.write(`${this.output.isTTY ? '\r\x1b[K' : ''}${text}\n`);
  }

  private tick(): void {
    const texts = [...this.running].map(([title, { started, detail }]) => {
      const seconds = Math.round((performance.now() - started) / 1000);
      return `${title}${detail ? `: ${detail}` : ''} (${seconds} s)`;
    });
    if (texts.length === 0) return;
    const text = `… ${texts.join(' · ')}`;
    if (this.output.isTTY) this.output.write(`\r\x1b[K${text.slice(0, (this.output.columns || 80) - 1)}`);
    else this.output.write(`${text}\n`);
  }
}
