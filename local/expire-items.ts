import { DescribeTimeToLiveCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { REGION } from './aws-environment.ts';
import type { Instance } from './instance.ts';

/** Turns the table's time-to-live on: the engine takes it from no template, only from this call. */
export async function enableTimeToLive(instance: Instance, tableName: string): Promise<void> {
  const dynamodb = new DynamoDBClient({
    endpoint: instance.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  try {
    const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName: tableName }));
    if (TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED') return;
    const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
    await dynamodb.send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification }));
  } finally {
    dynamodb.destroy();
  }
}
