import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { openArchive } from '../../shared/aws/archive.ts';
import { type FiledEntry, toDay } from '../../shared/domain/archive.ts';
import { inRun, type RunContext } from '../../shared/http/in-run.ts';
import { parseEventKey } from '../../shared/repositories/record.ts';
import { log } from '../../shared/telemetry/log.ts';
import { count } from '../../shared/telemetry/metrics.ts';
import { archiveEvents } from '../../shared/use-cases/archive-events.ts';

const HASH = /^[0-9a-f]{64}$/;

const world = { archive: openArchive(process.env) };

/**
 * Archives each event that joins the record. Repeatable: an entry is put once, under a key of its own. An event that
 * is changed or removed there, which no role may do, is told at once.
 */
export const handler = ({ Records }: DynamoDBStreamEvent, context: RunContext): Promise<void> =>
  inRun(context, () =>
    archiveEvents(
      world,
      Records.map(readEntry).filter((entry) => entry !== undefined),
    ),
  );

/** Reads the entry of an event as it was first written; undefined, and told, where the record was altered. */
function readEntry({ eventName, dynamodb }: DynamoDBRecord): FiledEntry | undefined {
  const { pk, sk } = dynamodb?.Keys ?? {};
  const { companyId, tokenId, seq } = parseEventKey({ pk: pk?.S ?? '', sk: sk?.S ?? '' });
  const hash = dynamodb?.NewImage?.hash?.S ?? '';
  if (eventName !== 'INSERT' || !companyId || !tokenId || seq === undefined || !HASH.test(hash)) {
    count('RecordAltered');
    log.error('record altered', new Error('The record was altered'), {
      ...(companyId && tokenId ? { companyId, tokenId } : {}),
      operation: eventName ?? 'UNKNOWN',
    });
    return undefined;
  }
  // The same at every delivery of the record, whenever that is: a late retry puts nothing twice.
  const writtenAt = new Date((dynamodb?.ApproximateCreationDateTime ?? 0) * 1000);
  return { day: toDay(writtenAt), companyId, tokenId, seq, hash };
}
