import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { Authorization } from '../../phone/protocol/index.ts';
import { aws, reconcile } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openPhone, type Phone, REJECTION } from './support/phone.ts';
import { addFault, pushAbout, pushesTo, withFaults } from './support/relay.ts';
import type { Change } from './support/shapes.ts';
import { stack } from './support/stack.ts';
import { RELEASE } from './support/web.ts';

let company: Company;
let administrator: Administrator;
let holders: Iterator<Phone>;

beforeAll(async () => {
  company = await loadCompany('faults', { administrators: 4, secondaries: 16 });
  administrator = await openAdministrator(nth(company.administrators, 0));
  const phones: Phone[] = [];
  // Four at a time: making them is not what is tested here.
  for (let from = 0; from < company.secondaries.length; from += 4) {
    const some = company.secondaries.slice(from, from + 4);
    phones.push(...(await Promise.all(some.map((person) => openPhone(person, administrator.web)))));
  }
  holders = phones.values();
}, 120_000);

function nextHolder(): Phone {
  const { value, done } = holders.next();
  if (done) throw new Error('More holders are needed');
  return value;
}

const noWorkflow = [{ service: 'states', kind: 'error' } as const];
const noCallback = [{ service: 'states', operation: 'SendTaskSuccess', kind: 'error' } as const];

async function executionStatus({ changeId }: Change): Promise<string | undefined> {
  const executionArn = `${stack().stateMachineArn.replace(':stateMachine:', ':execution:')}:${changeId}`;
  return (await aws.states().send(new DescribeExecutionCommand({ executionArn }))).status;
}

const ended = (change: Change) =>
  eventually(
    () => executionStatus(change),
    (status) => status !== 'RUNNING',
  );

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

  it('every call, a release still ends applied', async () => {
    const { web, phone } = administrator;
    const { tokenId } = nextHolder();
    await withFaults(noWorkflow, async () => {
      const change = await web.hold(tokenId);
      const answer = await phone.answer(change.changeId, approval(change));
      expect(answer.body).toEqual({ changeId: change.changeId, status: 'AUTHORIZED' });
      await eventually(
        async () => {
          await reconcile();
          return web.change(change.changeId);
        },
        ({ status }) => status === 'APPLIED',
      );
    });
    expect((await web.token(tokenId)).status).toBe('RELEASED');
  });

  it('every call, a rejection, a cancellation and a block still end right', async () => {
    const { web, phone } = administrator;
    const [rejected, cancelled, blocked] = [nextHolder(), nextHolder(), nextHolder()];
    await withFaults(noWorkflow, async () => {
      const toReject = await web.hold(rejected.tokenId);
      expect((await phone.answer(toReject.changeId, REJECTION)).body).toEqual(
        expect.objectContaining({ status: 'REJECTED' }),
      );
      const toCancel = await web.hold(cancelled.tokenId);
      expect((await web.cancel(toCancel.changeId)).status).toBe(200);
      const toSupersede = await web.hold(blocked.tokenId);
      await web.block(blocked.tokenId);
      expect((await web.change(toSupersede.changeId)).status).toBe('SUPERSEDED');
      await reconcile();
    });
    const statuses = await Promise.all(
      [rejected, cancelled, blocked].map(async ({ tokenId }) => (await web.token(tokenId)).status),
    );
    expect(statuses).toEqual(['ACTIVE', 'ACTIVE', 'BLOCKED']);
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

  it('a callback whose answer is cut off does no harm', async () => {
    const { web, phone } = administrator;
    const { tokenId } = nextHolder();
    const change = await web.hold(tokenId);
    const waiting = await phone.waiting(change.changeId);
    await pushedOrNot(change);
    const answer = await withFaults(
      [{ service: 'states', operation: 'SendTaskSuccess', kind: 'cut', times: 1 }],
      async () => phone.post(change.changeId, await phone.sign(waiting, approval(change))),
    );
    expect(answer.status).toBe(200);
    await web.until(change.changeId, 'APPLIED');
    await ended(change);
  });

  it('a block of the authorized change that is not yet applied supersedes it for good', async () => {
    const { web, phone } = administrator;
    const { tokenId, deviceId } = nextHolder();
    const change = await web.hold(tokenId);
    await withFaults(noCallback, async () => {
      expect((await phone.answer(change.changeId, approval(change))).body).toEqual(
        expect.objectContaining({ status: 'AUTHORIZED' }),
      );
      expectProblem(await web.cancel(change.changeId), 409, 'CHANGE_CLOSED', {
        change: { changeId: change.changeId, status: 'AUTHORIZED' },
      });
      expect((await web.token(tokenId)).availableActions).toEqual(['BLOCK']);
      await web.block(tokenId);
      expect((await web.change(change.changeId)).status).toBe('SUPERSEDED');
    });
    await reconcile();
    await eventually(
      async () => {
        await reconcile();
        return executionStatus(change);
      },
      (status) => status !== 'RUNNING',
      { seconds: 45 },
    );
    expect((await web.change(change.changeId)).status).toBe('SUPERSEDED');
    expect(await web.token(tokenId)).toEqual(
      expect.objectContaining({ status: 'BLOCKED', device: expect.objectContaining({ deviceId }) }),
    );
  });
});

