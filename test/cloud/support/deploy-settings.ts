import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACCOUNT, awsEnvironment, REGION } from '../../../local/aws-environment.ts';
import { projectPath } from '../../../tools/project.ts';
import { SERVICE_STACK } from './aws.ts';
import { HOLD_SECONDS } from './port.ts';
import type { Finished } from './run.ts';
import { stack } from './stack.ts';

/** Deploys the service stack to the running cloud as it is there, but for these settings. */
export async function deploySettings(settings: Record<string, string | number>): Promise<Finished> {
  const output = await mkdtemp(join(tmpdir(), 'llavero-deploy-'));
  const { consoleUrl: consoleOrigin, phoneUrl: phoneOrigin, endpoint } = stack();
  const context = { stage: 'local', holdSeconds: HOLD_SECONDS, consoleOrigin, phoneOrigin, ...settings };
  const pairs = Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]);
  const quietly = ['--require-approval', 'never', '--no-notices', '--method', 'direct'];
  const env = {
    ...awsEnvironment(endpoint),
    CDK_DEFAULT_ACCOUNT: ACCOUNT,
    CDK_DEFAULT_REGION: REGION,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_VALIDATION: 'false',
  };
  try {
    return await run(['deploy', SERVICE_STACK, '--exclusively', ...quietly, '--output', output, ...pairs], env);
  } finally {
    await rm(output, { recursive: true });
  }
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(projectPath('node_modules/.bin/cdk'), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const finished = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        finished[name] += text;
      });
    }
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, ...finished }));
  });
}
