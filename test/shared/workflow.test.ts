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
import { answerHold, hasEnded, startHold } from '../../shared/workflow.ts';
import { aHeldChange } from '../fixtures.ts';

const sfn = mockClient(SFNClient);
const said = { message: 'said', $metadata: {} };

beforeEach(() => sfn.reset());

describe('the workflow engine', () => {
  it('is told ids alone, under the change’s own name', async () => {
    sfn.on(StartExecutionCommand).resolves({});
    await startHold(aHeldChange({ note: 'Nota' }));
    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: process.env.STATE_MACHINE_ARN,
      name: 'change-1',
      input: JSON.stringify({
        changeId: 'change-1',
        companyId: 'DEMO',
        tokenId: 'token-holder',
        requestId: 'request-1',
      }),
    });
  });

  it('may have started the change already: that is success, and any other refusal is not', async () => {
    sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists(said));
    await expect(startHold(aHeldChange())).resolves.toBeUndefined();
    const refused = Object.assign(new Error('no'), { name: 'StateMachineDoesNotExist' });
    sfn.on(StartExecutionCommand).rejects(refused);
    await expect(startHold(aHeldChange())).rejects.toBe(refused);
  });

  it.each([new TaskTimedOut(said), new TaskDoesNotExist(said), new InvalidToken(said), new Error('network')])(
    'never undoes a decision by how it takes the answer: %s',
    async (error) => {
      sfn.on(SendTaskSuccessCommand).rejects(error);
      await expect(answerHold('task', { changeId: 'change-1', status: 'AUTHORIZED' })).resolves.toBeUndefined();
    },
  );

  it('has ended a change that it never heard of, and one that is not running', async () => {
    sfn.on(DescribeExecutionCommand).rejectsOnce(new ExecutionDoesNotExist(said)).resolvesOnce({ status: 'SUCCEEDED' });
    expect([await hasEnded('change-1'), await hasEnded('change-1')]).toEqual([true, true]);
    sfn.on(DescribeExecutionCommand).resolves({ status: 'RUNNING' });
    expect(await hasEnded('change-1')).toBe(false);
  });

  it('is not taken to have ended a change when it does not answer', async () => {
    sfn.on(DescribeExecutionCommand).rejects(new Error('network'));
    await expect(hasEnded('change-1')).rejects.toThrow('network');
  });
});
