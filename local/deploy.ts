import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';
import { projectPath } from '../tools/project.ts';
import { runLogged } from '../tools/run-program.ts';
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
  const { instance, holdSeconds, consoleOrigin, phoneOrigin, frontOrigin, signal } = options;
  const fronts = frontOrigin ? { frontOrigins: frontOrigin } : {};
  const context = { stage: 'local', holdSeconds, consoleOrigin, phoneOrigin, ...fronts };
  const pairs = Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  const output = join(instance.folder, 'cdk.out');
  const madeFrom = join(output, 'made-from');
  const digest = `${sourcesDigest(SOURCES)} ${pairs.join(' ')}`;
  if (existsSync(madeFrom) && readFileSync(madeFrom, 'utf8') === digest) return false;

  rmSync(output, { recursive: true, force: true });
  await runLogged(CDK, ['synth', '--quiet', '--output', output, '--no-notices', '--no-version-reporting', ...pairs], {
    // CDK's own check of templates takes longer than all the rest; the project's checks make it on every stage.
    env: { ...cdkEnvironment(instance), CDK_VALIDATION: 'false' },
    log: join(instance.logs, 'synth.log'),
    signal,
  });
  writeFileSync(madeFrom, digest);
  return true;
}

/** Prepares the account for CDK deployments; returns whether there was anything to do. */
export async function bootstrap(options: DeployOptions): Promise<boolean> {
  const { instance, signal } = options;
  if (await isBootstrapped(instance)) return false;
  await runLogged(
    CDK,
    ['bootstrap', `aws://${ACCOUNT}/${REGION}`, '--toolkit-stack-name', 'CDKToolkit', '--no-notices'],
    {
      env: cdkEnvironment(instance),
      log: join(instance.logs, 'bootstrap.log'),
      signal,
      // Away from `cdk.json`, which would have the app run for nothing.
      cwd: instance.folder,
    },
  );
  return true;
}

/** Deploys the synthesized stacks, reports each resource, and returns the service stack's outputs. */
export async function deploy(options: DeployOptions, detail: (text: string) => void): Promise<StackOutputs> {
  const { instance, signal } = options;
  const outputsFile = join(instance.folder, 'outputs.json');
  const fast = ['--require-approval', 'never', '--concurrency', '4', '--asset-parallelism', '--progress', 'events'];
  await runLogged(
    CDK,
    [
      'deploy',
      '--all',
      ...fast,
      '--outputs-file',
      outputsFile,
      '--app',
      join(instance.folder, 'cdk.out'),
      '--no-notices',
    ],
    {
      env: cdkEnvironment(instance),
      log: join(instance.logs, 'deploy.log'),
      signal,
      onLine: (line) => {
        const progress = /^(\S+) \|\s*(\d+)(?:\/(\d+))? \|/.exec(line);
        if (progress) detail(`${progress[1]} ${progress[2]}${progress[3] ? `/${progress[3]}` : ''}`);
      },
    },
  );
  return outputsSchema.parse(JSON.parse(readFileSync(outputsFile, 'utf8')))['Llavero-local-Service'];
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
  try {
    const answer = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'CDKToolkit' }));
    return answer.Stacks?.[0]?.StackStatus?.endsWith('_COMPLETE') === true;
  } catch {
    return false;
  } finally {
    cloudFormation.destroy();
  }
}
