import { parseTarget, runCommand, TARGET_OPTIONS } from '../../tools/command-line.ts';
import { findStack } from '../stack.ts';
import { followRecords } from './check-records.ts';
import { GUARDS, liveness, safety } from './configurations.ts';
import { corruptRecord } from './corrupt-record.ts';
import { deployedRecords, keepRecord, keptRecords, type NamedRecord } from './stored-record.ts';
import { tellRecord } from './tell-record.ts';
import { type Checked, hasJava, installTlc, runTlc } from './tlc.ts';

const HELP = `Checks the model of a token's life (docs/model) with TLC: every state, that every change ends, that each guard is
needed, and that the stored records are behaviours of it.

  npm run model                          the whole of it, with the records kept in test/data/records
  npm run model -- --port P | --stage S  only the records of a deployment that is at rest
  --keep                                 with it: keeps one record of each kind that is not kept yet
  --help                                 this text

It needs Java, and Python 3.10 or later, in which TLC is installed once, under .venv.
`;

await runCommand(
  { help: HELP, options: { ...TARGET_OPTIONS, keep: { type: 'boolean', default: false } } },
  async (values) => {
    if (!hasJava()) {
      console.log('The model is not checked: there is no Java here');
      return;
    }
    const jar = await installTlc();
    if (values.port === undefined && values.stage === undefined) {
      await checkModel(jar);
      await checkGuards(jar);
      await checkKept(jar);
    } else {
      const stack = await findStack(parseTarget(values));
      console.log(`Reading the records of ${stack.label}`);
      await checkDeployed(jar, await deployedRecords(stack), values.keep);
    }
  },
);

async function checkModel(jar: string): Promise<void> {
  console.log('Checking every state of two held changes, a block and two requests at the same time');
  const onProgress = (text: string) => console.log(`  ${text}`);
  const states = await runTlc(jar, { name: 'safety', module: 'Properties', configuration: safety(), onProgress });
  refuse(states);
  console.log('Checking that every change ends while the reconciler runs');
  const ends = await runTlc(jar, {
    name: 'liveness',
    module: 'Properties',
    configuration: liveness({ fair: true }),
    onProgress,
  });
  refuse(ends);
}

function refuse({ violated, found, distinct, log }: Checked): void {
  if (violated) throw new Error(`${violated} does not hold: the steps that lead there are in ${log}`);
  console.log(`No fault: ${found} states found, ${distinct} distinct`);
}

/** Each guard is needed: without it TLC finds steps that break a property. */
async function checkGuards(jar: string): Promise<void> {
  console.log(`Taking away each of ${GUARDS.length} guards, and the reconciler`);
  for (const [guard, property] of GUARDS) {
    // One worker finds the same steps first each time.
    const run = { name: `without-${guard}`, module: 'Properties', configuration: safety(guard), workers: 1 } as const;
    const checked = await runTlc(jar, run);
    expectViolation(`without ${guard}`, checked, property);
  }
  const unfair = {
    name: 'without-reconciler',
    module: 'Properties',
    configuration: liveness({ fair: false }),
  } as const;
  expectViolation('without the reconciler', await runTlc(jar, unfair), 'EveryChangeEnds');
}

function expectViolation(what: string, { violated, distinct }: Checked, expected: string): void {
  if (violated !== expected) throw new Error(`${what}: ${violated ?? 'nothing'} does not hold, and not ${expected}`);
  console.log(`  ${what}: ${violated} does not hold (after ${distinct} distinct states)`);
}

async function checkKept(jar: string): Promise<void> {
  const kept = keptRecords();
  console.log(`Following ${kept.length} records that a cloud wrote`);
  await acceptAll(jar, 'records', kept);
  const corrupted = kept.flatMap(corruptRecord);
  console.log(`Following ${corrupted.length} records with one fault each`);
  const { followed, checked } = await followRecords(jar, 'corrupted', corrupted);
  const taken = followed.filter(({ accepted }) => accepted).map(({ record }) => record.name);
  for (const name of taken) console.error(`  accepted: ${name}`);
  if (taken.length > 0) throw new Error(`${taken.length} corrupted records are behaviours of the model`);
  console.log(`Each is refused: ${checked.distinct} distinct states`);
}

async function acceptAll(jar: string, name: string, records: readonly NamedRecord[]): Promise<void> {
  const { followed, kinds, checked } = await followRecords(jar, name, records);
  const refused = followed.filter(({ accepted }) => !accepted);
  for (const { record, events } of refused) {
    const event = record.events[events];
    const at = event ? `event ${events + 1}, ${event.type}` : 'its end: the token is stored otherwise';
    console.error(`  ${record.name}: not followed beyond ${at}`);
  }
  if (refused.length > 0) throw new Error(`${refused.length} records are no behaviour of the model`);
  console.log(`Each is a behaviour of the model: ${kinds} kinds, ${checked.distinct} distinct states`);
}

async function checkDeployed(jar: string, records: readonly NamedRecord[], keep: boolean): Promise<void> {
  console.log(`Following ${records.length} records`);
  await acceptAll(jar, 'deployed', records);
  if (!keep) return;
  const kept = new Set(keptRecords().map((record) => JSON.stringify(tellRecord(record))));
  for (const record of records) {
    const kind = JSON.stringify(tellRecord(record));
    if (kept.has(kind)) continue;
    kept.add(kind);
    keepRecord(record, String(kept.size).padStart(3, '0'));
  }
}
