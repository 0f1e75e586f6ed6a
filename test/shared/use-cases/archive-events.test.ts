import { entryKey, type FiledEntry } from '../../../shared/domain/archive.ts';
import { Archive } from '../../../shared/repositories/archive.ts';
import { archiveEvents } from '../../../shared/use-cases/archive-events.ts';
import { emittedBy } from '../../emitted.ts';

const entry = (seq: number): FiledEntry => ({
  day: '2026-01-05',
  companyId: 'DEMO',
  tokenId: 'token',
  seq,
  hash: 'ab'.repeat(32),
});

it.each([
  [[1, 2], [['EventsArchived', 2]]],
  [[], []],
])('puts each entry, and emits how many where there are any: %j', async (seqs, emitted) => {
  const keys: unknown[] = [];
  const send = async ({ input }: { input: { Key: string } }) => keys.push(input.Key);
  const archive = new Archive({ send: send as never }, 'bucket');
  expect(await emittedBy(() => archiveEvents({ archive }, seqs.map(entry)))).toEqual(emitted);
  expect(keys).toEqual(seqs.map(entry).map(entryKey));
});
