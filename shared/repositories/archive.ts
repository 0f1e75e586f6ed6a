import {
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
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

/** An entry as it lies in the archive. */
export type ListedEntry = FiledEntry & {
  /** When it was first put. */
  readonly putAt: Date;
  /** True if somebody has hidden it behind a delete marker, which is all that the lock lets anybody do. */
  readonly hidden: boolean;
};

interface ListedKey {
  readonly key: string;
  putAt: Date;
  hidden: boolean;
}

/** The bucket under object lock that has an entry of every event, and the signed days. */
export class Archive {
  private readonly s3: Pick<S3Client, 'send'>;
  private readonly bucket: string;

  constructor(s3: Pick<S3Client, 'send'>, bucket: string) {
    this.s3 = s3;
    this.bucket = bucket;
  }

  /** Puts an entry, once: the same entry again changes nothing. */
  async putEntry(entry: FiledEntry): Promise<void> {
    const { companyId, tokenId, seq, hash } = entry;
    const body = canonical({ company: companyId, token: tokenId, seq, hash });
    await this.putOnce(entryKey(entry), body);
  }

  /** Puts a signed day under its number; returns false where that number is taken. */
  putSignedDay(day: SignedDay): Promise<boolean> {
    return this.putOnce(signedDayKey(day.seq), canonical(day));
  }

  private async putOnce(Key: string, Body: string): Promise<boolean> {
    try {
      await this.s3.send(
        new PutObjectCommand({ Bucket: this.bucket, Key, Body, ContentType: 'application/json', IfNoneMatch: '*' }),
      );
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'PreconditionFailed') return false;
      throw error;
    }
  }

  /** The entries of a day, or of one company on it, in the order of their keys; hidden ones among them. */
  async *listEntries(day: string, companyId?: string, pageSize = 1000): AsyncGenerator<ListedEntry> {
    for await (const { key, putAt, hidden } of this.listVersions(entryFolder(day, companyId), pageSize)) {
      yield { ...parseEntryKey(key), putAt, hidden };
    }
  }

  /** Keys that have any version, also behind a delete marker; each once, with the time of its oldest version. */
  private async *listVersions(prefix: string, pageSize: number): AsyncGenerator<ListedKey> {
    let last: ListedKey | undefined;
    for await (const { Key: key = '', LastModified: putAt = new Date(0), IsLatest } of this.versions(
      prefix,
      pageSize,
    )) {
      if (last?.key === key) {
        if (putAt < last.putAt) last.putAt = putAt;
        continue;
      }
      if (last) yield last;
      // Newest first: where that is no version, it is a delete marker.
      last = { key, putAt, hidden: IsLatest !== true };
    }
    if (last) yield last;
  }

  private async *versions(Prefix: string, MaxKeys: number): AsyncGenerator<ObjectVersion> {
    let from: Pick<ListObjectVersionsCommandInput, 'KeyMarker' | 'VersionIdMarker'> | undefined;
    do {
      const { Versions, IsTruncated, NextKeyMarker, NextVersionIdMarker }: ListObjectVersionsCommandOutput =
        await this.s3.send(new ListObjectVersionsCommand({ Bucket: this.bucket, Prefix, MaxKeys, ...from }));
      yield* Versions ?? [];
      from =
        IsTruncated && NextKeyMarker ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined;
    } while (from);
  }

  /** The days that have entries, oldest first. */
  async *listDays(): AsyncGenerator<string> {
    let ContinuationToken: string | undefined;
    do {
      const page = await this.s3.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
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
  async lastSignedSeq(): Promise<number> {
    let last = 0;
    for await (const { key } of this.listVersions(DAYS_FOLDER, 1000)) {
      last = Number(/^days\/(\d{12})\.json$/.exec(key)?.[1] ?? last);
    }
    return last;
  }

  /** The n-th signed day; throws where it is missing or is none. Its signature is not judged. */
  async readSignedDay(seq: number): Promise<SignedDay> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: signedDayKey(seq) }));
    const text = await Body?.transformToString();
    return signedDaySchema.parse(JSON.parse(text ?? ''));
  }
}
