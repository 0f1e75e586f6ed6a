import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { RecordConsumer } from './record-consumer.ts';
import type { ServiceFunction } from './service-function.ts';

export interface ArchiveConsumerProps {
  readonly record: Table;
  readonly archiveEvents: ServiceFunction;
  readonly signDay: ServiceFunction;
}

/** Feeds the archive from the record's stream, and has its days signed once they are over. */
export class ArchiveConsumer extends Construct {
  /** Which events could not be archived: where they are in the stream, never what they say. */
  readonly failures: Queue;
  readonly mappingId: string;

  constructor(scope: Construct, id: string, props: ArchiveConsumerProps) {
    super(scope, id);
    const { failures, mappingId } = new RecordConsumer(this, 'Stream', {
      record: props.record,
      consumer: props.archiveEvents,
      batchSize: 100,
      retryAttempts: 100,
      maxRecordAge: Duration.hours(12),
    });
    this.failures = failures;
    this.mappingId = mappingId;

    new Rule(this, 'EveryDay', {
      description: 'Signs the days of the archive that are over',
      schedule: Schedule.cron({ minute: '30', hour: '0' }),
      targets: [new LambdaFunction(props.signDay, { retryAttempts: 2, maxEventAge: Duration.hours(6) })],
    });
  }
}
