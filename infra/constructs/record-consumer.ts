import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { ServiceFunction } from './service-function.ts';

export interface RecordConsumerProps {
  readonly record: Table;
  readonly consumer: ServiceFunction;
  readonly batchSize: number;
  readonly retryAttempts: number;
  readonly maxRecordAge: Duration;
  /** Types of events it is given; all where not set. */
  readonly eventTypes?: readonly string[];
}

/** Has a function read the record's stream; what it cannot see to holds up the rest no longer than it takes to find it. */
export class RecordConsumer extends Construct {
  /** Gets the place in the stream of each event that could not be handled, never its contents. */
  readonly failures: Queue;
  /** The id of the event source mapping; `npm run redrive` reads the mapping's settings. */
  readonly mappingId: string;

  constructor(scope: Construct, id: string, props: RecordConsumerProps) {
    super(scope, id);
    const { record, consumer, eventTypes, batchSize, retryAttempts, maxRecordAge } = props;
    this.failures = new Queue(this, 'Failures', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.failures, ['AwsSolutions-SQS3'], 'It is itself where failures are kept.');
    acknowledge(
      this.failures,
      ['CKV_AWS_27'],
      'Encrypted with a key that SQS manages: a message is a place in the stream, never what is there.',
    );

    const { tableStreamArn } = record;
    if (!tableStreamArn) throw new Error('The record has no stream');
    consumer.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [tableStreamArn],
      }),
    );
    consumer.addToRolePolicy(new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }));
    const mapping = consumer.addEventSourceMapping('Record', {
      eventSourceArn: tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      bisectBatchOnError: true,
      batchSize,
      retryAttempts,
      maxRecordAge,
      onFailure: new SqsDlq(this.failures),
      ...(eventTypes
        ? {
            filters: [
              FilterCriteria.filter({
                eventName: FilterRule.isEqual('INSERT'),
                dynamodb: { NewImage: { type: { S: FilterRule.or(...eventTypes) } } },
              }),
            ],
          }
        : {}),
    });
    this.mappingId = mapping.eventSourceMappingId;
  }
}
