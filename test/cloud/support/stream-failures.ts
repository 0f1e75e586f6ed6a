import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  GetEventSourceMappingCommand,
  GetFunctionConfigurationCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { aws, functionName, resourceNamed, SERVICE_STACK } from './aws.ts';

/** A consumer of the record's stream, as the stack has it. */
export interface StreamConsumer {
  readonly mappingId: string;
  readonly streamArn: string;
  readonly queueUrl: string;
  readonly maxAgeSeconds: number;
}

/** Constructs that read the record's stream, and their functions' ids. */
const CONSUMERS = { Archive: 'ArchiveEvents', Notices: 'SendNotices', Events: 'PublishEvents' } as const;

/** Finds a consumer by the start of its construct's name. */
export async function streamConsumer(construct: keyof typeof CONSUMERS): Promise<StreamConsumer> {
  const url = await resourceNamed(SERVICE_STACK, 'AWS::SQS::Queue', `${construct}StreamFailures`);
  const { QueueUrl = '' } = await aws.sqs().send(new GetQueueUrlCommand({ QueueName: url.split('/').at(-1) }));
  const mappingId = await resourceNamed(SERVICE_STACK, 'AWS::Lambda::EventSourceMapping', CONSUMERS[construct]);
  const { EventSourceArn = '', MaximumRecordAgeInSeconds = -1 } = await aws
    .lambda()
    .send(new GetEventSourceMappingCommand({ UUID: mappingId }));
  return { mappingId, streamArn: EventSourceArn, queueUrl: QueueUrl, maxAgeSeconds: MaximumRecordAgeInSeconds };
}

const setMaxAge = (UUID: string, MaximumRecordAgeInSeconds: number) =>
  aws.lambda().send(new UpdateEventSourceMappingCommand({ UUID, MaximumRecordAgeInSeconds }));

/** Runs the body while the consumers give up on what fails after a second instead of hours. */
export async function givingUpSoon<T>(consumers: readonly StreamConsumer[], body: () => Promise<T>): Promise<T> {
  try {
    for (const { mappingId } of consumers) await setMaxAge(mappingId, 1);
    return await body();
  } finally {
    for (const { mappingId, maxAgeSeconds } of consumers) await setMaxAge(mappingId, maxAgeSeconds);
  }
}

/** Runs the body while a function may not do what it is granted. */
export async function withoutGrant<T>(folder: string, actions: readonly string[], body: () => Promise<T>): Promise<T> {
  const { Role = '' } = await aws
    .lambda()
    .send(new GetFunctionConfigurationCommand({ FunctionName: await functionName(folder) }));
  const policy = { RoleName: Role.split('/').at(-1), PolicyName: 'drill-denies' };
  const Statement = [{ Effect: 'Deny', Action: actions, Resource: '*' }];
  try {
    await aws
      .iam()
      .send(
        new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) }),
      );
    return await body();
  } finally {
    await aws.iam().send(new DeleteRolePolicyCommand(policy));
  }
}

/** Messages of a consumer's failure queue that can be read now. */
export async function countFailures({ queueUrl }: StreamConsumer): Promise<number> {
  const { Attributes } = await aws
    .sqs()
    .send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }));
  return Number(Attributes?.ApproximateNumberOfMessages);
}

/** Looks at a message of the queue, which stays there. */
export async function receiveFailure({ queueUrl }: StreamConsumer): Promise<string> {
  const { Messages } = await aws
    .sqs()
    .send(new ReceiveMessageCommand({ QueueUrl: queueUrl, VisibilityTimeout: 0, MaxNumberOfMessages: 1 }));
  const body = Messages?.[0]?.Body;
  if (!body) throw new Error('The queue is empty');
  return body;
}

/** Puts a message into the queue. */
export async function putFailure({ queueUrl }: StreamConsumer, body: string): Promise<void> {
  await aws.sqs().send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
}

/** Throws away whatever the queue has. */
export async function emptyFailures({ queueUrl }: StreamConsumer): Promise<void> {
  await aws.sqs().send(new PurgeQueueCommand({ QueueUrl: queueUrl }));
}
