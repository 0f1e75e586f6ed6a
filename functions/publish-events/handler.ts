import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { openEventBus } from '../../shared/aws/event-bus.ts';
import { systemClock, systemRandom } from '../../shared/clock.ts';
import { eventSchema } from '../../shared/domain/event.ts';
import { type PublishedEvent, publishedEvent } from '../../shared/domain/published-event.ts';
import { inRun, type RunContext } from '../../shared/http/in-run.ts';
import { parseImage } from '../../shared/repositories/stream-image.ts';
import { measure } from '../../shared/telemetry/metrics.ts';
import { publishEvents } from '../../shared/use-cases/publish-events.ts';

const world = { eventBus: openEventBus(process.env), clock: systemClock, random: systemRandom };

/** An event as it lies in the record, with whose it is. */
const recordedSchema = z.extend(eventSchema, { companyId: z.string(), tokenId: z.string() });

/**
 * Tells the bank's other systems what joins the record, by the bus. Repeatable: where one event cannot be put, the
 * batch comes again, and what was put is put again.
 */
export const handler = ({ Records }: DynamoDBStreamEvent, context: RunContext): Promise<void> =>
  inRun(context, async () => {
    const events = Records.map(readEvent).filter((event) => event !== undefined);
    await publishEvents(world, events);
    if (events.length > 0) measure('EventsPublished', events.length);
  });

/** Reads the event as it was first written. One that was changed or removed is told of by the archive's consumer. */
function readEvent({ eventName, dynamodb }: DynamoDBRecord): PublishedEvent | undefined {
  if (eventName !== 'INSERT' || !dynamodb?.NewImage) return undefined;
  const recorded = recordedSchema.parse(parseImage(dynamodb.NewImage));
  return publishedEvent(recorded, recorded);
}
