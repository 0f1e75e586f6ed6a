import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ACCOUNT, awsEnvironment } from '../../local/aws-environment.ts';
import { projectPath } from '../../tools/project.ts';
import { aws, resources } from './support/aws.ts';
import { eventually } from './support/eventually.ts';
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
  runScript('deploy', ['--stage', STAGE, ...args], {
    ...awsEnvironment(stack().endpoint),
    // The project's checks judge the templates of every stage.
    CDK_VALIDATION: 'false',
    ...credentials,
  });

it('refuses, with one line before anything else, another account’s credentials', async () => {
  expect(await deploy(['--yes', ...settings('123456789012')])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `Stage ${STAGE} is of account 123456789012; these credentials are of account ${ACCOUNT}\n`,
  });
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

it('shows, with the rights of the pipeline’s preview alone, what would change; neither it nor a deployment for which something lacks changes anything', async () => {
  const [preview, lacking] = await Promise.all([
    previewer().then((credentials) => deploy(['--preview', ...settings(ACCOUNT)], credentials)),
    deploy(['--yes', ...settings(ACCOUNT)]),
  ]);
  expect(lacking).toEqual({
    exitCode: 1,
    stdout: expect.not.stringContaining('Synthesizing'),
    stderr: 'Nothing was deployed: see to the lines with ✘ first\n',
  });
  const { exitCode, stdout, stderr } = preview;
  const shown = stdout + stderr;
  expect(shown).toContain(`What account ${ACCOUNT} lacks:\n`);
  // The engine has no Service Quotas, and says so.
  expect(shown).toContain('• The quotas of cognito-idp could not be read');
  expect(shown).toContain(`Synthesizing stage ${STAGE}\n`);
  for (const part of ['Data', 'Service', 'Operations', 'Edge']) {
    expect(shown).toContain(`Stack Llavero-${STAGE}-${part} (aws://${ACCOUNT}/us-east-1)`);
  }
  expect(shown).toContain('Number of stacks with differences: 4');
  expect(exitCode).toBe(0);
  const deployed = aws.cloudFormation().send(new DescribeStacksCommand({ StackName: `Llavero-${STAGE}-Data` }));
  await expect(deployed).rejects.toThrow('does not exist');
}, 120_000);

/** Types of the data stack's that the local engine imports; it imports no domain, bucket policy, bus or archive. */
const IMPORTED = [
  'DynamoDB::Table',
  'KMS::Key',
  'S3::Bucket',
  ...['', 'Client', 'ResourceServer'].map((part) => `Cognito::UserPool${part}`),
];

/** The data stack that the preview above synthesized, with nothing but what the engine imports. */
async function readKeptTemplate() {
  const file = projectPath(`cdk.out/${STAGE}/Llavero-${STAGE}-Data.template.json`);
  const all: Record<string, { Type: string }> = JSON.parse(await readFile(file, 'utf8')).Resources;
  const Resources = Object.entries(all).filter(([, { Type }]) => IMPORTED.includes(Type.replace('AWS::', '')));
  return JSON.stringify({ Resources: Object.fromEntries(Resources) });
}

it('a deleted stack’s tables, keys, bucket and pool come back by the mapping, with what was in them, protected', async () => {
  const [cloudFormation, StackName] = [aws.cloudFormation(), `Llavero-${STAGE}-Data`];
  const env = awsEnvironment(stack().endpoint);
  const remove = () => cloudFormation.send(new DeleteStackCommand({ StackName }));
  const until = (name: string, status: string) =>
    eventually(
      async () => (await cloudFormation.send(new DescribeStacksCommand({ StackName: name }))).Stacks?.[0]?.StackStatus,
      (found) => found === status,
    );
  const listAll = async () => (await Promise.all(IMPORTED.map((type) => resources(StackName, `AWS::${type}`)))).flat();
  const TemplateBody = await readKeptTemplate();
  const { StackId = '' } = await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }));
  await until(StackName, 'CREATE_COMPLETE');
  const before = await listAll();
  const TableName = before.find(({ logicalId }) => logicalId.startsWith('TablesMain'))?.physicalId;
  const Item = { pk: 'kept', sk: 'kept' };
  await aws.dynamodb().send(new PutCommand({ TableName, Item }));
  await remove();
  await until(StackId, 'DELETE_COMPLETE');

  const { stdout, stderr } = await runScript('kept-resources', ['--stack', StackId], env);
  expect(stderr).toBe('');
  const file = projectPath(`cdk.out/${STAGE}/kept.json`);
  await writeFile(file, stdout);
  const importing = ['import', StackName, '--app', `cdk.out/${STAGE}`, '--resource-mapping', file, '--force'];
  await promisify(execFile)(projectPath('node_modules/.bin/cdk'), importing, { env, cwd: projectPath('.') });

  expect(await listAll()).toEqual(expect.arrayContaining(before));
  expect(await aws.dynamodb().send(new GetCommand({ TableName, Key: Item }))).toMatchObject({ Item });
  await expect(remove()).rejects.toThrow('TerminationProtection is enabled');
  const unprotect = { StackName, EnableTerminationProtection: false };
  await cloudFormation.send(new UpdateTerminationProtectionCommand(unprotect));
  await remove();
}, 60_000);
