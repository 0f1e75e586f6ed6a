import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { ROUTES } from '../../shared/routes.ts';
import { aws, DATA_STACK, resourceNamed } from '../../test/cloud/support/aws.ts';
import { loadCompany, nth } from '../../test/cloud/support/company.ts';
import { type DeployedFunction, deployedFunctions } from '../../test/cloud/support/deployed-functions.ts';
import { openAdministrator, openPhone } from '../../test/cloud/support/phone.ts';
import type { Recorded } from '../../test/cloud/support/recorded-while.ts';
import { quietSchedule } from '../../test/cloud/support/schedule.ts';
import { seedTable } from '../../test/cloud/support/seeds.ts';
import { stack } from '../../test/cloud/support/stack.ts';
import type { Item } from '../../test/world/attribute-values.ts';
import { MAIN_TABLE, RECORD_TABLE, SEEDS_TABLE, SIGN_INS_TABLE } from '../../test/world/table-definitions.ts';
import { projectPath } from '../../tools/project.ts';
import { type Measured, measuredSchema, readData, type Usage } from './data.ts';
import { recordRelease } from './release-steps.ts';
import { stageFigures } from './stage-figures.ts';
import { TableMirror } from './table-mirror.ts';
import { add, subtract } from './usage.ts';

/** Work that the enrolment started (notices, archive) is no part of the release. */
const SETTLED_MS = 4_000;

const NEXT_PHONE = 'the next phone';

/** The work that follows a step of the release by itself, by its function: a part of its own. */
const FOLLOWING: Readonly<Record<string, string>> = {
  'send-notices': 'notices',
  'archive-events': 'archive and bus',
  'publish-events': 'archive and bus',
};

/**
 * Measures a release on the local cloud of `LLAVERO_CLOUD_PORT`, which nobody else may use meanwhile; one before it is
 * not counted. Its schedule is stopped: the reconciler runs when the measurement says so.
 */
export async function measure(): Promise<Measured> {
  const looks = readData().assumptions.statusLooks.value;
  await quietSchedule();
  const functions = await deployedFunctions();
  console.log('Loading a company and enrolling phones');
  const company = await loadCompany('capacity', { administrators: 1, secondaries: 2 });
  const administrator = await openAdministrator(nth(company.administrators, 0));
  console.log('A release that is not counted');
  await recordRelease(administrator, await openPhone(nth(company.secondaries, 0), administrator.web), looks);

  console.log('The release that is measured');
  const holder = await openPhone(nth(company.secondaries, 1), administrator.web);
  await sleep(SETTLED_MS);
  const mirror = new TableMirror(await listTables());
  await mirror.load(readTable);
  const before = mirror.storedSizes();
  const ids = [holder.userId, holder.tokenId, holder.person.username];
  const person = before.filter(({ item }) => ids.some((id) => JSON.stringify(item).includes(id)));
  const { steps, states } = await recordRelease(administrator, holder, looks);
  const parts = await readParts(steps, functions, mirror);
  await mirror.assertFollowed(readTable);

  const pick = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, parts.get(name)]));
  const [held, end, idleRun] = ['while it is held', 'at its end', 'without it'].map(
    (when) => parts.get(`the reconciler ${when}`) ?? {},
  ) as [Usage, Usage, Usage];
  return measuredSchema.parse({
    date: new Date().toISOString().slice(0, 10),
    engine: engineVersion(),
    machine: `${cpus().length} cores, Node ${process.versions.node}`,
    release: {
      ...pick(['request and hold', 'the phone asks what waits']),
      'decision and effect': add([parts.get('decision and effect') ?? {}, { 'states entered': states }]),
      ...pick(['looks at the status']),
      'the reconciler, beside its empty runs': add([subtract(held, idleRun), subtract(end, idleRun)]),
    },
    beside: pick(['notices', 'archive and bus', 'receipt', NEXT_PHONE]),
    idleRun,
    storage: {
      perPerson: sumBytes(person),
      mainItemsPerPerson: person.filter(({ table }) => table === stack().tableName).length,
      perRelease: sumBytes(mirror.storedSizes()) - sumBytes(before),
    },
    stage: stageFigures(),
  });
}

const sumBytes = (sizes: readonly { readonly bytes: number }[]) => sizes.reduce((sum, { bytes }) => sum + bytes, 0);

/** The product's tables by the names that they are deployed with. */
async function listTables() {
  const { tableName, recordTableName } = stack();
  const signIns = await resourceNamed(DATA_STACK, 'AWS::DynamoDB::Table', 'TablesSignIns');
  return [
    { ...MAIN_TABLE, name: tableName },
    { ...RECORD_TABLE, name: recordTableName },
    { ...SEEDS_TABLE, name: await seedTable() },
    { ...SIGN_INS_TABLE, name: signIns },
  ];
}

async function readTable(TableName: string): Promise<Item[]> {
  const items: Item[] = [];
  const pages = paginateScan({ client: aws.dynamodb() }, { TableName, ConsistentRead: true });
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}

/** The parts of a release; the calls of its steps are followed in their order. */
async function readParts(
  steps: ReadonlyMap<string, Recorded>,
  functions: readonly DeployedFunction[],
  mirror: TableMirror,
): Promise<Map<string, Usage>> {
  const parts = new Map<string, Usage>();
  for (const [step, { calls, from, until }] of steps) {
    const note = (folder: string, usage: Usage) => {
      const part = (step !== NEXT_PHONE && FOLLOWING[folder]) || step;
      parts.set(part, add([parts.get(part) ?? {}, usage]));
    };
    for (const call of calls) {
      const operation = `${call.service}.${call.operation}`;
      const caller = functions.find(({ accessKeyIds }) => accessKeyIds.includes(call.accessKeyId ?? ''));
      // The bench itself reads the state of an execution, as root.
      if (!caller && call.accessKeyId === 'test') continue;
      if (!caller) throw new Error(`${operation} was called with a key of no function`);
      note(caller.folder, { [operation]: 1, ...(call.service === 'dynamodb' ? await mirror.apply(call) : {}) });
    }
    for (const deployed of functions) note(deployed.folder, await readLog(deployed, from, until));
  }
  return parts;
}

/** CloudWatch Logs bills each event's text and so many bytes. */
const EVENT_BYTES = 26;
const REPORT = /^REPORT .*\bDuration: ([\d.]+) ms\b.*Billed/;

/** Reads what a function logged between two moments (epoch milliseconds, both included). */
async function readLog({ folder, logGroup }: DeployedFunction, from: number, until: number): Promise<Usage> {
  let [runs, ms, bytes] = [0, 0, 0];
  const range = { logGroupName: logGroup, startTime: from, endTime: until };
  for await (const { events = [] } of paginateFilterLogEvents({ client: aws.logs() }, range)) {
    for (const { message = '' } of events) {
      const [, duration] = REPORT.exec(message) ?? [];
      if (duration !== undefined) runs += 1;
      ms += Number(duration ?? 0);
      bytes += Buffer.byteLength(message) + EVENT_BYTES;
    }
  }
  const requests = ROUTES.some(({ functionName }) => functionName === folder) ? runs : 0;
  return { 'API requests': requests, 'Lambda runs': runs, 'Lambda ms, here': ms, 'log bytes': bytes };
}

function engineVersion(): string {
  const requirements = readFileSync(projectPath('local/engine/requirements.txt'), 'utf8');
  const [, version] = /^ministack\S*==(\S+)/m.exec(requirements) ?? [];
  return `MiniStack ${version ?? '(version unknown)'}`;
}
