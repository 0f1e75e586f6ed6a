import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
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

const deploy = (...args: string[]) =>
  runScript('deploy', ['--stage', STAGE, ...args], awsEnvironment(stack().endpoint));

it.each(['--yes', '--preview'])(
  'refuses, with one line before anything else, another account’s credentials (%s)',
  async (mode) => {
    expect(await deploy(mode, ...settings('123456789012'))).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `Stage ${STAGE} is of account 123456789012; these credentials are of account ${ACCOUNT}\n`,
    });
  },
);

it('refuses a stage that does not say its account', async () => {
  expect(await deploy('--yes')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: `Stage ${STAGE} does not say its account and region in cdk.json (see --help)\n`,
  });
});

it('shows, with the account’s own credentials, what would change, and changes nothing', async () => {
  const { exitCode, stdout, stderr } = await deploy('--preview', ...settings(ACCOUNT));
  const shown = stdout + stderr;
  expect(shown).toContain(`Synthesizing stage ${STAGE}\n`);
  for (const part of ['Data', 'Service', 'Operations', 'Edge']) {
    expect(shown).toContain(`Stack Llavero-${STAGE}-${part} (aws://${ACCOUNT}/us-east-1)`);
  }
  expect(shown).toContain('Number of stacks with differences: 4');
  expect(exitCode).toBe(0);
  const deployed = aws.cloudFormation().send(new DescribeStacksCommand({ StackName: `Llavero-${STAGE}-Data` }));
  await expect(deployed).rejects.toThrow('does not exist');
});
