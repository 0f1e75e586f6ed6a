import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import * as z from 'zod';
import { loadCompany, nth, type Person } from '../../../test/cloud/support/company.ts';
import { deployedFunctions } from '../../../test/cloud/support/deployed-functions.ts';
import { openAdministrator, openPhone } from '../../../test/cloud/support/phone.ts';
import { cloudPort } from '../../../test/cloud/support/port.ts';
import { quietSchedule } from '../../../test/cloud/support/schedule.ts';
import { projectPath } from '../../../tools/project.ts';
import { readStackFile } from '../../../tools/read-stack-file.ts';
import { readAssumptions } from '../data.ts';
import { type Measured, measuredSchema, type StepFigures } from '../measured.ts';
import { measureFigures } from './figures.ts';
import { stageFigures } from './stage-figures.ts';
import { releaseStepByStep, STEPS } from './steps.ts';
import { followedTables, readContents, storedBytes } from './table-contents.ts';
import { type FollowedTable, TableMirror } from './table-mirror.ts';

/**
 * Measures a release on the local cloud of `LLAVERO_CLOUD_PORT`, which nobody else may use meanwhile; one before it is not
 * counted. Its schedule is stopped: the reconciler runs when the measurement says so.
 */
export async function measure(say: (line: string) => void): Promise<Measured> {
  const looks = readAssumptions().statusLooks.value;
  await quietSchedule();
  const functions = await deployedFunctions();
  const { recordTableName } = await readStackFile(cloudPort(), z.object({ recordTableName: z.string() }));
  const tables = await followedTables(recordTableName);
  say('Loading a company and enrolling phones');
  const company = await loadCompany('capacity', { administrators: 1, secondaries: 2 });
  const administrator = await openAdministrator(nth(company.administrators, 0));
  say('A release that is not counted');
  await openPhone(nth(company.secondaries, 0), administrator.web);
  await releaseStepByStep(administrator, nth(company.secondaries, 0), looks);

  say('The release that is measured');
  const holder = nth(company.secondaries, 1);
  const phone = await openPhone(holder, administrator.web);
  await settled();
  const mirror = await openMirror(tables);
  const before = await allBytes(tables);
  const person = await personBytes(tables, phone, holder);
  const release = await releaseStepByStep(administrator, holder, looks);
  const steps: StepFigures[] = [];
  for (const step of STEPS) steps.push(await measureFigures(step, release.steps[step], functions, mirror));
  await assertFollowed(mirror, tables);

  return measuredSchema.parse({
    date: new Date().toISOString().slice(0, 10),
    engine: engineVersion(),
    machine: `${cpus().length} cores, Node ${process.versions.node}`,
    steps,
    transitions: release.transitions,
    storage: {
      perPerson: person.bytes,
      mainItemsPerPerson: person.items,
      perRelease: (await allBytes(tables)) - before,
    },
    stage: stageFigures(),
  });
}

/** Work that the enrolment started (notices, archive) is no part of the release. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 4_000));

async function openMirror(tables: readonly FollowedTable[]): Promise<TableMirror> {
  const mirror = new TableMirror(tables);
  for (const { tableName } of tables) mirror.load(tableName, await readContents(tableName));
  return mirror;
}

/** Fails where the tables are not what following every recorded write made of them: then no unit could be trusted. */
async function assertFollowed(mirror: TableMirror, tables: readonly FollowedTable[]): Promise<void> {
  for (const { tableName, label } of tables) {
    // People sign in between the steps, which is no part of a release; such an item has one unit, whatever is in it.
    if (label === 'sign-ins') continue;
    const differing = mirror.differences(tableName, await readContents(tableName));
    if (differing.length > 0)
      throw new Error(`The ${label} table was not followed: ${differing.slice(0, 5).join(', ')}`);
  }
}

async function allBytes(tables: readonly FollowedTable[]): Promise<number> {
  let bytes = 0;
  for (const { tableName, indexes } of tables) bytes += storedBytes(await readContents(tableName), indexes);
  return bytes;
}

interface HolderIds {
  readonly userId: string;
  readonly tokenId: string;
}

/** Sums the items of a person whose first phone is enrolled, found by their ids and username. */
async function personBytes(tables: readonly FollowedTable[], { userId, tokenId }: HolderIds, { username }: Person) {
  let [bytes, items] = [0, 0];
  for (const { tableName, indexes, label } of tables) {
    const own = (await readContents(tableName)).filter((item) => {
      const text = JSON.stringify(item);
      return [userId, tokenId, username].some((id) => text.includes(id));
    });
    bytes += storedBytes(own, indexes);
    if (label === 'main') items += own.length;
  }
  return { bytes, items };
}

function engineVersion(): string {
  const requirements = readFileSync(projectPath('local/engine/requirements.txt'), 'utf8');
  const [, version] = /^ministack\S*==(\S+)/m.exec(requirements) ?? [];
  return `MiniStack ${version ?? '(version unknown)'}`;
}
