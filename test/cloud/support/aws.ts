import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { stack } from './stack.ts';

export const SERVICE_STACK = 'Llavero-local-Service';

/** Where and as whom the tests call AWS: the local cloud, as its root. */
export function clientConfiguration() {
  const { endpoint, region } = stack();
  return { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

export const aws = {
  cloudFormation: () => new CloudFormationClient(clientConfiguration()),
  logs: () => new CloudWatchLogsClient(clientConfiguration()),
  dynamodb: () => DynamoDBDocumentClient.from(new DynamoDBClient(clientConfiguration())),
  events: () => new EventBridgeClient(clientConfiguration()),
  kms: () => new KMSClient(clientConfiguration()),
  lambda: () => new LambdaClient(clientConfiguration()),
  states: () => new SFNClient(clientConfiguration()),
  sns: () => new SNSClient(clientConfiguration()),
  sts: () => new STSClient(clientConfiguration()),
};

export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** What a stack is made of, of one resource type. */
export async function resources(stackName: string, type: string): Promise<StackResource[]> {
  const found: StackResource[] = [];
  for await (const page of paginateListStackResources({ client: aws.cloudFormation() }, { StackName: stackName })) {
    for (const { LogicalResourceId, PhysicalResourceId, ResourceType } of page.StackResourceSummaries ?? []) {
      if (ResourceType !== type || !LogicalResourceId || !PhysicalResourceId) continue;
      found.push({ logicalId: LogicalResourceId, physicalId: PhysicalResourceId, type });
    }
  }
  return found;
}

/** The deployed name of a function, by its folder under `functions/`. */
export async function functionName(folder: string): Promise<string> {
  const wanted = folder.replaceAll('-', '');
  const functions = await resources(SERVICE_STACK, 'AWS::Lambda::Function');
  const found = functions.filter(({ logicalId }) => logicalId.toLowerCase().startsWith(wanted));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} functions look like ${folder}`);
  return found[0].physicalId;
}

/** Runs the reconciler now instead of waiting for its minute. */
export async function reconcile(): Promise<void> {
  const { FunctionError, Payload } = await aws
    .lambda()
    .send(new InvokeCommand({ FunctionName: await functionName('reconcile-changes'), Payload: '{}' }));
  if (FunctionError) throw new Error(`The reconciler failed: ${Payload?.transformToString()}`);
}
