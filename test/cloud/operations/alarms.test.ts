import { CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { clientConfiguration } from '../support/aws.ts';
import { eventually } from '../support/eventually.ts';
import { runScript } from '../support/run.ts';
import { type AlarmDrill, type Lane, readAlarmId } from './alarm-drill.ts';
import { type Cast, openCast } from './cast.ts';
import { failureLanes, silence, throttledLane } from './fault-drills.ts';
import { quietLanes } from './quiet-drills.ts';
import { startWatchCommand, type WatchCommand } from './watch-command.ts';

/** Seconds from the first cause to firing, and from the end of it to clearing. */
interface Shown {
  readonly id: string;
  readonly fired: number;
  readonly cleared: number;
}

/** An alarm may take so long to fire or to clear. */
const WITHIN_SECONDS = 75;
const CAUSE_EVERY_MS = 2_500;

let command: WatchCommand;
let alarms: ReadonlyMap<string, MetricAlarm>;
let cast: Cast;
const shown: Shown[] = [];

beforeAll(async () => {
  alarms = await deployedAlarms();
  [command, cast] = await Promise.all([startWatchCommand(), openCast(4, 60, 0)]);
}, 60_000);

afterAll(async () => {
  await command?.interrupt();
  const lines = shown.map(({ id, fired, cleared }) => `${id} ${fired.toFixed(0)} s, ${cleared.toFixed(0)} s`);
  process.stdout.write(`fired and cleared:\n${lines.sort().join('\n')}\n`);
});

/** The alarms of the stack, by their ids in it. */
async function deployedAlarms(): Promise<Map<string, MetricAlarm>> {
  const found = new Map<string, MetricAlarm>();
  const client = new CloudWatchClient(clientConfiguration());
  for await (const { MetricAlarms } of paginateDescribeAlarms({ client }, { AlarmNamePrefix: 'Llavero-local-' })) {
    for (const alarm of MetricAlarms ?? []) found.set(readAlarmId(alarm.AlarmName), alarm);
  }
  return found;
}

/**
 * True if the alarm fires, by the command's last line; the command prints nothing of an alarm that was always well. One that
 * rings on silence does so where it has no data after it was well, and not where it never had any.
 */
function fires(id: string): boolean {
  const states = command.printed.flatMap(({ name, state }) => (readAlarmId(name) === id ? state : []));
  const fellSilent = alarms.get(id)?.TreatMissingData === 'missing' && states.includes('OK');
  return states.at(-1) === (fellSilent ? 'INSUFFICIENT_DATA' : 'ALARM');
}

/** Alarms on the same metric as one of these, with other dimensions. */
function listRelatives(ids: readonly string[]): string[] {
  const nameMetric = (id: string) => `${alarms.get(id)?.Namespace} ${alarms.get(id)?.MetricName}`;
  const metrics = new Set(ids.map(nameMetric));
  return [...alarms.keys()].filter((id) => !ids.includes(id) && metrics.has(nameMetric(id)));
}

/** Runs lanes side by side; gives the alarms that have fired in them, which clear while others are at work. */
async function run(lanes: readonly Lane[]): Promise<Promise<void>[]> {
  const clearing: Promise<void>[] = [];
  const runLane = async (lane: Lane) => {
    for (const drill of lane) {
      const cleared = clear(drill, await fire(drill));
      cleared.catch(() => undefined);
      clearing.push(cleared);
    }
  };
  await Promise.all(lanes.map(runLane));
  return clearing;
}

/** Causes what the drill is about until its alarms fire; gives the seconds that each took. */
async function fire({ fires: wanted, cause, end }: AlarmDrill): Promise<ReadonlyMap<string, number>> {
  const before = command.printed.length;
  const started = Date.now();
  const seconds = new Map<string, number>();
  const note = async () => {
    for (const id of wanted) if (fires(id) && !seconds.has(id)) seconds.set(id, (Date.now() - started) / 1000);
    return wanted.filter((id) => !seconds.has(id));
  };
  try {
    for (let left = await note(); left.length > 0; left = await note()) {
      if (Date.now() > started + WITHIN_SECONDS * 1000) throw new Error(`Not fired: ${left.join()}`);
      await cause();
      await eventually(note, (silent) => silent.length === 0, { seconds: CAUSE_EVERY_MS / 1000 }).catch(
        () => undefined,
      );
    }
    const fired = command.printed
      .slice(before)
      .flatMap(({ name, state }) => (state === 'ALARM' ? readAlarmId(name) : []));
    expect(listRelatives(wanted).filter((id) => fired.includes(id))).toEqual([]);
  } finally {
    await end?.();
  }
  return seconds;
}

async function clear({ fires: wanted }: AlarmDrill, fired: ReadonlyMap<string, number>): Promise<void> {
  const ended = Date.now();
  await Promise.all(
    wanted.map(async (id) => {
      await eventually(
        async () => fires(id),
        (firing) => !firing,
        { seconds: WITHIN_SECONDS },
      );
      shown.push({ id, fired: fired.get(id) ?? Number.NaN, cleared: (Date.now() - ended) / 1000 });
    }),
  );
}

it('what needs no fault of AWS fires its alarms and no relative of theirs, and they clear', async () => {
  await Promise.all(await run(quietLanes(cast)));
}, 150_000);

it('what AWS fails at, and silence, fires its alarms and no relative of theirs, and they clear', async () => {
  const failures = await run(failureLanes(cast));
  const others = await run([throttledLane(cast), [silence]]);
  await Promise.all([...failures, ...others]);
}, 180_000);

it('every alarm of the stack has fired and cleared', () => {
  expect(shown.map(({ id }) => id).sort()).toEqual([...alarms.keys()].sort());
});

it('the command printed each with its section of the runbook, and ends well at Ctrl-C', async () => {
  const sections = new Map(command.printed.map(({ name, section }) => [readAlarmId(name), section]));
  expect(sections.get('RecordAltered')).toBe('record-altered');
  expect([...sections.keys()].sort()).toEqual([...alarms.keys()].sort());
  expect(await command.interrupt()).toEqual({ exitCode: 0, stderr: '', unread: [] });
});

it('where no cloud runs the command says so in one line and fails', async () => {
  expect(await runScript('local:watch', ['--port', '1999'])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringMatching(/^No local cloud on port 1999.*\n$/),
  });
});
