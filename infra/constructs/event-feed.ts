import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  ApiDestination,
  Authorization,
  Connection,
  type EventBus,
  HttpMethod,
  type IApiDestination,
  Rule,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ApiDestinationTarget } from 'aws-cdk-lib/aws-events-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration, SecretValue } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../shared/event-source.ts';
import type { EventDestination } from '../settings.ts';
import { acknowledge } from './acknowledge.ts';
import { RecordConsumer } from './record-consumer.ts';
import type { ServiceFunction } from './service-function.ts';

export interface EventFeedProps {
  readonly record: Table;
  readonly publishEvents: ServiceFunction;
  readonly bus: EventBus;
  /** The bank's own address that events are posted to, if there is one. */
  readonly destination: EventDestination | undefined;
}

/** Header in which an API destination is given its key. */
const KEY_HEADER = 'x-api-key';

/** Feeds the bus from the record's stream, and an address of the bank's from the bus. */
export class EventFeed extends Construct {
  /** Which events could not be put on the bus: where they are in the stream, never what they say. */
  readonly failures: Queue;
  readonly mappingId: string;
  /** Events that the bank's own address did not take for a day. */
  readonly undelivered: Queue | undefined;

  constructor(scope: Construct, id: string, { record, publishEvents, bus, destination }: EventFeedProps) {
    super(scope, id);
    const { failures, mappingId } = new RecordConsumer(this, 'Stream', {
      record,
      consumer: publishEvents,
      batchSize: 100,
      retryAttempts: 100,
      maxRecordAge: Duration.hours(12),
    });
    this.failures = failures;
    this.mappingId = mappingId;
    this.undelivered = destination ? this.deliver(bus, destination) : undefined;
  }

  private deliver(eventBus: EventBus, { url, secretName }: EventDestination): Queue {
    const undelivered = new Queue(this, 'Undelivered', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(undelivered, ['AwsSolutions-SQS3'], 'It is itself where failures are kept.');
    acknowledge(undelivered, ['CKV_AWS_27'], 'Encrypted with a key that SQS manages: an event names nobody.');
    const connection = new Connection(this, 'Connection', {
      description: 'Posts events to the bank',
      authorization: Authorization.apiKey(KEY_HEADER, SecretValue.secretsManager(secretName)),
    });
    const destination = new ApiDestination(this, 'Destination', {
      connection,
      endpoint: url,
      httpMethod: HttpMethod.POST,
      rateLimitPerSecond: 50,
    });
    new Rule(this, 'Deliver', {
      description: 'Posts each event to the bank',
      eventBus,
      eventPattern: { source: [EVENT_SOURCE] },
      targets: [
        // EventBridge tries for a day, at most 185 times.
        new ApiDestinationTarget(typed(destination), { deadLetterQueue: undelivered }),
      ],
    });
    return undelivered;
  }
}

/** The CDK's class and its interface declare one member differently, for which this compiler finds them unlike. */
function typed(destination: ApiDestination): IApiDestination {
  if (!isDestination(destination)) throw new Error('An API destination has an ARN');
  return destination;
}

function isDestination(destination: ApiDestination): destination is ApiDestination & IApiDestination {
  return destination.apiDestinationArnForPolicy !== undefined;
}
