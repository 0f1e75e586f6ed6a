import { randomBytes } from 'node:crypto';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { ACCOUNT, awsEnvironment } from '../../local/aws-environment.ts';
import { aws } from './support/aws.ts';
import { runScript } from './support/run.ts';
import { stack } from './support/stack.ts';

const STAGE = 'vista';

const settings = (account: string) =>
  [
    `account=${account}`,
    'region=us-east-1',
    'consoleOrigin=https://console.example.com',
    'phoneOrigin=https://phone.example.com',
    'alarmEmail=operations@example.com',
  ].flatMap((setting) => ['--context', setting]);

const deploy = (args: readonly string[], credentials: NodeJS.ProcessEnv = {}) =>
  runScript('deploy', ['--stage', STAGE, ...args], { ...awsEnvironment(stack().endpoint), ...credentials });

it.each(['--yes', '--preview'])(
  'refuses, with one line before anything else, another account’s credentials (%s)',
  async (mode) => {
    expect(await deploy([mode, ...settings('123456789012')])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `Stage ${STAGE} is of account 123456789012; these credentials are of account ${ACCOUNT}\n`,
    });
  },
);

it('refuses a stage that does not say its account', async () => {
  expect(await deploy(['--yes'])).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `Stage ${STAGE} does not say its account and region in cdk.json (see --help)\n`,
  });
});

it('deploys nothing where the account lacks what a deployment would fail for', async () => {
  const { exitCode, stdout, stderr } = await deploy(['--yes', ...settings(ACCOUNT)]);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: 'Nothing was deployed: see to the lines with ✘ first\n',
  });
  expect(stdout).not.toContain('Synthesizing');
});

/** A user of the account who may do what the pipeline's role Preview may (test/infra/pipeline.test.ts). */
async function previewer(): Promise<NodeJS.ProcessEnv> {
  const UserName = `preview-${randomBytes(4).toString('hex')}`;
  const Action = ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'];
  const Resource = ['Data', 'Service', 'Operations', 'Edge'].map(
    (part) => `arn:aws:cloudformation:us-east-1:${ACCOUNT}:stack/Llavero-${STAGE}-${part}/*`,
  );
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource } });
  const iam = aws.iam();
  await iam.send(new CreateUserCommand({ UserName }));
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'preview', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId, AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey };
}

it.each([
  ['the account’s own credentials', async () => ({})],
  ['the rights of the pipeline’s preview alone', previewer],
])(
  'shows, with %s, what would change, and changes nothing',
  async (_, credentials) => {
    const { exitCode, stdout, stderr } = await deploy(['--preview', ...settings(ACCOUNT)], await credentials());
    const shown = stdout + stderr;
    expect(shown).toContain(`What account ${ACCOUNT} lacks:\n`);
    expect(shown).toContain(`Synthesizing stage ${STAGE}\n`);
    for (const part of ['Data', 'Service', 'Operations', 'Edge']) {
      expect(shown).toContain(`Stack Llavero-${STAGE}-${part} (aws://${ACCOUNT}/us-east-1)`);
    }
    expect(shown).toContain('Number of stacks with differences: 4');
    expect(exitCode).toBe(0);
    const deployed = aws.cloudFormation().send(new DescribeStacksCommand({ StackName: `Llavero-${STAGE}-Data` }));
    await expect(deployed).rejects.toThrow('does not exist');
  },
  120_000,
);
