import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { createKeys } from '../../phone/protocol/index.ts';
import { aws, reconcile } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import {
  type Administrator,
  approval,
  enrolPhone,
  openAdministrator,
  openApp,
  openPhones,
  type Phone,
} from './support/phone.ts';
import { addFault, countCalls, pushAbout, pushesTo, withFaults } from './support/relay.ts';
import type { Change } from './support/shapes.ts';
import { stack } from './support/stack.ts';
import { RELEASE } from './support/web.ts';

const HOLDERS = 6;

let company: Company;
let administrator: Administrator;
let holders: Iterator<Phone>;

beforeAll(async () => {
  company = await loadCompany('faults', { administrators: 4, secondaries: HOLDERS + 1 });
  administrator = await openAdministrator(nth(company.administrators, 0));
  holders = (await openPhones(company.secondaries.slice(0, HOLDERS), administrator.web)).values();
});

function nextHolder(): Phone {
  const { value, done } = holders.next();
  if (done) throw new Error('More holders are needed');
  return value;
}

const noCallback = [{ service: 'states', operation: 'SendTaskSuccess', kind: 'error' } as const];

async function executionStatus({ changeId }: Change): Promise<string | undefined> {
  const executionArn = `${stack().stateMachineArn.replace(':stateMachine:', ':execution:')}:${changeId}`;
  return (await aws.states().send(new DescribeExecutionCommand({ executionArn }))).status;
}

describe('when no push can be sent', () => {
  it('the change says so, waits all the same and can be authorized', async () => {
    const { web, phone } = await openAdministrator(nth(company.administrators, 1));
    const { tokenId } = nextHolder();
    const change = await withFaults([{ service: 'sns', operation: 'Publish', kind: 'error' }], async () => {
      const held = await web.hold(tokenId);
      await eventually(
        () => web.change(held.changeId),
        ({ notification }) => notification.status === 'FAILED',
      );
      return held;
    });
    expect(await pushesTo(phone.pushToken)).toEqual([]);
    await phone.answer(change.changeId, approval(change));
    expect((await web.until(change.changeId, 'APPLIED')).notification).toEqual({ status: 'FAILED' });
  });
});

