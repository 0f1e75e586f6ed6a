import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { aws } from './aws.ts';
import { stack } from './stack.ts';

const eventSchema = z.object({
  source: z.string(),
  'detail-type': z.string(),
  detail: z.looseObject({ companyId: z.string(), tokenId: z.string().nullable(), seq: z.number(), hash: z.string() }),
});
export type ReceivedEvent = z.infer<typeof eventSchema>;

/** A queue of another system's that a rule on the bus fills with one company's events. */
export class EventQueue {
  readonly received: ReceivedEvent[] = [];
  private readonly QueueUrl: string;

  private constructor(url: string) {
    this.QueueUrl = url;
  }

  static async open(companyId: string): Promise<EventQueue> {
    const name = `events-of-${companyId}`;
    const { QueueUrl = '' } = await aws.sqs().send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes } = await aws
      .sqs()
      .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const rule = { EventBusName: stack().eventBusName };
    const EventPattern = JSON.stringify({ source: ['llavero'], detail: { companyId: [companyId] } });
    await aws.events().send(new PutRuleCommand({ ...rule, Name: name, EventPattern }));
    const Targets = [{ Id: 'queue', Arn: Attributes?.QueueArn }];
    await aws.events().send(new PutTargetsCommand({ ...rule, Rule: name, Targets }));
    return new EventQueue(QueueUrl);
  }

  /** Takes what has come since, and gives all that came so far. */
  async receive(): Promise<readonly ReceivedEvent[]> {
    const { QueueUrl } = this;
    for (;;) {
      const { Messages = [] } = await aws.sqs().send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
      if (Messages.length === 0) return this.received;
      for (const { Body = '', ReceiptHandle } of Messages) {
        this.received.push(eventSchema.parse(JSON.parse(Body)));
        await aws.sqs().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  }
}
