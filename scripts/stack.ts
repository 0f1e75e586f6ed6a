import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod/mini';
import { type Target, UsageError } from '../tools/command-line.ts';
import { readStackFile } from '../tools/read-stack-file.ts';

/** Everything that a command needs to know of a deployment. */
export interface Stack {
  /** The name by which a person calls it. */
  readonly label: string;
  /** The address that stands for AWS on a local cloud. */
  readonly endpoint: string | undefined;
  readonly userPoolId: string;
  readonly tableName: string;
  readonly recordTableName: string;
  /** Further outputs of the deployment, by name; throws where this version is not the one deployed. */
  output(name: OutputName): string;
  /** Seconds an activation code is good for, where the deployment says so. */
  readonly activationCodeSeconds: number | undefined;
  /** The bank's own identity provider, where people sign in there. */
  readonly identityProvider: string | undefined;
  /** Only of a local cloud: the password that imported users get. */
  readonly demoPassword: string | undefined;
}

/** Outputs that only some commands need. */
export type OutputName =
  | 'ReceiptKeyArn'
  | 'DayKeyArn'
  | 'ArchiveBucketName'
  | 'ProposeRescueFunctionArn'
  | 'ProposeRescueRoleArn'
  | 'ConfirmRescueFunctionArn'
  | 'ConfirmRescueRoleArn'
  | 'ArchiveMappingId'
  | 'NoticesMappingId'
  | 'EventsMappingId'
  | 'EventBusName';

/** The members read of `.local/<port>/stack.json`. */
const localStackSchema = z.object({
  endpoint: z.url(),
  region: z.string(),
  userPoolId: z.string(),
  tableName: z.string(),
  demo: z.object({ password: z.string() }),
});

const STAGE = /^[a-z][a-z0-9-]{0,30}$/;

/** Finds the deployment and points the AWS SDK of this process at it. */
export async function useStack(target: Target): Promise<Stack> {
  return 'port' in target ? useLocalStack(target.port) : useStage(target.stage);
}

async function useLocalStack(port: number): Promise<Stack> {
  const { endpoint, region, userPoolId, tableName, demo } = await readStackFile(port, localStackSchema);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  // A session or profile of the person's own would be taken before the local cloud's key.
  for (const name of ['AWS_SESSION_TOKEN', 'AWS_PROFILE']) delete process.env[name];
  const outputs = await readOutputs('Llavero-local-Service');
  return {
    label: `the local cloud on port ${port}`,
    endpoint,
    userPoolId,
    tableName,
    recordTableName: outputNamed(outputs, 'RecordTableName'),
    output: (name) => outputNamed(outputs, name),
    activationCodeSeconds: readSeconds(outputs),
    identityProvider: undefined,
    demoPassword: demo.password,
  };
}

async function useStage(stage: string): Promise<Stack> {
  if (!STAGE.test(stage)) throw new UsageError(`--stage "${stage}" is not a stage's name`);
  const outputs = await readOutputs(`Llavero-${stage}-Service`);
  return {
    label: `stage ${stage}`,
    endpoint: process.env.AWS_ENDPOINT_URL,
    userPoolId: outputNamed(outputs, 'UserPoolId'),
    tableName: outputNamed(outputs, 'TableName'),
    recordTableName: outputNamed(outputs, 'RecordTableName'),
    output: (name) => outputNamed(outputs, name),
    activationCodeSeconds: readSeconds(outputs),
    identityProvider: outputs.get('IdentityProvider'),
    demoPassword: undefined,
  };
}

async function readOutputs(stackName: string): Promise<ReadonlyMap<string, string>> {
  const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs = Stacks?.[0]?.Outputs ?? [];
  return new Map(outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']));
}

function outputNamed(outputs: ReadonlyMap<string, string>, name: string): string {
  const value = outputs.get(name);
  if (!value) throw new Error(`The deployed stack has no output ${name}: deploy this version first`);
  return value;
}

function readSeconds(outputs: ReadonlyMap<string, string>): number | undefined {
  const seconds = Number(outputs.get('ActivationCodeSeconds'));
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds : undefined;
}
