import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { buildConstructId } from '../../../infra/functions.ts';
import { eventually } from './eventually.ts';
import { stack } from './stack.ts';

export const SERVICE_STACK = 'Llavero-local-Service';
export const DATA_STACK = 'Llavero-local-Data';

/** Where and as whom the tests call AWS: the local cloud, as its root. */
export function clientConfiguration() {
  const { endpoint, region } = stack();
  return { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

export const aws = {
  cloudFormation: () => new CloudFormationClient(clientConfiguration()),
  logs: () => new CloudWatchLogsClient(clientConfiguration()),
  dynamodb: () => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfiguration()));
    client.middlewareStack.add((next) => (call) => onceNoTransactionHoldsIt(() => next(call)), { step: 'initialize' });
    return client;
  },
  events: () => new EventBridgeClient(clientConfiguration()),
  iam: () => new IAMClient(clientConfiguration()),
  kms: () => new KMSClient(clientConfiguration()),
  lambda: () => new LambdaClient(clientConfiguration()),
  s3: () => new S3Client(clientConfiguration()),
  secrets: () => new SecretsManagerClient(clientConfiguration()),
  states: () => new SFNClient(clientConfiguration()),
  sns: () => new SNSClient(clientConfiguration()),
  // The local cloud names its queues by an address of its own.
  sqs: () => new SQSClient({ ...clientConfiguration(), useQueueUrlAsEndpoint: false }),
  sts: () => new STSClient(clientConfiguration()),
};

/** A test's own write may meet an item of a transaction that is still under way: it waits, as a person at a console would. */
async function onceNoTransactionHoldsIt<T>(write: () => Promise<T>): Promise<T> {
  const tried = () =>
    write().catch((error: unknown) => {
      if (error instanceof TransactionConflictException) return undefined;
      throw error;
    });
  return (await eventually(tried, (answer) => answer !== undefined)) as T;
}

export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** Lists a stack's resources of one type. */
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

/** The functions of the stage, which no test takes away: asked for once, as the reconciler is run again and again. */
let functions: Promise<StackResource[]> | undefined;

/** The physical id of the one resource of a type whose logical id has this text in it. */
export async function resourceNamed(stackName: string, type: string, text: string): Promise<string> {
  const found = (await resources(stackName, type)).filter(({ logicalId }) => logicalId.includes(text));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} of ${type} in ${stackName} look like ${text}`);
  return found[0].physicalId;
}

/** The deployed name of a function, by its folder under `functions/`. */
export async function functionName(folder: string): Promise<string> {
  functions ??= resources(SERVICE_STACK, 'AWS::Lambda::Function');
  const found = (await functions).filter(({ logicalId }) => logicalId.startsWith(buildConstructId(folder)));
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} functions look like ${folder}`);
  return found[0].physicalId;
}

/** The ARN of one of a change's executions. */
export function executionArn(changeId: string, attempt = 1): string {
  const name = attempt === 1 ? changeId : `${changeId}-${attempt}`;
  return `${stack().stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

const reconciledSchema = z.object({ seen: z.number(), failed: z.number() });

/** Runs the reconciler now instead of waiting for its minute; gives how many changes it saw, and failed to see to. */
export async function reconcile(): Promise<z.infer<typeof reconciledSchema>> {
  const { FunctionError, Payload } = await aws
    .lambda()
    .send(new InvokeCommand({ FunctionName: await functionName('reconcile-changes'), Payload: '{}' }));
  const text = Payload?.transformToString() ?? '';
  if (FunctionError) throw new Error(`The reconciler failed: ${text}`);
  return reconciledSchema.parse(JSON.parse(text));
}
