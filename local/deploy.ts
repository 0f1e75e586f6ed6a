import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { projectPath } from '../tools/project.ts';
import { type LoggedOptions, runLogged } from '../tools/run-program.ts';
import { ACCOUNT, awsEnvironment, clientSettings, REGION } from './aws-environment.ts';
import type { Instance } from './instance.ts';
import { sourcesDigest } from './sources-digest.ts';

const CDK = projectPath('node_modules/.bin/cdk');

/** Outputs of the service stack that the commands and pages need. */
const outputsSchema = z.object({
  'Llavero-local-Service': z.object({
    ApiUrl: z.url(),
    TableName: z.string(),
    RecordTableName: z.string(),
    ArchiveBucketName: z.string(),
    EventBusName: z.string(),
    StateMachineArn: z.string(),
    UserPoolId: z.string(),
    ConsoleClientId: z.string(),
    AppClientId: z.string(),
    OtpClientId: z.string(),
    LoginDomain: z.string(),
  }),
});

export type StackOutputs = z.infer<typeof outputsSchema>['Llavero-local-Service'];

export interface DeployOptions {
  readonly instance: Instance;
  readonly holdSeconds: number;
  readonly consoleOrigin: string;
  readonly phoneOrigin: string;
  readonly frontOrigin: string | null;
  readonly signal: AbortSignal;
}

/** The sources of the templates and of the functions' bundles. */
const SOURCES = ['infra/**/*', 'functions/**/*', 'shared/**/*', 'cdk.json', 'tsconfig.json', 'package-lock.json'];

/** Turns the CDK app into templates and bundles where its sources or settings have changed; returns whether it had to. */
export async function synthesize(options: DeployOptions): Promise<boolean> {
  const { instance, signal, frontOrigin, ...settings } = options;
  const context = { stage: 'local', ...settings, ...(frontOrigin ? { frontOrigins: frontOrigin } : {}) };
  const pairs = Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  const output = join(instance.folder, 'cdk.out');
  const madeFrom = join(output, 'made-from');
  const digest = `${sourcesDigest(SOURCES)} ${pairs.join(' ')}`;
  if (existsSync(madeFrom) && readFileSync(madeFrom, 'utf8') === digest) return false;

  rmSync(output, { recursive: true, force: true });
  // CDK's own check of templates takes longer than all the rest; the project's checks make it on every stage.
  const env = { ...cdkEnvironment(instance), CDK_VALIDATION: 'false' };
  await cdk('synth', ['--quiet', '--output', output, '--no-version-reporting', ...pairs], options, { env });
  writeFileSync(madeFrom, digest);
  return true;
}

/** Prepares the account for CDK deployments; returns whether there was anything to do. */
export async function bootstrap(options: DeployOptions): Promise<boolean> {
  const { instance } = options;
  if (await isBootstrapped(instance)) return false;
  const args = [`aws://${ACCOUNT}/${REGION}`, '--toolkit-stack-name', 'CDKToolkit'];
  // Away from `cdk.json`, which would have the app run for nothing.
  await cdk('bootstrap', args, options, { cwd: instance.folder });
  return true;
}

/** Deploys the synthesized stacks, reports each resource, and returns the service stack's outputs. */
export async function deploy(options: DeployOptions, detail: (text: string) => void): Promise<StackOutputs> {
  const { folder } = options.instance;
  const outputsFile = join(folder, 'outputs.json');
  const fast = ['--require-approval', 'never', '--concurrency', '4', '--asset-parallelism', '--progress', 'events'];
  const args = ['--all', ...fast, '--outputs-file', outputsFile, '--app', join(folder, 'cdk.out')];
  await cdk('deploy', args, options, {
    onLine: (line) => {
      const progress = /^(\S+) \|\s*(\d+)(?:\/(\d+))? \|/.exec(line);
      if (progress) detail(`${progress[1]} ${progress[2]}${progress[3] ? `/${progress[3]}` : ''}`);
    },
  });
  return outputsSchema.parse(JSON.parse(readFileSync(outputsFile, 'utf8')))['Llavero-local-Service'];
}

async function cdk(
  command: string,
  args: readonly string[],
  { instance, signal }: DeployOptions,
  more: Omit<LoggedOptions, 'log'>,
): Promise<void> {
  const log = join(instance.logs, `${command}.log`);
  await runLogged(CDK, [command, ...args, '--no-notices'], { env: cdkEnvironment(instance), log, signal, ...more });
}

function cdkEnvironment(instance: Instance): NodeJS.ProcessEnv {
  return {
    ...awsEnvironment(instance.endpoint),
    CDK_DEFAULT_ACCOUNT: ACCOUNT,
    CDK_DEFAULT_REGION: REGION,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}

async function isBootstrapped(instance: Instance): Promise<boolean> {
  const cloudFormation = new CloudFormationClient(clientSettings(instance.endpoint));
  const described = cloudFormation.send(new DescribeStacksCommand({ StackName: 'CDKToolkit' }));
  const { Stacks = [] } = await described.catch(() => ({ Stacks: [] })).finally(() => cloudFormation.destroy());
  return Stacks[0]?.StackStatus?.endsWith('_COMPLETE') === true;
}
