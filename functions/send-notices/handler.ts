import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { openMailbox } from '../../shared/aws/mail.ts';
import { openPush } from '../../shared/aws/push.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { eventSchema, type TokenEvent } from '../../shared/domain/event.ts';
import { isNoticed } from '../../shared/domain/notice.ts';
import { inRun, type RunContext } from '../../shared/http/in-run.ts';
import { parseImage } from '../../shared/repositories/stream-image.ts';
import { readSettings } from '../../shared/settings.ts';
import { dropRetiredEndpoints } from '../../shared/use-cases/drop-endpoints.ts';
import { type NoticedEvent, sendNotices } from '../../shared/use-cases/send-notices.ts';

const world = {
  tables: openTables(process.env),
  push: openPush(process.env),
  mailbox: openMailbox(),
  clock: systemClock,
  settings: readSettings(process.env, 'pushesPerDevice', 'noticeSender'),
};

/** An event as it lies in the record, with whom it concerns. An earlier one names nobody, and is told to nobody. */
const recordedSchema = z.extend(eventSchema, {
  companyId: z.string(),
  tokenId: z.string(),
  holderId: z.optional(z.string()),
  deviceId: z.optional(z.string()),
});

/**
 * Tells holders what joins the record of their tokens, in its order; then takes released phones off their push endpoints,
 * so that no fault of that keeps anybody from being told. Repeatable: where one event cannot be seen to, the batch comes
 * again, and what was told is not told twice.
 */
export const handler = async ({ Records }: DynamoDBStreamEvent, context: RunContext): Promise<void> => {
  const released: string[] = [];
  for (const record of Records) {
    // Each event is a story of its own: that of the change that it is about.
    await inRun(context, async () => {
      const noticed = readNoticedEvent(record);
      if (!noticed) return;
      await sendNotices(world, noticed);
      if (isReleased(noticed.event)) released.push(noticed.holderId);
    });
  }
  for (const holderId of released) await inRun(context, () => dropRetiredEndpoints(world, holderId));
};

const isReleased = ({ type, change }: TokenEvent): boolean => type === 'CHANGE_APPLIED' && change?.action === 'RELEASE';

function readNoticedEvent({ eventName, dynamodb }: DynamoDBRecord): NoticedEvent | undefined {
  if (eventName !== 'INSERT' || !dynamodb?.NewImage) return undefined;
  const recordedEvent = recordedSchema.parse(parseImage(dynamodb.NewImage));
  const { companyId, tokenId, holderId, deviceId, ...recorded } = recordedEvent;
  const event = eventSchema.parse(recorded);
  if (!holderId || !isNoticed(event)) return undefined;
  return { companyId, tokenId, holderId, deviceId, event };
}
