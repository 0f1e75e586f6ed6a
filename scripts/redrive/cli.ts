import { styleText } from 'node:util';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { parseTarget, runCommand, TARGET_OPTIONS, type Target, UsageError } from '../../tools/command-line.ts';
import { findStack, type OutputName } from '../stack.ts';
import { readConsumer } from './consumer.ts';
import { FailureQueue } from './failure-queue.ts';
import { type Outcome, redrive } from './redrive.ts';

const HELP = `Delivers again what a consumer of the record's stream gave up on: reads each message of its failure queue, reads the
records that it points at from the stream, and gives them to the consumer. A message is deleted only when the consumer
took its records. Consumers are repeatable: nothing is archived or told twice, and an event that is put on the bus twice
bears the same number and hash.

  npm run redrive -- --queue archive|notices|events [--dry-run] [--port P | --stage NAME]

  --queue archive   events that could not be archived (function archive-events)
  --queue notices   events whose holders could not be told (function send-notices)
  --queue events    events that could not be put on the bus (function publish-events)
  --dry-run         read only: says what would be delivered, and leaves every message
  --port P          a local cloud (default 4566)
  --stage NAME      a stage on AWS, with the AWS credentials of your shell

Ends with 0 where no message is left, 1 where one is, 2 where the call is wrong.
`;

const MAPPINGS: ReadonlyMap<string, OutputName> = new Map([
  ['archive', 'ArchiveMappingId'],
  ['notices', 'NoticesMappingId'],
  ['events', 'EventsMappingId'],
] as const);

await runCommand(
  {
    help: HELP,
    options: {
      queue: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      ...TARGET_OPTIONS,
    },
  },
  async (values) => {
    const mapping = MAPPINGS.get(values.queue ?? '');
    if (!mapping) throw new UsageError('Give --queue archive, --queue notices or --queue events');
    await run(mapping, parseTarget(values), values['dry-run']);
  },
);

async function run(mapping: OutputName, target: Target, dryRun: boolean): Promise<void> {
  const stack = await findStack(target);
  const lambda = new LambdaClient(stack.clientSettings);
  const consumer = await readConsumer(lambda, stack.output(mapping));
  // The local cloud names its queues by an address of its own.
  const sqs = new SQSClient({ ...stack.clientSettings, useQueueUrlAsEndpoint: false });
  const queue = await FailureQueue.open(sqs, consumer.queueName);
  console.log(`${dryRun ? 'Reading' : 'Redriving'} ${consumer.queueName} of ${stack.label}`);
  const streams = new DynamoDBStreamsClient(stack.clientSettings);
  const means = { queue, streams, lambda, consumer, dryRun };
  const { good, left } = await redrive(means, show);
  const done = `${dryRun ? 'could be redriven' : 'redriven'}: ${good}`;
  if (left > 0) throw new Error(`Messages left in the queue: ${left}; ${done}`);
  console.log(good === 0 ? 'The queue is empty' : `Messages ${done}`);
}

function show({ good, line }: Outcome): void {
  console.log(`${good ? styleText('green', '✔') : styleText('red', '✘')} ${line}`);
}
