import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** For how long a message that was taken is nobody else's, in seconds: longer than a consumer may run. */
const TAKEN_SECONDS = 300;

/** A queue of failures, read one message at a time. */
export class FailureQueue {
  private readonly sqs: SQSClient;
  private readonly QueueUrl: string;

  private constructor(sqs: SQSClient, url: string) {
    this.sqs = sqs;
    this.QueueUrl = url;
  }

  /** Finds a queue by its name. */
  static async open(sqs: SQSClient, name: string): Promise<FailureQueue> {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    if (!QueueUrl) throw new Error(`There is no queue ${name}`);
    return new FailureQueue(sqs, QueueUrl);
  }

  /** Takes the next message; undefined where there is none. */
  async next(): Promise<Message | undefined> {
    const { QueueUrl } = this;
    // A read that waits asks every server of the queue; one that does not may miss messages.
    const { Messages } = await this.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 1,
        VisibilityTimeout: TAKEN_SECONDS,
        WaitTimeSeconds: 1,
      }),
    );
    return Messages?.[0];
  }

  async delete({ ReceiptHandle }: Message): Promise<void> {
    await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.QueueUrl, ReceiptHandle }));
  }

  /** Gives taken messages back at once; one that cannot be comes back by itself when its time is over. */
  async putBack(messages: readonly Message[]): Promise<void> {
    const { QueueUrl } = this;
    await Promise.allSettled(
      messages.map(({ ReceiptHandle }) =>
        this.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })),
      ),
    );
  }
}
