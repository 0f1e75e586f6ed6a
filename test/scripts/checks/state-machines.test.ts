import { findFaults, findStateMachines } from '../../../scripts/checks/state-machines.ts';

const TASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { 'Payload.$': '$' },
  TimeoutSeconds: 60,
  End: true,
};

const buildMachine = (state: Record<string, unknown>) =>
  JSON.stringify({ StartAt: 'Await', States: { Await: { ...TASK, ...state } } });

it('finds nothing in a definition that Step Functions takes', () => {
  expect(findFaults(buildMachine({}))).toEqual([]);
});

it.each([
  {
    broken: 'leads to a state that is not there',
    state: { Next: 'Nowhere', End: undefined },
    fault: 'MISSING_TRANSITION_TARGET',
  },
  { broken: 'has two time-outs', state: { TimeoutSecondsPath: '$.seconds' }, fault: 'TASK_TIMEOUT' },
  { broken: 'is of no known type', state: { Type: 'Tsk' }, fault: 'SCHEMA_VALIDATION_FAILED' },
  { broken: 'has a path that is none', state: { ResultPath: '$[' }, fault: 'SCHEMA_VALIDATION_FAILED' },
])('refuses a state that $broken', ({ state, fault }) => {
  expect(findFaults(buildMachine(state))).toEqual(expect.arrayContaining([expect.stringContaining(fault)]));
});

it('refuses what is not JSON', () => {
  expect(findFaults('{')).toEqual(['it is not JSON']);
});

it('finds the state machines of a template, and puts ARNs where it refers to other resources', () => {
  const { Resource, ...rest } = TASK;
  const [before, after] = JSON.stringify({ StartAt: 'Await', States: { Await: { ...rest, Resource: '@' } } }).split(
    '@',
  );
  const template = {
    Resources: {
      Log: { Type: 'AWS::Logs::LogGroup' },
      Machine: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          DefinitionString: {
            'Fn::Join': ['', [`${before}arn:`, { Ref: 'AWS::Partition' }, `:states:::lambda:invoke${after}`]],
          },
        },
      },
      Other: {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: { DefinitionString: { 'Fn::Join': ['', [before, { 'Fn::GetAtt': ['Apply', 'Arn'] }, after]] } },
      },
    },
  };
  const machines = findStateMachines(template);
  expect([...machines.keys()]).toEqual(['Machine', 'Other']);
  for (const definition of machines.values()) expect(findFaults(definition)).toEqual([]);
});

it('refuses a state machine whose definition is not in its template', () => {
  const elsewhere = { Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionS3Location: {} } } };
  expect(() => findStateMachines({ Resources: elsewhere })).toThrow('without a definition');
});
