import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { aws } from './aws.ts';
import type { Phone } from './phone.ts';
import { stack } from './stack.ts';

/** The push endpoint of an enrolled phone. */
export async function readEndpoint({ userId, deviceId }: Pick<Phone, 'userId' | 'deviceId'>): Promise<string> {
  const Key = { pk: `USER#${userId}`, sk: `DEVICE#${deviceId}` };
  const { Item } = await aws.dynamodb().send(new GetCommand({ TableName: stack().tableName, Key }));
  return z.object({ endpointArn: z.string() }).parse(Item).endpointArn;
}
