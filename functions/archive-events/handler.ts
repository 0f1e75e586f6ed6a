import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { dayOf, type FiledEntry } from '../../shared/domain/archive.ts';
import { inRun, type RunContext } from '../../shared/in-run.ts';
import { log } from '../../shared/logger.ts';
import { count, measure } from '../../shared/metrics.ts';
import { putEntry } from '../../shared/repositories/archive.ts';

const RECORD_KEY = /^COMPANY#(.+)#TOKEN#([^#]+)$/;
const EVENT_KEY = /^EVENT#(\d{12})$/;
const HASH = /^[0-9a-f]{64}$/;

/**
 * Archives each event that joins the record. Repeatable: an entry is put once, under a key of its own. An event that
 * is changed or removed there, which no role may do, is told at once.
 */
export const handler = ({ Records }: DynamoDBStreamEvent, context: RunContext): Promise<void> =>
  inRun(context, () => archive(Records));

async function archive(records: DynamoDBRecord[]): Promise<void> {
  const entries = records.map(entryOf).filter((entry) => entry !== undefined);
  await Promise.all(entries.map(putEntry));
  if (entries.length > 0) measure('EventsArchived', entries.length);
}

/** The entry of an event as it was first written; undefined, and told, where the record was altered. */
function entryOf({ eventName, dynamodb }: DynamoDBRecord): FiledEntry | undefined {
  const [, companyId, tokenId] = RECORD_KEY.exec(dynamodb?.Keys?.pk?.S ?? '') ?? [];
  const [, seq] = EVENT_KEY.exec(dynamodb?.Keys?.sk?.S ?? '') ?? [];
  const hash = dynamodb?.NewImage?.hash?.S ?? '';
  if (eventName !== 'INSERT' || !companyId || !tokenId || !seq || !HASH.test(hash)) {
    count('RecordAltered');
    log.error('record altered', new Error('The record was altered'), {
      ...(companyId && tokenId ? { companyId, tokenId } : {}),
      operation: eventName ?? 'UNKNOWN',
    });
    return undefined;
  }
  // The same at every delivery of the record, whenever that is: a late retry puts nothing twice.
  const writtenAt = new Date((dynamodb?.ApproximateCreationDateTime ?? 0) * 1000);
  return { day: dayOf(writtenAt), companyId, tokenId, seq: Number(seq), hash };
}
