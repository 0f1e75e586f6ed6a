import { traces } from './configurations.ts';
import type { NamedRecord } from './stored-record.ts';
import { recordsModule, tellRecord } from './tell-record.ts';
import { type Checked, runTlc } from './tlc.ts';

export interface Followed {
  readonly record: NamedRecord;
  readonly accepted: boolean;
  /** The number of its events that the model follows. */
  readonly events: number;
}

/** Has TLC follow each record from its first event; records that the model tells the same are followed once. */
export async function followRecords(
  jar: string,
  name: string,
  records: readonly NamedRecord[],
): Promise<{ readonly followed: readonly Followed[]; readonly kinds: number; readonly checked: Checked }> {
  const told = records.map((record) => tellRecord(record));
  const keys = told.map((record) => JSON.stringify(record));
  const distinct = [...new Map(told.map((record, index) => [keys[index], record])).entries()];
  const checked = await runTlc(jar, {
    name,
    module: 'TraceCheck',
    configuration: traces(),
    written: { Records: recordsModule(distinct.map(([, record]) => record)) },
    workers: 1,
  });
  const accepted = new Set<number>();
  const furthest = new Map<number, number>();
  for (const line of checked.printed) {
    const [, what, which, events] = /^<<"(accepted|followed)", (\d+)(?:, (\d+))?>>$/.exec(line) ?? [];
    if (what === 'accepted') accepted.add(Number(which));
    if (what === 'followed') furthest.set(Number(which), Number(events));
  }
  const numbers = new Map(distinct.map(([key], index) => [key, index + 1]));
  const followed = records.map((record, index) => {
    const number = numbers.get(keys[index]) ?? 0;
    return { record, accepted: accepted.has(number), events: furthest.get(number) ?? 0 };
  });
  return { followed, kinds: distinct.length, checked };
}
