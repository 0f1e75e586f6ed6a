import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
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

  constructor(scope: Construct, id: string, props: ArchiveConsumerProps) {
    super(scope, id);
    this.failures = new Queue(this, 'Failures', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.failures).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself where failures are kept.',
    });

    const { tableStreamArn } = props.record;
    if (!tableStreamArn) throw new Error('The record has no stream to archive');
    props.archiveEvents.addToRolePolicy(
      new PolicyStatement({
        actions: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        resources: [tableStreamArn],
      }),
    );
    props.archiveEvents.addEventSourceMapping('Record', {
      eventSourceArn: tableStreamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // One event that cannot be archived holds up the others of its shard no longer than it takes to find it.
      bisectBatchOnError: true,
      retryAttempts: 100,
      maxRecordAge: Duration.hours(12),
      onFailure: new SqsDlq(this.failures),
    });

    new Rule(this, 'EveryDay', {
      description: 'Signs the days of the archive that are over',
      schedule: Schedule.cron({ minute: '30', hour: '0' }),
      targets: [new LambdaFunction(props.signDay, { retryAttempts: 2, maxEventAge: Duration.hours(6) })],
    });
  }
}
