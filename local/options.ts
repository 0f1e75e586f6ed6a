import { parsePort, parseWholeNumber, UsageError, type Values } from '../tools/command-line.ts';

/** The choices that a person has for a local cloud. */
export interface LocalOptions {
  readonly port: number;
  readonly holdSeconds: number;
  readonly demo: boolean;
  readonly keep: boolean;
  /** True if the console and the phone page are built and served. */
  readonly pages: boolean;
  /** A front of the reader's own: it may sign in, and call the API. */
  readonly frontOrigin: string | null;
}

/** Options of `npm start` and `npm run local:up`, as they are typed. */
export const UP_OPTIONS = {
  port: { type: 'string' },
  'hold-seconds': { type: 'string' },
  'no-demo': { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  'no-pages': { type: 'boolean', default: false },
  'front-origin': { type: 'string' },
} as const;

export const UP_HELP = `Brings up a local cloud with the whole product (docs/local-cloud.md).

  npm start -- [OPTIONS]              for as long as the command runs
  npm run local:up -- [OPTIONS]       until npm run local:down

  --port P             where it is reached (4566); two can run side by side
  --hold-seconds N     how long a change is held, at most 600 (600)
  --no-demo            without the demo companies
  --no-pages           without the console and the phone page
  --keep               keeps what is stored until it is started again
  --front-origin URL   a front of your own that may sign in and call the API
  --help               this text
`;

export function readUpOptions(values: Values<typeof UP_OPTIONS>): LocalOptions {
  return {
    port: parsePort(values.port),
    holdSeconds: parseWholeNumber('--hold-seconds', values['hold-seconds'], { from: 1, to: 600, otherwise: 600 }),
    demo: !values['no-demo'],
    keep: values.keep,
    pages: !values['no-pages'],
    frontOrigin: readOrigin(values['front-origin']),
  };
}

function readOrigin(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text) return text;
  throw new UsageError(`--front-origin must be an origin, as http://127.0.0.1:5173, not "${text}"`);
}
