import {
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { clientSettings } from '../clients.ts';
import {
  DAYS_FOLDER,
  EVENTS_FOLDER,
  entryFolder,
  entryKey,
  type FiledEntry,
  parseEntryKey,
  type SignedDay,
  signedDayKey,
  signedDaySchema,
} from '../domain/archive.ts';
import { canonical } from '../domain/canonical.ts';
import { requireEnv } from '../env.ts';

const Bucket = requireEnv('ARCHIVE_BUCKET_NAME');
const s3 = new S3Client(clientSettings);

/** An entry as it lies in the archive. */
export type ListedEntry = FiledEntry & {
  /** When it was first put. */
  readonly putAt: Date;
  /** Whether somebody has hidden it behind a delete marker, which is all that the lock lets anybody do. */
  readonly hidden: boolean;
};

/** Puts an entry, once: the same entry again changes nothing. */
export async function putEntry(entry: FiledEntry): Promise<void> {
  const { companyId, tokenId, seq, hash } = entry;
  const body = canonical({ company: companyId, token: tokenId, seq, hash });
  await putOnce(entryKey(entry), body);
}

/** Puts a signed day under its number; returns false where that number is taken. */
export function putSignedDay(day: SignedDay): Promise<boolean> {
  return putOnce(signedDayKey(day.seq), canonical(day));
}

async function putOnce(Key: string, Body: string): Promise<boolean> {
  try {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json', IfNoneMatch: '*' }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'PreconditionFailed') return false;
    throw error;
  }
}

/** The entries of a day, or of one company on it, in the order of their keys; hidden ones among them. */
export async function* listEntries(day: string, companyId?: string, pageSize = 1000): AsyncGenerator<ListedEntry> {
  for await (const { key, putAt, hidden } of listVersions(entryFolder(day, companyId), pageSize)) {
    yield { ...parseEntryKey(key), putAt, hidden };
  }
}

interface ListedKey {
  readonly key: string;
  putAt: Date;
  hidden: boolean;
}

/** Keys that have any version, also behind a delete marker; each once, with the time of its oldest version. */
async function* listVersions(Prefix: string, MaxKeys: number): AsyncGenerator<ListedKey> {
  let marker: { KeyMarker?: string; VersionIdMarker?: string } = {};
  let last: ListedKey | undefined;
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix, MaxKeys, ...marker }));
    // Newest first: where that is no version, it is a delete marker.
    for (const { Key = '', LastModified, IsLatest } of page.Versions ?? []) {
      const putAt = LastModified ?? new Date(0);
      if (last?.key === Key) {
        if (putAt < last.putAt) last.putAt = putAt;
        continue;
      }
      if (last) yield last;
      last = { key: Key, putAt, hidden: IsLatest !== true };
    }
    if (!page.IsTruncated || page.NextKeyMarker === undefined) break;
    marker = {
      KeyMarker: page.NextKeyMarker,
      ...(page.NextVersionIdMarker ? { VersionIdMarker: page.NextVersionIdMarker } : {}),
    };
  }
  if (last) yield last;
}

/** The days that have entries, oldest first. */
export async function* listDays(): AsyncGenerator<string> {
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket,
        Prefix: EVENTS_FOLDER,
        Delimiter: '/',
        ...(ContinuationToken ? { ContinuationToken } : {}),
      }),
    );
    for (const { Prefix = '' } of page.CommonPrefixes ?? []) yield Prefix.slice(EVENTS_FOLDER.length, -1);
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken);
}

/** Number of the last signed day; 0 where there is none. */
export async function lastSignedSeq(): Promise<number> {
  let last = 0;
  for await (const { key } of listVersions(DAYS_FOLDER, 1000)) {
    last = Number(/^days\/(\d{12})\.json$/.exec(key)?.[1] ?? last);
  }
  return last;
}

/** The n-th signed day; throws where it is missing or is none. Its signature is not judged. */
export async function readSignedDay(seq: number): Promise<SignedDay> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: signedDayKey(seq) }));
  const text = await Body?.transformToString();
  return signedDaySchema.parse(JSON.parse(text ?? ''));
}
