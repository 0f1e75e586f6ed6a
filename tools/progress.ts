import { stderr } from 'node:process';
import { styleText } from 'node:util';
import { MultiBar, Presets } from 'cli-progress';

/** Seconds between two lines where there is no terminal to draw a bar on. */
const LINE_EVERY_MS = 5000;

const REDRAW_EVERY_MS = 250;

/** Shows how far a file is read: a bar on a terminal, else a line every few seconds. */
export interface Progress {
  update(bytes: number, lines: number): void;
  /** Shows a line of its own beside the progress. */
  log(text: string): void;
  stop(): void;
}

export function showProgress(totalBytes: number): Progress {
  return stderr.isTTY ? showBar(totalBytes) : showLines(totalBytes);
}

function showBar(totalBytes: number): Progress {
  const bars = new MultiBar(
    {
      format: '{bar} {percentage}% | {lines} lines | {duration_formatted}, {eta_formatted} left',
      stream: stderr,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  const bar = bars.create(totalBytes, 0, { lines: 0 });
  let lines = 0;
  let shownAt = 0;
  return {
    update: (bytes, linesNow) => {
      lines = linesNow;
      // The time left is told from the last updates: many in one moment would tell nothing.
      if (Date.now() - shownAt < REDRAW_EVERY_MS) return;
      shownAt = Date.now();
      bar.update(bytes, { lines });
    },
    log: (text) => bars.log(`${styleText('red', text)}\n`),
    stop: () => {
      bar.update({ lines });
      bars.stop();
    },
  };
}

function showLines(totalBytes: number): Progress {
  let shownAt = Date.now();
  return {
    update: (bytes, lines) => {
      if (Date.now() - shownAt < LINE_EVERY_MS) return;
      shownAt = Date.now();
      stderr.write(`${lines} lines, ${Math.floor((100 * bytes) / totalBytes)}%\n`);
    },
    log: (text) => stderr.write(`${text}\n`),
    stop: () => {},
  };
}
