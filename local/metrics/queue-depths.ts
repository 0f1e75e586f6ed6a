import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Datum, Source } from './datum.ts';

/** Messages waiting in each queue (`AWS/SQS ApproximateNumberOfMessagesVisible` by QueueName). */
export class QueueDepths implements Source {
  private readonly sqs: SQSClient;
  private readonly queueUrls: readonly string[];

  constructor(sqs: SQSClient, queueUrls: readonly string[]) {
    this.sqs = sqs;
    this.queueUrls = queueUrls;
  }

  measure(now: Date): Promise<Datum[]> {
    return Promise.all(this.queueUrls.map((queueUrl) => this.measureQueue(queueUrl, now)));
  }

  private async measureQueue(QueueUrl: string, at: Date): Promise<Datum> {
    const { Attributes } = await this.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return {
      namespace: 'AWS/SQS',
      name: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1) },
      unit: 'Count',
      at,
      values: [Number(Attributes?.ApproximateNumberOfMessages)],
    };
  }
}
