import { GetEventSourceMappingCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { type EventFilter, eventFilter } from './event-filter.ts';

/** A consumer of the record's stream: what it reads, what it is given of that, and where its failures go. */
export interface Consumer {
  /** As the mapping names it: with its alias, where it has one. */
  readonly functionArn: string;
  readonly streamArn: string;
  readonly queueName: string;
  readonly takes: EventFilter;
}

const arn = z.string().check(z.startsWith('arn:'));

const mappingSchema = z.object({
  FunctionArn: arn,
  EventSourceArn: arn,
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: arn }) }),
  FilterCriteria: z.optional(z.nullable(z.object({ Filters: z.optional(z.array(z.object({ Pattern: z.string() }))) }))),
});

/** Reads a consumer out of its event source mapping, so that it is fed as the mapping feeds it. */
export async function readConsumer(lambda: LambdaClient, mappingId: string): Promise<Consumer> {
  const mapping = z.parse(mappingSchema, await lambda.send(new GetEventSourceMappingCommand({ UUID: mappingId })));
  const { FunctionArn, EventSourceArn, DestinationConfig, FilterCriteria } = mapping;
  return {
    functionArn: FunctionArn,
    streamArn: EventSourceArn,
    queueName: DestinationConfig.OnFailure.Destination.split(':').at(-1) ?? '',
    takes: eventFilter((FilterCriteria?.Filters ?? []).map(({ Pattern }) => Pattern)),
  };
}
