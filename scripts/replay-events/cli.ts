import { stderr } from 'node:process';
import { openEventBus } from '../../shared/aws/event-bus.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemClock, systemRandom } from '../../shared/clock.ts';
import { parseTarget, runCommand, TARGET_OPTIONS, type Target, UsageError } from '../../tools/command-line.ts';
import { findStack } from '../stack.ts';
import { type ReplayRange, replayEvents } from './replay.ts';

const HELP = `Puts a company's events on the bus again, out of the record itself (docs/events/README.md).

  npm run replay-events -- --company C --from TIME --to TIME [--dry-run] [--port P | --stage NAME]

  --company C    the company's id
  --from TIME    the first moment of it, RFC 3339: 2026-11-27T00:00:00Z
  --to TIME      the first moment after it
  --dry-run      says how many events there are, and puts none
  --port P       port of the local cloud (4566)
  --stage NAME   a stage on AWS instead, with the AWS credentials of your shell
  --help         this text

An event that is put again bears the same company, token, seq and hash: who has it already passes over it.
Ends with 0 where all of them were put, 1 where one was not, 2 where the call is wrong or there is no such company.
`;

/** Milliseconds between two lines of progress. */
const EVERY_MS = 3000;

/** RFC 3339 with its offset: a time without one is another moment on another machine. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

await runCommand(
  {
    help: HELP,
    options: {
      company: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      ...TARGET_OPTIONS,
    },
  },
  async ({ company, from, to, 'dry-run': dryRun, ...target }) => {
    if (!company) throw new UsageError('Give --company, whose events to put on the bus again');
    const range = { companyId: company, from: parseTime('--from', from), to: parseTime('--to', to) };
    if (range.from >= range.to) throw new UsageError('--from must be before --to');
    await replay(range, dryRun, parseTarget(target));
  },
);

async function replay(range: ReplayRange, dryRun: boolean, target: Target): Promise<void> {
  const stack = await findStack(target);
  const world = {
    tables: openTables(stack.environment),
    eventBus: openEventBus({ ...stack.environment, EVENT_BUS_NAME: stack.output('EventBusName') }),
    clock: systemClock,
    random: systemRandom,
  };
  let shownAt = Date.now();
  const { records, events } = await replayEvents(world, range, {
    dryRun,
    progress: (replayed) => {
      if (Date.now() - shownAt < EVERY_MS) return;
      shownAt = Date.now();
      stderr.write(`${replayed.records} records, ${replayed.events} events…\n`);
    },
  });
  if (records === 0) throw new UsageError(`No company ${range.companyId} there`);
  console.log(`${events} events of ${records} records ${dryRun ? 'would be put' : 'put'} on the bus of ${stack.label}`);
}

function parseTime(option: string, text: string | undefined): Date {
  const time = new Date(text !== undefined && TIME.test(text) ? text : Number.NaN);
  if (Number.isNaN(time.getTime())) throw new UsageError(`${option} must be a time such as 2026-11-27T00:00:00Z`);
  return time;
}
