import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { aws, DATA_STACK, resources } from './aws.ts';

/** The bucket of the record's archive. */
export async function archiveBucket(): Promise<string> {
  const [bucket] = await resources(DATA_STACK, 'AWS::S3::Bucket');
  if (!bucket) throw new Error('The stack has no archive');
  return bucket.physicalId;
}

/** The keys under which a token's events of today are archived, one for each version that there is. */
export async function archivedKeys(companyId: string, tokenId: string): Promise<string[]> {
  const day = new Date().toISOString().slice(0, 10);
  const Prefix = `events/${day}/${companyId}/${tokenId}/`;
  const { Versions = [] } = await aws
    .s3()
    .send(new ListObjectVersionsCommand({ Bucket: await archiveBucket(), Prefix }));
  return Versions.map(({ Key = '' }) => Key);
}
