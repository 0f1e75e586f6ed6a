import { DescribeTimeToLiveCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectLockConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { clientSettings } from './aws-environment.ts';

/** Days for which the local archive is locked. */
const RETENTION_DAYS = 1;

/** Turns on what the engine takes from calls alone, and not from the templates that ask for it. */
export async function setBesideTemplates(
  endpoint: string,
  { TableName, ArchiveBucketName }: { readonly TableName: string; readonly ArchiveBucketName: string },
): Promise<void> {
  const dynamodb = new DynamoDBClient(clientSettings(endpoint));
  const s3 = new S3Client(clientSettings(endpoint));
  try {
    const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    if (TimeToLiveDescription?.TimeToLiveStatus !== 'ENABLED') {
      const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
      await dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    }
    const Rule = { DefaultRetention: { Mode: 'COMPLIANCE', Days: RETENTION_DAYS } } as const;
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
    await s3.send(new PutObjectLockConfigurationCommand({ Bucket: ArchiveBucketName, ObjectLockConfiguration }));
  } finally {
    dynamodb.destroy();
    s3.destroy();
  }
}
