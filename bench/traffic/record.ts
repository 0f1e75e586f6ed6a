import { setTimeout as sleep } from 'node:timers/promises';
import { withFaults } from '../../test/cloud/support/relay.ts';
import { startWatching } from '../../test/cloud/support/watching.ts';
import { openTraffic } from './changes.ts';
import { COLUMNS, Minutes } from './minutes.ts';
import { SCENES, type Scene } from './scenes.ts';

/** Milliseconds from one change to the next: twenty a minute. */
const EVERY_MS = 3_000;
/** Metrics are read from the logs, which takes as long. */
const SEEN_MS = 15_000;

/** Plays the scenes on the local cloud of `LLAVERO_CLOUD_PORT`; gives what was counted in each minute, as CSV. */
export async function recordTraffic(say: (line: string) => void): Promise<string> {
  say('Loading a company and enrolling its phones');
  const change = await openTraffic();
  const watching = startWatching();
  const startedAt = Date.now();
  const scenes: string[] = [];
  for (const scene of SCENES) {
    say(`${scene.name}, ${scene.minutes} min`);
    const until = startedAt + (scenes.length + scene.minutes) * 60_000;
    await play(scene, until, change);
    scenes.push(...Array<string>(scene.minutes).fill(scene.name));
  }
  await sleep(SEEN_MS);
  await watching.stop();
  if (watching.malformed.length > 0) throw new Error(`Malformed metrics: ${watching.malformed[0]}`);
  const minutes = new Minutes(startedAt);
  minutes.add(watching.data);
  const rows = scenes.map((scene, minute) => [scene, ...COLUMNS.map((column) => minutes.sumOf(minute, column))]);
  return [['scene', ...COLUMNS], ...rows].map((row) => `${row.join(',')}\n`).join('');
}

/** Has changes asked for until the scene is over, one at a time. */
function play({ faults, every }: Scene, until: number, change: () => Promise<void>): Promise<void> {
  if (every === undefined) return withFaults(faults, () => repeat(change, until));
  return repeat((turn) => (turn % every === 0 ? withFaults(faults, change) : change()), until);
}

async function repeat(change: (turn: number) => Promise<void>, until: number): Promise<void> {
  for (let turn = 0; Date.now() < until; turn++) {
    const next = Date.now() + EVERY_MS;
    await change(turn).catch((error: unknown) => console.error(`Not done: ${error}`));
    await sleep(Math.max(0, Math.min(next, until) - Date.now()));
  }
}
