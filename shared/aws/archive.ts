import { S3Client } from '@aws-sdk/client-s3';
import { type Environment, requireEnv } from '../env.ts';
import { Archive } from '../repositories/archive.ts';
import { clientSettings } from './clients.ts';

/** The stage's archive of the record. */
export function openArchive(environment: Environment): Archive {
  return new Archive(new S3Client(clientSettings(environment)), requireEnv(environment, 'ARCHIVE_BUCKET_NAME'));
}
