import { parsePort, parseWholeNumber, type Values } from '../tools/command-line.ts';

/** The choices that a person has for a local cloud. */
export interface LocalOptions {
  readonly port: number;
  readonly holdSeconds: number;
  readonly demo: boolean;
  readonly keep: boolean;
  /** True if the console and the phone page are built and served. */
  readonly pages: boolean;
}

/** Options of `npm start` and `npm run local:up`, as they are typed. */
export const UP_OPTIONS = {
  port: { type: 'string' },
  'hold-seconds': { type: 'string' },
  'no-demo': { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  'no-pages': { type: 'boolean', default: false },
} as const;

export const UP_HELP = `Brings up a local cloud with the whole product (docs/local-cloud.md).

  npm start -- [OPTIONS]              for as long as the command runs
  npm run local:up -- [OPTIONS]       until npm run local:down

  --port P           where it is reached (4566); two can run side by side
  --hold-seconds N   how long a change is held, at most 600 (600)
  --no-demo          without the demo companies
  --no-pages         without the console and the phone page
  --keep             keeps what is stored until it is started again
  --help             this text
`;

export function readUpOptions(values: Values<typeof UP_OPTIONS>): LocalOptions {
  return {
    port: parsePort(values.port),
    holdSeconds: parseWholeNumber('--hold-seconds', values['hold-seconds'], { from: 1, to: 600, otherwise: 600 }),
    demo: !values['no-demo'],
    keep: values.keep,
    pages: !values['no-pages'],
  };
}