describe('when a decision meets the hold that is just beginning', () => {
  /** A change that is decided while its execution starts: nothing is waited for but what the phone sees. */
  async function decideAtOnce(delays: { start: number; store: number; decision: number }): Promise<Change> {
    const { web, phone } = administrator;
    const { tokenId } = nextHolder();
    const key = `at-once-${tokenId}`;
    const slowly = (service: string, operation: string, delayMs: number) =>
      ({ service, operation, kind: 'delay', delayMs, times: 1 }) as const;
    return withFaults(
      [slowly('states', 'StartExecution', delays.start), slowly('dynamodb', 'UpdateItem', delays.store)],
      async () => {
        const asked = web.hold(tokenId, RELEASE, key);
        const ofToken = (items: Authorization[]) => items.find(({ challenge }) => challenge.tokenId === tokenId);
        const waiting = ofToken(await eventually(phone.waitingNow, (items) => ofToken(items) !== undefined));
        if (!waiting) throw new Error('The change does not wait');
        const jws = await phone.sign(waiting, approval(await web.change(waiting.changeId)));
        await addFault(slowly('dynamodb', 'TransactWriteItems', delays.decision));
        expect((await phone.post(waiting.changeId, jws)).status).toBe(200);
        return asked;
      },
    );
  }

  it.each([
    ['decided before the hold has stored its task token', { start: 0, store: 1200, decision: 0 }],
    ['read before the hold has stored its task token and written after', { start: 900, store: 0, decision: 1500 }],
  ])('a change that is %s is applied without the reconciler', async (_, delays) => {
    const change = await decideAtOnce(delays);
    await administrator.web.until(change.changeId, 'APPLIED', { seconds: 10 });
    await ended(change);
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

  it('with a message of its own, the caller is told nothing of it', async () => {
    const { web } = administrator;
    const fault = { service: 'dynamodb', kind: 'error', code: 'AccessDeniedException', status: 400 } as const;
    const answer = await withFaults([fault], () => web.send('GET', '/tokens'));
    expectProblem(answer, 500, 'INTERNAL');
    expect(JSON.stringify(answer.body)).not.toMatch(/dynamo|denied|arn:|table/i);
  });
});

describe('when push addresses cannot be deleted', () => {
  it('the release is applied all the same', async () => {
    const { web, phone } = administrator;
    const { tokenId } = nextHolder();
    await withFaults([{ service: 'sns', operation: 'DeleteEndpoint', kind: 'error' }], async () => {
      const change = await web.hold(tokenId);
      await phone.answer(change.changeId, approval(change));
      await web.until(change.changeId, 'APPLIED');
    });
    expect(await web.token(tokenId)).toEqual(expect.objectContaining({ status: 'RELEASED', device: null }));
  });
});

/** The hold has got so far that its task token is stored: the prompt was sent, or is known not to be. */
const pushedOrNot = (change: Change) =>
  eventually(
    () => administrator.web.change(change.changeId),
    ({ notification }) => notification.status !== 'PENDING',
  );