describe('when the workflow engine refuses', () => {
  it('to start, the change is held all the same, and the reconciler starts it later', async () => {
    const { web, phone } = await openAdministrator(nth(company.administrators, 2));
    const { tokenId } = nextHolder();
    const change = await withFaults([{ service: 'states', operation: 'StartExecution', kind: 'error' }], () =>
      web.hold(tokenId),
    );
    expect((await phone.waiting(change.changeId)).changeId).toBe(change.changeId);
    expect(await pushesTo(phone.pushToken)).toEqual([]);
    await eventually(
      async () => {
        await reconcile();
        return executionStatus(change).catch(() => undefined);
      },
      (status) => status === 'RUNNING',
      { seconds: 20 },
    );
    await pushAbout(phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING');
    await phone.answer(change.changeId, approval(change));
    await web.until(change.changeId, 'APPLIED');
  });
});

describe('when the callback to the workflow is lost', () => {
  it('the decision stands, and the reconciler applies it and ends the execution', async () => {
    const { web, phone } = administrator;
    const { tokenId } = nextHolder();
    const change = await web.hold(tokenId);
    await eventually(
      () => executionStatus(change),
      (status) => status === 'RUNNING',
    );
    const answer = await withFaults(noCallback, () => phone.answer(change.changeId, approval(change)));
    expect(answer.body).toEqual({ changeId: change.changeId, status: 'AUTHORIZED' });
    await eventually(
      async () => {
        await reconcile();
        return web.change(change.changeId);
      },
      ({ status }) => status === 'APPLIED',
    );
    expect((await web.token(tokenId)).status).toBe('RELEASED');
    await eventually(
      async () => {
        await reconcile();
        return executionStatus(change);
      },
      (status) => status !== 'RUNNING',
      { seconds: 45 },
    );
  });
});

describe('when the table fails', () => {
  it('for a moment, a request, a decision and its effect all come through', async () => {
    const { web, phone } = administrator;
    const { tokenId } = nextHolder();
    const passing = [
      {
        service: 'dynamodb',
        operation: 'TransactWriteItems',
        kind: 'error',
        times: 1,
        code: 'InternalServerError',
        status: 500,
      } as const,
    ];
    const change = await withFaults(passing, () => web.hold(tokenId));
    const waiting = await phone.waiting(change.changeId);
    const jws = await phone.sign(waiting, approval(change));
    const answer = await withFaults(passing, () => phone.post(change.changeId, jws));
    expect(answer.status).toBe(200);
    await web.until(change.changeId, 'APPLIED');
  });

  it('to answer a request that it has done, the same key finds the one change', async () => {
    const { web } = administrator;
    const { tokenId } = nextHolder();
    const key = `lost-${tokenId}`;
    await withFaults([{ service: 'dynamodb', operation: 'TransactWriteItems', kind: 'cut', times: 10 }], () =>
      web.ask(tokenId, RELEASE, key),
    );
    const change = await web.hold(tokenId, RELEASE, key);
    expect((await web.events(tokenId)).filter(({ type }) => type === 'CHANGE_REQUESTED')).toHaveLength(1);
    expect((await web.token(tokenId)).pendingChange?.changeId).toBe(change.changeId);
  });

  it('to answer an enrolment that it has done, the same code and keys finish it, with one phone', async () => {
    const { web } = administrator;
    const app = await openApp(nth(company.secondaries, HOLDERS));
    const code = await web.activationCode(app.tokenId);
    const options = { keys: await createKeys(), pushToken: `push-of-${app.tokenId}` };
    const lost = [{ service: 'dynamodb', operation: 'TransactWriteItems', kind: 'cut', times: 10 } as const];
    await withFaults(lost, () => enrolPhone(app, code, options).catch(() => undefined));
    const { deviceId } = await enrolPhone(app, code, options);
    expect((await web.token(app.tokenId)).device?.deviceId).toBe(deviceId);
    expect((await web.events(app.tokenId)).filter(({ type }) => type === 'TOKEN_ENROLLED')).toHaveLength(1);
  });

  it('a write that meets a transaction under way is made once that is over: the prompt is sent', async () => {
    const { web, phone } = await openAdministrator(nth(company.administrators, 3));
    const { tokenId } = nextHolder();
    const Key = { pk: `USER#${phone.userId}`, sk: `DEVICE#${phone.deviceId}` };
    const check = { TableName: stack().tableName, Key, ConditionExpression: 'attribute_exists(pk)' };
    const delay = (operation: string, delayMs: number) =>
      ({ service: 'dynamodb', operation, kind: 'delay', delayMs, times: 1 }) as const;
    await withFaults([delay('UpdateItem', 500)], async () => {
      const change = await web.hold(tokenId);
      const before = await countCalls('dynamodb.UpdateItem');
      await addFault(delay('TransactWriteItems', 800));
      await Promise.all([
        aws.dynamodb().send(new TransactWriteCommand({ TransactItems: [{ ConditionCheck: check }] })),
        pushAbout(phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING'),
      ]);
      // The first of its tries met the transaction.
      expect((await countCalls('dynamodb.UpdateItem')) - before).toBeGreaterThan(2);
    });
  });

  it('with a message of its own, the caller is told nothing of it', async () => {
    const { web } = administrator;
    const fault = { service: 'dynamodb', kind: 'error', code: 'AccessDeniedException', status: 400 } as const;
    const answer = await withFaults([fault], () => web.send('GET', '/tokens'));
    expectProblem(answer, 500, 'INTERNAL');
    expect(JSON.stringify(answer.body)).not.toMatch(/dynamo|denied|arn:|table/i);
  });
});
