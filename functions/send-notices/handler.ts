import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { openMailbox } from '../../shared/aws/mail.ts';
import { openPush } from '../../shared/aws/push.ts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { COMPANY_RECORD, eventSchema, type TokenEvent } from '../../shared/domain/event.ts';
import { isNoticed } from '../../shared/domain/notice.ts';
import { inRun, type RunContext } from '../../shared/http/in-run.ts';
import { parseImage } from '../../shared/repositories/stream-image.ts';
import { readSettings } from '../../shared/settings.ts';
import { dropRetiredEndpoints } from '../../shared/use-cases/drop-endpoints.ts';
import { sendCompanyNotices } from '../../shared/use-cases/send-company-notices.ts';
import { sendNotices } from '../../shared/use-cases/send-notices.ts';

const world = {
  tables: openTables(process.env),
  push: openPush(process.env),
  mailbox: openMailbox(process.env),
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
 * Notifies holders of new events of their tokens, and administrators of their company's own, in order. It takes
 * released phones off their push endpoints last, so that a fault there keeps nobody from being notified. Repeatable: if
 * one event fails the batch comes again, and nobody is notified twice.
 */
export const handler = async ({ Records }: DynamoDBStreamEvent, context: RunContext): Promise<void> => {
  const released: string[] = [];
  for (const record of Records) {
    // Each event is a story of its own: that of the change that it is about.
    await inRun(context, async () => {
      const holderId = await tell(record);
      if (holderId) released.push(holderId);
    });
  }
  for (const holderId of released) await inRun(context, () => dropRetiredEndpoints(world, holderId));
};

const isReleased = ({ type, change }: TokenEvent): boolean => type === 'CHANGE_APPLIED' && change?.action === 'RELEASE';

/** Tells of one event, and gives the holder of a token that it released. */
async function tell({ eventName, dynamodb }: DynamoDBRecord): Promise<string | undefined> {
  if (eventName !== 'INSERT' || !dynamodb?.NewImage) return undefined;
  const { companyId, tokenId, holderId, deviceId, ...recorded } = recordedSchema.parse(parseImage(dynamodb.NewImage));
  const event = eventSchema.parse(recorded);
  if (tokenId === COMPANY_RECORD) {
    await sendCompanyNotices(world, { companyId, event });
    return undefined;
  }
  if (!holderId || !isNoticed(event)) return undefined;
  await sendNotices(world, { companyId, tokenId, holderId, deviceId, event });
  return isReleased(event) ? holderId : undefined;
}
