import { NotAuthorizedError } from '../../shared/use-cases/apply-change.ts';
import { DEPLOYED_STAGE, findOnlyProperties, type StageTemplate, synthesizeStage } from './synthesized-stage.ts';

interface State {
  readonly Type: string;
  readonly [member: string]: unknown;
}

let template: StageTemplate;
let machine: { StartAt: string; TimeoutSeconds: number; States: Record<string, State> };

beforeAll(() => {
  template = synthesizeStage(DEPLOYED_STAGE).readTemplate('Service');
  const { DefinitionString } = findOnlyProperties(template, 'AWS::StepFunctions::StateMachine');
  const { 'Fn::Join': joined } = DefinitionString as { 'Fn::Join': [string, unknown[]] };
  // References become the names they refer to.
  const text = joined[1].map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replaceAll(/\W/g, '')));
  machine = JSON.parse(text.join(''));
});

const ids = {
  'changeId.$': '$.changeId',
  'companyId.$': '$.companyId',
  'tokenId.$': '$.tokenId',
  'requestId.$': '$.requestId',
};
it('waits for the answer a little longer than the hold, with ids, an action and times alone', () => {
  expect(machine.StartAt).toBe('AwaitAuthorization');
  expect(machine.States.AwaitAuthorization).toEqual({
    Type: 'Task',
    Resource: 'arn:RefAWSPartition:states:::lambda:invoke.waitForTaskToken',
    Parameters: {
      FunctionName: expect.stringContaining('HoldChange'),
      Payload: {
        'taskToken.$': '$$.Task.Token',
        ...ids,
        'action.$': '$.action',
        'createdAt.$': '$.createdAt',
        'expiresAt.$': '$.expiresAt',
        'asked.$': '$.asked',
      },
    },
    TimeoutSeconds: 602,
    ResultPath: '$.answer',
    Retry: [expect.objectContaining({ ErrorEquals: ['States.TaskFailed'], JitterStrategy: 'FULL', MaxAttempts: 3 })],
    Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'ExpireChange', ResultPath: '$.fault' }],
    Next: 'ApplyChange',
  });
});

it('gives up on an execution only well after its wait', () => {
  expect(machine.TimeoutSeconds).toBe(1202);
});

const repeated = {
  ErrorEquals: ['States.TaskFailed', 'States.Timeout'],
  IntervalSeconds: 1,
  BackoffRate: 2,
  MaxAttempts: 8,
  MaxDelaySeconds: 30,
  JitterStrategy: 'FULL',
};
const task = (name: string) => ({
  Type: 'Task',
  Resource: expect.stringContaining(name),
  Parameters: ids,
  TimeoutSeconds: 30,
  ResultPath: '$.answer',
});

it('ends once it has applied what was authorized, repeated with back-off and jitter, unless nothing was', () => {
  expect(machine.States.ApplyChange).toEqual({
    ...task('ApplyChange'),
    Retry: [{ ErrorEquals: ['NotAuthorizedError'], MaxAttempts: 0 }, repeated],
    End: true,
  });
  expect(new NotAuthorizedError().name).toBe('NotAuthorizedError');
});

it('applies, after a time-out, what was authorized all the same', () => {
  expect(machine.States.ExpireChange).toEqual({ ...task('ExpireChange'), Retry: [repeated], Next: 'ApplyChange' });
});

it('enters two states for each change that is answered, three for one that is not, and none to look at an outcome', () => {
  expect(Object.keys(machine.States).sort()).toEqual(['ApplyChange', 'AwaitAuthorization', 'ExpireChange']);
});

it('is a standard machine, traced, whose log holds no execution data', () => {
  expect(findOnlyProperties(template, 'AWS::StepFunctions::StateMachine')).toEqual(
    expect.objectContaining({
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: expect.objectContaining({ IncludeExecutionData: false, Level: 'ERROR' }),
    }),
  );
});
