import { parseEntryKey, type SignedDay, signedDayKey } from '../../../shared/domain/archive.ts';
import { canonical } from '../../../shared/domain/canonical.ts';
import { Archive } from '../../../shared/repositories/archive.ts';

/** An archive over an S3 that gives these answers, one for each call, and notes what it was asked. */
function archiveOver(...answers: unknown[]) {
  const asked: [string, object][] = [];
  const send = async (command: { constructor: { name: string }; input: object }) => {
    asked.push([command.constructor.name.replace('Command', ''), command.input]);
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? {};
  };
  return { archive: new Archive({ send: send as never }, 'bucket'), asked };
}

const KEY = (seq: number, day = '2026-01-05') =>
  `events/${day}/A/token/${String(seq).padStart(12, '0')}.${'ab'.repeat(32)}`;
const entry = (seq: number) => parseEntryKey(KEY(seq));
const TAKEN = Object.assign(new Error('There is one'), { name: 'PreconditionFailed' });
const version = (Key: string, second: number, IsLatest = true) => ({
  Key,
  LastModified: new Date(second * 1000),
  IsLatest,
});

describe('what is put', () => {
  it('is an entry in canonical form, under its key, and never in place of another', async () => {
    const { archive, asked } = archiveOver({}, TAKEN);
    await archive.putEntry(entry(1));
    await archive.putEntry(entry(1));
    const put = {
      Bucket: 'bucket',
      Key: KEY(1),
      Body: `{"company":"A","hash":"${'ab'.repeat(32)}","seq":1,"token":"token"}`,
      ContentType: 'application/json',
      IfNoneMatch: '*',
    };
    expect(asked).toEqual([
      ['PutObject', put],
      ['PutObject', put],
    ]);
  });

  it('is a signed day under its number, unless that is taken', async () => {
    const day = { seq: 3 } as SignedDay;
    const { archive, asked } = archiveOver({}, TAKEN);
    expect([await archive.putSignedDay(day), await archive.putSignedDay(day)]).toEqual([true, false]);
    expect(asked[0]?.[1]).toMatchObject({ Key: signedDayKey(3), Body: canonical(day), IfNoneMatch: '*' });
  });

  it.each([Object.assign(new Error('no'), { name: 'AccessDenied' }), 'PreconditionFailed'])(
    'fails as S3 does: %s',
    async (fault) => {
      const archive = new Archive({ send: () => Promise.reject(fault) }, 'bucket');
      await expect(archive.putSignedDay({ seq: 1 } as SignedDay)).rejects.toBe(fault);
    },
  );
});

describe('the entries of a day', () => {
  const list = async (archive: Archive, company?: string) =>
    (await Array.fromAsync(archive.listEntries('2026-01-05', company, 2))).map(({ seq, putAt, hidden }) => [
      seq,
      putAt.getTime() / 1000,
      hidden,
    ]);

  it('are read page by page, each from where the one before ended, also within the versions of one key', async () => {
    const { archive, asked } = archiveOver(
      { Versions: [version(KEY(1), 5)], IsTruncated: true, NextKeyMarker: KEY(1), NextVersionIdMarker: 'v1' },
      { Versions: [version(KEY(2), 6)], IsTruncated: true, NextKeyMarker: KEY(2) },
      { Versions: [version(KEY(3), 7)], IsTruncated: false, NextKeyMarker: KEY(3) },
    );
    expect(await list(archive, 'A')).toEqual([
      [1, 5, false],
      [2, 6, false],
      [3, 7, false],
    ]);
    const of = { Bucket: 'bucket', Prefix: 'events/2026-01-05/A/', MaxKeys: 2 };
    expect(asked).toEqual([
      ['ListObjectVersions', of],
      ['ListObjectVersions', { ...of, KeyMarker: KEY(1), VersionIdMarker: 'v1' }],
      ['ListObjectVersions', { ...of, KeyMarker: KEY(2) }],
    ]);
  });

  it('are each told once, with the time of the oldest version, over the end of a page too', async () => {
    const { archive } = archiveOver(
      { Versions: [version(KEY(1), 9), version(KEY(1), 5, false)], IsTruncated: true, NextKeyMarker: KEY(1) },
      { Versions: [version(KEY(1), 7, false), version(KEY(2), 8)] },
    );
    expect(await list(archive)).toEqual([
      [1, 5, false],
      [2, 8, false],
    ]);
  });

  it('are told as hidden where a delete marker is newer than every version', async () => {
    const { archive } = archiveOver({ Versions: [version(KEY(1), 9, false), { Key: KEY(2) }] });
    expect(await list(archive)).toEqual([
      [1, 9, true],
      [2, 0, true],
    ]);
  });

  it('end where S3 says that there is more and not from where', async () => {
    const { archive, asked } = archiveOver({ Versions: [version(KEY(1), 5)], IsTruncated: true });
    expect([await list(archive), asked.length]).toEqual([[[1, 5, false]], 1]);
  });

  it('are none of an empty day', async () => {
    const { archive, asked } = archiveOver({});
    expect([await list(archive), asked[0]?.[1]]).toEqual([
      [],
      expect.objectContaining({ Prefix: 'events/2026-01-05/' }),
    ]);
  });

  it('are all there is in the folder: another key is a fault', async () => {
    const { archive } = archiveOver({ Versions: [version('events/2026-01-05/A/other', 5)] });
    await expect(list(archive)).rejects.toThrow('is no key of the archive');
  });
});

it('lists the days that have entries, page by page', async () => {
  const folders = (...days: string[]) => days.map((day) => ({ Prefix: `events/${day}/` }));
  const { archive, asked } = archiveOver(
    { CommonPrefixes: folders('2026-01-05', '2026-01-06'), NextContinuationToken: 'more' },
    {},
  );
  expect(await Array.fromAsync(archive.listDays())).toEqual(['2026-01-05', '2026-01-06']);
  const input = { Bucket: 'bucket', Prefix: 'events/', Delimiter: '/' };
  expect(asked).toEqual([
    ['ListObjectsV2', input],
    ['ListObjectsV2', { ...input, ContinuationToken: 'more' }],
  ]);
});

describe('signed days', () => {
  it.each([
    [0, []],
    [12, [signedDayKey(2), signedDayKey(12)]],
    [2, [signedDayKey(2), 'days/000000000012.json.bak', 'days/12.json', 'days/x00000000012.json', 'other']],
    [2, [signedDayKey(2), `old/${signedDayKey(3)}`]],
  ])('have %i as the last number', async (last, keys) => {
    const { archive, asked } = archiveOver({ Versions: keys.map((key) => version(key, 1)) });
    expect([await archive.lastSignedSeq(), asked[0]?.[1]]).toEqual([
      last,
      { Bucket: 'bucket', Prefix: 'days/', MaxKeys: 1000 },
    ]);
  });

  it('are read by their number, and are faults where they are none', async () => {
    const body = (text?: string) => ({
      Body: text === undefined ? undefined : { transformToString: async () => text },
    });
    const { archive, asked } = archiveOver(body('{"format":"other"}'), body(), body('null'), TAKEN);
    for (const seq of [1, 2, 3]) await expect(archive.readSignedDay(seq)).rejects.toThrow();
    await expect(archive.readSignedDay(4)).rejects.toBe(TAKEN);
    expect(asked[1]).toEqual(['GetObject', { Bucket: 'bucket', Key: signedDayKey(2) }]);
  });
});
