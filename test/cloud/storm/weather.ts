import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { SeededRandom } from '../../world/seeded-random.ts';
import { cloudPort } from '../support/port.ts';
import { addFault, clearFaults, type Fault } from '../support/relay.ts';

/** Faults that pass by themselves on AWS as well. */
const THROTTLED = { code: 'ThrottlingException', status: 400 };
const BROKEN = { status: 500 };

type Target = readonly [service: string, operation: string, errors: readonly Partial<Fault>[]];
const TARGETS: readonly Target[] = [
  [
    'dynamodb',
    'TransactWriteItems',
    [{ code: 'TransactionCanceledException' }, THROTTLED, { code: 'InternalServerError', status: 500 }],
  ],
  ['dynamodb', 'UpdateItem', [{ code: 'TransactionConflictException' }, THROTTLED]],
  ['dynamodb', 'BatchGetItem', [THROTTLED, { code: 'InternalServerError', status: 500 }]],
  ['dynamodb', 'Query', [THROTTLED]],
  ['states', 'StartExecution', [THROTTLED, BROKEN]],
  ['states', 'SendTaskSuccess', [THROTTLED, BROKEN]],
  ['states', 'DescribeExecution', [THROTTLED]],
  ['sns', 'Publish', [{ code: 'Throttled', status: 429 }, BROKEN]],
  ['sns', 'CreatePlatformEndpoint', [BROKEN]],
  ['sns', 'DeleteEndpoint', [BROKEN]],
  ['kms', 'Encrypt', [THROTTLED, BROKEN]],
  ['kms', 'Decrypt', [THROTTLED, BROKEN]],
];

/** For a while, every call of one kind is refused: no hold can store its task token, or no workflow is there at all. */
const SPELLS: readonly Fault[] = [
  { service: 'dynamodb', operation: 'UpdateItem', kind: 'error', code: 'ThrottlingException' },
  { service: 'states', kind: 'error', status: 500 },
  { service: 'sns', kind: 'error', status: 500 },
];
const SPELL_MS = 2_500;
const LONGEST_DELAY_MS = 1_800;

/** The deeds of the storm. */
export interface Damage {
  faults: number;
  spells: number;
  readonly kills: { at: number; worker: string }[];
}

/** Faults and kills until the moment given; whatever happens, the faults are taken away. */
export async function rage(random: SeededRandom, until: number): Promise<Damage> {
  const damage: Damage = { faults: 0, spells: 0, kills: [] };
  try {
    await Promise.all([faults(random, until, damage), kills(random, until, damage)]);
  } finally {
    await clearFaults();
  }
  return damage;
}

async function faults(random: SeededRandom, until: number, damage: Damage): Promise<void> {
  for (let nextSpell = Date.now() + 1_000; Date.now() < until; ) {
    if (Date.now() >= nextSpell) {
      await clearFaults();
      await addFault(SPELLS[damage.spells % SPELLS.length] ?? random.pick(SPELLS));
      damage.spells += 1;
      await sleep(SPELL_MS);
      await clearFaults();
      nextSpell = Date.now() + 2_000;
    }
    await addFault(oneFault(random));
    damage.faults += 1;
    await sleep(50 + random.below(150));
  }
}

function oneFault(random: SeededRandom): Fault {
  const [service, operation, errors] = random.pick(TARGETS);
  const at = { service, operation, times: 1 };
  switch (random.pick(['error', 'error', 'delay', 'cut'] as const)) {
    case 'delay':
      // Every call reads: were reads as slow as writes, little would be done at all.
      return { ...at, kind: 'delay', delayMs: random.below(operation === 'BatchGetItem' ? 300 : LONGEST_DELAY_MS) };
    case 'cut':
      return { ...at, kind: 'cut' };
    default:
      return { ...at, kind: 'error', ...random.pick(errors) };
  }
}

async function kills(random: SeededRandom, until: number, damage: Damage): Promise<void> {
  while (Date.now() < until) {
    await sleep(600 + random.below(600));
    const workers = await ownWorkers();
    if (workers.length === 0) continue;
    // Some functions have many workers: each function is hit as often as another.
    const hit = random.pick([...new Set(workers.map((each) => each.worker))]);
    const { pid, worker } = random.pick(workers.filter((each) => each.worker === hit));
    try {
      process.kill(pid, 'SIGKILL');
      damage.kills.push({ at: Date.now(), worker });
    } catch {
      // It ended by itself.
    }
  }
}

const recordSchema = z.array(z.object({ name: z.string(), pid: z.number() }));

/** The Lambda workers of the tests' own local cloud: children of its engine, out of its own folder. */
async function ownWorkers(): Promise<{ pid: number; worker: string }[]> {
  const folder = resolve(`.local/${cloudPort()}`);
  const engine = recordSchema
    .parse(JSON.parse(readFileSync(`${folder}/processes.json`, 'utf8')))
    .find(({ name }) => name === 'engine');
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args='], { maxBuffer: 2 ** 24 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    const [, worker] = command.split(`${folder}/tmp/ministack-lambda-`);
    if (Number(parent) !== engine?.pid || !worker?.endsWith('/_worker.js')) return [];
    return [{ pid: Number(pid), worker: worker.replace(/^Llavero-local-Service-/, '').replace(/[0-9A-F]{8}-.*$/, '') }];
  });
}
