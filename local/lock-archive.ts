import { PutObjectLockConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { REGION } from './aws-environment.ts';
import type { Instance } from './instance.ts';

/** Days for which the local archive is locked. */
const RETENTION_DAYS = 1;

/** Turns the archive's lock on: the engine takes it from no template, only from this call. */
export async function lockArchive(instance: Instance, bucketName: string): Promise<void> {
  const s3 = new S3Client({
    endpoint: instance.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    const DefaultRetention = { Mode: 'COMPLIANCE', Days: RETENTION_DAYS } as const;
    await s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket: bucketName,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
      }),
    );
  } finally {
    s3.destroy();
  }
}
