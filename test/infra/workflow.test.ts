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
const toReconciler = { ErrorEquals: ['States.ALL'], Next: 'LeftToReconciler', ResultPath: '$.fault' };
const closed = ['APPLIED', 'REJECTED', 'CANCELLED', 'SUPERSEDED', 'EXPIRED', 'FAILED'];
const whenClosed = {
  Or: closed.map((outcome) => ({ Variable: '$.answer.outcome', StringEquals: outcome })),
  Next: 'Closed',
};
const whenAuthorized = { Variable: '$.answer.outcome', StringEquals: 'AUTHORIZED', Next: 'ApplyChange' };

it('waits for the answer a little longer than the hold, with ids only', () => {
  expect(machine.StartAt).toBe('AwaitAuthorization');
  expect(machine.States.AwaitAuthorization).toEqual({
    Type: 'Task',
    Resource: 'arn:RefAWSPartition:states:::lambda:invoke.waitForTaskToken',
    Parameters: {
      FunctionName: expect.stringContaining('HoldChange'),
      Payload: { 'taskToken.$': '$$.Task.Token', ...ids },
    },
    TimeoutSeconds: 602,
    ResultPath: '$.answer',
    Retry: [expect.objectContaining({ ErrorEquals: ['States.TaskFailed'], JitterStrategy: 'FULL', MaxAttempts: 3 })],
    Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'ExpireChange', ResultPath: '$.fault' }, toReconciler],
    Next: 'WhatWasAnswered',
  });
});

it('gives up on an execution only well after its wait', () => {
  expect(machine.TimeoutSeconds).toBe(1202);
});

it.each(['ApplyChange', 'ExpireChange'])('repeats %s with back-off and jitter, for it is repeatable', (name) => {
  expect(machine.States[name]).toEqual(
    expect.objectContaining({
      Resource: expect.stringContaining(name),
      Parameters: ids,
      ResultPath: '$.answer',
      Retry: [
        {
          ErrorEquals: ['States.TaskFailed', 'States.Timeout'],
          IntervalSeconds: 1,
          BackoffRate: 2,
          MaxAttempts: 8,
          MaxDelaySeconds: 30,
          JitterStrategy: 'FULL',
        },
      ],
      Catch: [toReconciler],
    }),
  );
});

it('applies what was authorized and ends quietly on what is closed', () => {
  expect(machine.States.WhatWasAnswered).toEqual({
    Type: 'Choice',
    Choices: [whenAuthorized, whenClosed],
    Default: 'LeftToReconciler',
  });
});

it('applies, after a time-out, what was authorized all the same', () => {
  expect(machine.States.WasItAuthorized).toEqual({
    Type: 'Choice',
    Choices: [whenAuthorized, whenClosed],
    Default: 'LeftToReconciler',
  });
});

it('ends as a failure what it cannot tell, and leaves it to the reconciler', () => {
  expect(machine.States.WasItApplied).toEqual({ Type: 'Choice', Choices: [whenClosed], Default: 'LeftToReconciler' });
  expect(machine.States.LeftToReconciler).toEqual(expect.objectContaining({ Type: 'Fail', Error: 'LeftToReconciler' }));
  expect(machine.States.Closed).toEqual({ Type: 'Succeed' });
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
