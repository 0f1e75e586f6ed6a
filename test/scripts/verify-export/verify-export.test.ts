import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KMSClient } from '@aws-sdk/client-kms';
import { exportCompany } from '../../../scripts/export-record/export-company.ts';
import { FILES } from '../../../scripts/export-record/layout.ts';
import { verifyExport } from '../../../scripts/verify-export/verify-export.ts';
import { describeFinding } from '../../../scripts/verify-record/finding.ts';
import { canonical } from '../../../shared/domain/canonical.ts';
import { eventHash } from '../../../shared/domain/event.ts';
import { type NamedKey, readPublicKey } from '../../../shared/security/signing-key.ts';
import { signDays } from '../../../shared/use-cases/sign-days.ts';
import { FakeArchive } from '../../fake-archive.ts';
import { FakeSigningKey } from '../../fake-signing-key.ts';
import { archiveRecord, livedCompany } from '../../world/lived-company.ts';

const key = new FakeSigningKey();
let archive: FakeArchive;
let dayKey: NamedKey;
let folder: string;

beforeEach(async () => {
  archive = new FakeArchive();
  dayKey = await readPublicKey(new KMSClient({}), 'day');
  folder = mkdtempSync(join(tmpdir(), 'llavero-export-'));
  const company = await livedCompany();
  archiveRecord(company, archive);
  company.world.clock.advance(86_400_000);
  await signDays({ archive: archive.archive, dayKey: key.key }, '2026-01-05', company.world.clock.now());
  const files = new Map<string, string>();
  await exportCompany({ ...company.world, archive: archive.archive }, 'DEMO', async (file, line) => {
    files.set(FILES[file], `${files.get(FILES[file]) ?? ''}${line}${FILES[file].endsWith('.jsonl') ? '\n' : ''}`);
  });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
});

afterEach(() => {
  archive.mock.restore();
  rmSync(folder, { recursive: true });
});
afterAll(() => key.mock.restore());

async function verify(keys = new Map([[dayKey.kid, dayKey.key]])) {
  const found: string[] = [];
  const verified = await verifyExport(folder, keys, (finding) => found.push(describeFinding(finding)));
  return { found, verified };
}

const read = (file: keyof typeof FILES) => readFileSync(join(folder, FILES[file]), 'utf8').trim().split('\n');
const rewrite = (file: keyof typeof FILES, lines: readonly string[]) =>
  writeFileSync(join(folder, FILES[file]), lines.map((line) => `${line}\n`).join(''));

it('is whole as it was exported: every record, event and signed day', async () => {
  const { found, verified } = await verify();
  expect(found).toEqual([]);
  expect(verified).toMatchObject({ records: 4, events: read('events').length, signedDays: 1, onTheWay: 0 });
});

describe('an export that was altered is found', () => {
  it('where an event says something else', async () => {
    const lines = read('events');
    const { token, event } = JSON.parse(lines.at(-1) ?? '');
    rewrite('events', [
      ...lines.slice(0, -1),
      canonical({ token, event: { ...event, at: '2026-01-01T00:00:00.000Z' } }),
    ]);
    expect((await verify()).found).toEqual([
      `token ${token}, event ${event.seq}: the event has not the hash of what it says`,
    ]);
  });

  it('where the last event and the head were written anew', async () => {
    const lines = read('events');
    const { token, event } = JSON.parse(lines.at(-1) ?? '');
    const { hash: _old, ...said } = event;
    const other = { ...said, at: '2026-01-01T00:00:00.000Z' };
    const hash = eventHash(other);
    rewrite('events', [...lines.slice(0, -1), canonical({ token, event: { ...other, hash } })]);
    const heads = read('heads').map((line) =>
      line.includes(token) ? canonical({ token, seq: event.seq, hash }) : line,
    );
    rewrite('heads', heads);
    expect((await verify()).found).toEqual([
      `token ${token}, event ${event.seq}: the event is not the one that was archived on 2026-01-05`,
    ]);
  });

  it('where the end of a record is cut off, its head and its archive entry with it', async () => {
    const lines = read('events');
    const [last, before] = [JSON.parse(lines.at(-1) ?? ''), JSON.parse(lines.at(-2) ?? '')];
    rewrite('events', lines.slice(0, -1));
    const { seq, hash } = before.event;
    rewrite(
      'heads',
      read('heads').map((line) => (line.includes(last.token) ? canonical({ token: last.token, seq, hash }) : line)),
    );
    rewrite('archive', read('archive').slice(0, -1));
    expect((await verify()).found).toEqual(['the archive of 2026-01-05 is not what was signed']);
  });

  it('where a whole record is left out', async () => {
    const { token } = JSON.parse(read('heads').at(-1) ?? '');
    for (const file of ['heads', 'events'] as const)
      rewrite(
        file,
        read(file).filter((line) => !line.includes(token)),
      );
    expect((await verify()).found[0]).toBe(`token ${token}, event 1: archived, but the export has no such event`);
  });

  it('where a signed day says something else', async () => {
    rewrite(
      'days',
      read('days').map((line) => line.replace(/"count":\d+/, '"count":1')),
    );
    await expect(verify()).rejects.toMatchObject({ name: 'SignedDayError' });
  });

  it('where a line is not the one canonical form of what it says', async () => {
    rewrite(
      'heads',
      read('heads').map((line) => line.replace('{', '{ ')),
    );
    await expect(verify()).rejects.toMatchObject({ name: 'UsageError' });
  });
});

it('is believed by a file of several keys, and by none that lacks the key of its days', async () => {
  const other = { ...dayKey.key, x: dayKey.key.y };
  expect(
    (
      await verify(
        new Map([
          ['other', other],
          [dayKey.kid, dayKey.key],
        ]),
      )
    ).found,
  ).toEqual([]);
  await expect(verify(new Map([['other', other]]))).rejects.toMatchObject({ name: 'SignedDayError' });
});

it('is none without the file that says of which company it is', async () => {
  rmSync(join(folder, FILES.about));
  await expect(verify()).rejects.toMatchObject({ name: 'UsageError' });
});
