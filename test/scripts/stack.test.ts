import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { useStack } from '../../scripts/stack.ts';

const cloudFormation = mockClient(CloudFormationClient);

const OUTPUTS = { UserPoolId: 'pool-1', TableName: 'main', RecordTableName: 'record', ActivationCodeSeconds: '3600' };

function answerWith(outputs: Record<string, string>) {
  const Outputs = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [{ StackName: 'Llavero-test-Service', CreationTime: new Date(0), StackStatus: 'CREATE_COMPLETE', Outputs }],
  });
}

beforeEach(() => cloudFormation.reset());

it('finds a stage by the outputs of its service stack', async () => {
  answerWith(OUTPUTS);
  expect(await useStack({ stage: 'test' })).toEqual({
    label: 'stage test',
    userPoolId: 'pool-1',
    tableName: 'main',
    recordTableName: 'record',
    output: expect.any(Function),
    activationCodeSeconds: 3600,
    identityProvider: undefined,
    demoPassword: undefined,
  });
  expect(cloudFormation.commandCalls(DescribeStacksCommand)[0]?.args[0].input).toEqual({
    StackName: 'Llavero-test-Service',
  });
});

it('leaves open how long codes are good where the stage does not say', async () => {
  const { ActivationCodeSeconds: _unsaid, ...outputs } = OUTPUTS;
  answerWith(outputs);
  expect((await useStack({ stage: 'test' })).activationCodeSeconds).toBeUndefined();
});

it('refuses a stage that lacks an output, and names it', async () => {
  const { RecordTableName: _missing, ...outputs } = OUTPUTS;
  answerWith(outputs);
  await expect(useStack({ stage: 'test' })).rejects.toThrow('no output RecordTableName');
});

it.each(['', 'Test', '../x', '-x'])('takes no stage named %j', async (stage) => {
  await expect(useStack({ stage })).rejects.toMatchObject({ name: 'UsageError' });
});

it('says how to start a local cloud that is not there', async () => {
  await expect(useStack({ port: 1 })).rejects.toThrow('npm run local:up -- --port 1');
});
