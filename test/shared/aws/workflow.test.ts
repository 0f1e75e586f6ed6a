import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { Workflow } from '../../../shared/aws/workflow.ts';
import { aHeldChange } from '../../fixtures.ts';

const STATE_MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:token-change';
const client = new SFNClient({});
const sfn = mockClient(client);
const workflow = new Workflow(client, STATE_MACHINE);
const said = { message: 'said', $metadata: {} };

beforeEach(() => sfn.reset());

describe('the workflow engine', () => {
  it('is told ids, an action, parts played and times alone, under the change’s own name', async () => {
    sfn.on(StartExecutionCommand).resolves({});
    expect(await workflow.start(aHeldChange({ note: 'Nota' }))).toBe(true);
    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: STATE_MACHINE,
      name: 'change-1',
      input: JSON.stringify({
        changeId: 'change-1',
        companyId: 'DEMO',
        tokenId: 'token-holder',
        requestId: 'request-1',
        action: 'RELEASE',
        createdAt: '2026-01-05T15:00:00.000Z',
        expiresAt: '2026-01-05T15:10:00.000Z',
        asked: [{ userId: 'user-admin', deviceId: 'phone-9', as: 'REQUESTER' }],
      }),
    });
  });

  it('is told of a later attempt under a name of its own, which it can log', async () => {
    sfn.on(StartExecutionCommand).resolves({});
    await workflow.start(aHeldChange(), { attempt: 2, prompted: true });
    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input.name).toBe('change-1-2');
  });

  it('may know the change’s name already: nothing was started then, and any other refusal is thrown', async () => {
    sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists(said));
    expect(await workflow.start(aHeldChange())).toBe(false);
    const refused = Object.assign(new Error('no'), { name: 'StateMachineDoesNotExist' });
    sfn.on(StartExecutionCommand).rejects(refused);
    await expect(workflow.start(aHeldChange())).rejects.toBe(refused);
  });

  it.each([new TaskTimedOut(said), new TaskDoesNotExist(said), new InvalidToken(said), new Error('network')])(
    'never undoes a decision by how it takes the answer: %s',
    async (error) => {
      sfn.on(SendTaskSuccessCommand).rejects(error);
      await expect(workflow.answer('task', { changeId: 'change-1', status: 'AUTHORIZED' })).resolves.toBeUndefined();
    },
  );

  it.each([
    { status: 'RUNNING', state: 'RUNNING' },
    { status: 'PENDING_REDRIVE', state: 'RUNNING' },
    { status: 'SUCCEEDED', state: 'ENDED' },
    { status: 'FAILED', state: 'ENDED' },
  ] as const)('says that an execution which is $status is $state', async ({ status, state }) => {
    sfn.on(DescribeExecutionCommand).resolves({ status });
    expect(await workflow.executionState('change-1', 2)).toBe(state);
    expect(sfn.commandCalls(DescribeExecutionCommand)[0]?.args[0].input.executionArn).toMatch(/:change-1-2$/);
  });

  it('says that an execution which it never heard of is none', async () => {
    sfn.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist(said));
    expect(await workflow.executionState('change-1', 1)).toBe('NONE');
  });

  it('is not taken to have ended a change when it does not answer', async () => {
    sfn.on(DescribeExecutionCommand).rejects(new Error('network'));
    await expect(workflow.executionState('change-1', 1)).rejects.toThrow('network');
  });
});
