import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod/mini';
import type { Environment } from '../shared/env.ts';
import { type Target, UsageError } from '../tools/command-line.ts';
import { readStackFile } from '../tools/read-stack-file.ts';

/** Everything that a command needs to know of a deployment. */
export interface Stack {
  /** The name by which a person calls it. */
  readonly label: string;
  /** Settings for the AWS clients that call it: none on AWS, where the SDK finds the person's own. */
  readonly clientSettings: ClientSettings;
  /** Opens the service's own adapters, such as its tables, as a function's environment does. */
  readonly environment: StackEnvironment;
  readonly userPoolId: string;
  /** Further outputs of the deployment, by name; throws where this version is not the one deployed. */
  output(name: OutputName): string;
  /** Seconds an activation code is good for, where the deployment says so. */
  readonly activationCodeSeconds: number | undefined;
  /** The bank's own identity provider, where people sign in there. */
  readonly identityProvider: string | undefined;
  /** Only of a local cloud: the password that imported users get. */
  readonly demoPassword: string | undefined;
}

/** Where and as whom an AWS client calls. */
export interface ClientSettings {
  /** The address that stands for AWS on a local cloud. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** An environment that names the tables of the deployment. */
export type StackEnvironment = Environment & { readonly TABLE_NAME: string; readonly RECORD_TABLE_NAME: string };

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

/** Finds the deployment and says how to call it. */
export async function findStack(target: Target): Promise<Stack> {
  return 'port' in target ? findLocalStack(target.port) : findStage(target.stage);
}

async function findLocalStack(port: number): Promise<Stack> {
  const { endpoint, region, userPoolId, tableName, demo } = await readStackFile(port, localStackSchema);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const clientSettings = { endpoint, region, credentials };
  const outputs = await readOutputs('Llavero-local-Service', clientSettings);
  return {
    label: `the local cloud on port ${port}`,
    clientSettings,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      TABLE_NAME: tableName,
      RECORD_TABLE_NAME: outputNamed(outputs, 'RecordTableName'),
    },
    userPoolId,
    output: (name) => outputNamed(outputs, name),
    activationCodeSeconds: readSeconds(outputs),
    identityProvider: undefined,
    demoPassword: demo.password,
  };
}

async function findStage(stage: string): Promise<Stack> {
  if (!STAGE.test(stage)) throw new UsageError(`--stage "${stage}" is not a stage's name`);
  const outputs = await readOutputs(`Llavero-${stage}-Service`, {});
  return {
    label: `stage ${stage}`,
    clientSettings: {},
    environment: {
      TABLE_NAME: outputNamed(outputs, 'TableName'),
      RECORD_TABLE_NAME: outputNamed(outputs, 'RecordTableName'),
    },
    userPoolId: outputNamed(outputs, 'UserPoolId'),
    output: (name) => outputNamed(outputs, name),
    activationCodeSeconds: readSeconds(outputs),
    identityProvider: outputs.get('IdentityProvider'),
    demoPassword: undefined,
  };
}

async function readOutputs(stackName: string, settings: ClientSettings): Promise<ReadonlyMap<string, string>> {
  const client = new CloudFormationClient(settings);
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
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
