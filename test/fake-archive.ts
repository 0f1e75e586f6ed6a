import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { sdkStreamMixin } from '@smithy/core/serde';
import { mockClient } from 'aws-sdk-client-mock';
import { Archive } from '../shared/repositories/archive.ts';

interface StoredObject {
  body: string;
  putAt: Date;
  hidden: boolean;
}

/** A bucket in memory that answers S3 as the archive uses it: conditional puts, versions, folders, pages of two. */
export class FakeArchive {
  readonly objects = new Map<string, StoredObject>();
  readonly mock = mockClient(S3Client);
  /** The archive that puts into this bucket and reads it. */
  readonly archive = new Archive(new S3Client({}), 'llavero-archive');
  now = new Date('2026-01-05T15:00:00.000Z');

  constructor() {
    this.answer();
  }

  put(key: string, body = '{}', putAt = this.now): void {
    this.objects.set(key, { body, putAt, hidden: false });
  }

  private keys(prefix: string): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  private answer(): void {
    this.mock.on(PutObjectCommand).callsFake(({ Key, Body, IfNoneMatch }) => {
      if (IfNoneMatch === '*' && this.objects.has(Key)) {
        throw Object.assign(new Error('There is one'), { name: 'PreconditionFailed' });
      }
      this.put(Key, Body);
      return {};
    });
    this.mock.on(GetObjectCommand).callsFake(({ Key }) => {
      const found = this.objects.get(Key);
      if (!found) throw Object.assign(new Error('There is none'), { name: 'NoSuchKey' });
      return { Body: sdkStreamMixin(Readable.from([Buffer.from(found.body)])) };
    });
    this.mock.on(ListObjectsV2Command).callsFake(({ Prefix }) => {
      const folders = new Set(this.keys(Prefix).map((key) => `${Prefix}${key.slice(Prefix.length).split('/')[0]}/`));
      return { CommonPrefixes: [...folders].map((folder) => ({ Prefix: folder })) };
    });
    this.mock.on(ListObjectVersionsCommand).callsFake(({ Prefix, KeyMarker }) => {
      const left = this.keys(Prefix).filter((key) => KeyMarker === undefined || key > KeyMarker);
      const page = left.slice(0, 2);
      return {
        Versions: page.map((Key) => {
          const { putAt, hidden } = this.objects.get(Key) ?? { putAt: this.now, hidden: false };
          return { Key, LastModified: putAt, IsLatest: !hidden };
        }),
        IsTruncated: left.length > page.length,
        NextKeyMarker: page.at(-1),
      };
    });
  }
}
