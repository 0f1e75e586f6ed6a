import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { eventSchema } from '../../shared/domain/event.ts';
import { isNoticed } from '../../shared/domain/notice.ts';
import { inRun, type RunContext } from '../../shared/in-run.ts';
import { type NoticedEvent, sendNotices } from '../../shared/lifecycle/send-notices.ts';

/** An event as it lies in the record, with whom it concerns. An earlier one names nobody, and is told to nobody. */
const recordedSchema = z.extend(eventSchema, {
  companyId: z.string(),
  tokenId: z.string(),
  holderId: z.optional(z.string()),
  deviceId: z.optional(z.string()),
});

/**
 * Tells holders what joins the record of their tokens, in its order. Repeatable: where one event cannot be seen to, the
 * batch comes again, and what was told is not told twice.
 */
export const handler = async ({ Records }: DynamoDBStreamEvent, context: RunContext): Promise<void> => {
  // Each event is a story of its own: that of the change that it is about.
  for (const record of Records) await inRun(context, () => tell(record));
};

async function tell(record: DynamoDBRecord): Promise<void> {
  const noticed = noticedEventOf(record);
  if (noticed) await sendNotices(noticed);
}

function noticedEventOf({ eventName, dynamodb }: DynamoDBRecord): NoticedEvent | undefined {
  if (eventName !== 'INSERT' || !dynamodb?.NewImage) return undefined;
  // The event's attribute values are those of the SDK, under another name.
  const image = dynamodb.NewImage as Parameters<typeof unmarshall>[0];
  const { companyId, tokenId, holderId, deviceId, ...recorded } = recordedSchema.parse(unmarshall(image));
  const event = eventSchema.parse(recorded);
  if (!holderId || !isNoticed(event)) return undefined;
  return { companyId, tokenId, holderId, deviceId, event };
}
