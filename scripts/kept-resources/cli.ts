import { CloudFormationClient, paginateDescribeStackEvents, type StackEvent } from '@aws-sdk/client-cloudformation';
import { runCommand, UsageError } from '../../tools/command-line.ts';
import { mapKept } from './map-kept.ts';

const HELP = `Writes what a deleted stack kept, as cdk import reads it (docs/coming-back.md).

  npm run --silent kept-resources -- --stack ARN > kept.json

  --stack ARN   the deleted stack's ARN, for CloudFormation knows it by its name no more
  --help        this text
`;

await runCommand({ help: HELP, options: { stack: { type: 'string' } } }, async ({ stack }) => {
  const [, region] = /^arn:aws:cloudformation:([a-z0-9-]+):\d{12}:stack\/./.exec(stack ?? '') ?? [];
  if (stack === undefined || region === undefined) throw new UsageError('Give the ARN of the stack with --stack');
  const events: StackEvent[] = [];
  const client = new CloudFormationClient({ region });
  for await (const page of paginateDescribeStackEvents({ client }, { StackName: stack })) {
    events.push(...(page.StackEvents ?? []));
  }
  const mapping = mapKept(events);
  if (Object.keys(mapping).length === 0)
    throw new Error('This stack kept nothing: is it deleted, and is it the data stack?');
  console.log(JSON.stringify(mapping, null, 2));
});
