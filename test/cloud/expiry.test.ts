import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { aws, executionArn, reconcile } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openPhones } from './support/phone.ts';
import { withFaults } from './support/relay.ts';
import type { Change } from './support/shapes.ts';
import { moveEnd, withHoldSeconds } from './support/short-holds.ts';
import { RELEASE } from './support/web.ts';

let company: Company;
let administrator: Administrator;
/** Held together, so that all of them expire in one wait. */
let byWorkflow: Held;
let byNextChange: Held;
let byReader: Held;
let byReconciler: Held;
/** Authorized in time, but the workflow was never told. */
let untold: Change;

interface Held {
  readonly change: Change;
  readonly decision: string;
}

/** Long enough for a busy machine to hold and sign them all. */
const SECONDS = 10;

beforeAll(async () => {
  company = await loadCompany('expiry', { administrators: 1, secondaries: 5 });
  administrator = await openAdministrator(nth(company.administrators, 0));
  const { web, phone } = administrator;
  const holders = await openPhones(company.secondaries, web);
  const end = new Date(Date.now() + SECONDS * 1000);
  /** Holds a release until then, and signs its approval. */
  const hold = async (index: number): Promise<Held> => {
    const change = await web.hold(nth(holders, index).tokenId);
    await moveEnd(change, company.companyId, phone.userId, end);
    return { change, decision: await phone.sign(await phone.waiting(change.changeId), approval(change)) };
  };
  await withHoldSeconds(SECONDS, async () => {
    [byWorkflow, byNextChange, byReader] = await Promise.all([hold(0), hold(1), hold(4)]);
    untold = await withFaults([{ service: 'states', operation: 'SendTaskSuccess', kind: 'error' }], async () => {
      const { change, decision } = await hold(2);
      await eventually(
        () => web.change(change.changeId),
        ({ notification }) => notification.status !== 'PENDING',
      );
      const answer = await phone.post(change.changeId, decision);
      expect(answer.body).toEqual({ changeId: change.changeId, status: 'AUTHORIZED' });
      return change;
    });
  });
  // No workflow was ever started for this one: only the reconciler can end it.
  byReconciler = await withFaults([{ service: 'states', operation: 'StartExecution', kind: 'error', times: 20 }], () =>
    hold(3),
  );
  await sleep(end.getTime() + 1 - Date.now());
}, 120_000);

const expired = ({ change }: Held) => ({ change: { changeId: change.changeId, status: 'EXPIRED' } });

describe('from the moment a hold ends', () => {
  it('a change shows as expired, waits for nobody and cannot be approved or cancelled', async () => {
    const { web, phone } = administrator;
    const { change, decision } = byReader;
    const seen = await web.change(change.changeId);
    expect(seen.status).toBe('EXPIRED');
    expect(seen.bindingCode).toBeUndefined();
    expect(await phone.waitingNow()).toEqual([]);
    expectProblem(await phone.post(change.changeId, decision), 409, 'CHANGE_CLOSED', expired(byReader));
    expectProblem(await web.cancel(change.changeId), 409, 'CHANGE_CLOSED', expired(byReader));
    expect(await web.token(change.tokenId)).toEqual(
      expect.objectContaining({ status: 'ACTIVE', availableActions: ['RELEASE', 'BLOCK'] }),
    );
  });
});

describe('the expiry is written', () => {
  const expiries = async (tokenId: string) =>
    (await administrator.web.events(tokenId)).filter(({ type }) => type === 'CHANGE_EXPIRED');

  it('by the next change on the token, in its own transaction', async () => {
    const { web } = administrator;
    const { tokenId, changeId } = byNextChange.change;
    const next = await web.hold(tokenId, RELEASE);
    expect((await expiries(tokenId)).map(({ change }) => change?.changeId)).toEqual([changeId]);
    expect((await web.token(tokenId)).pendingChange?.changeId).toBe(next.changeId);
    await web.cancel(next.changeId);
  });

  it('by the workflow, which then ends quietly', async () => {
    const { tokenId, changeId } = byWorkflow.change;
    await eventually(
      () => expiries(tokenId),
      (events) => events.length === 1,
      { seconds: 30 },
    );
    await eventually(
      () => aws.states().send(new DescribeExecutionCommand({ executionArn: executionArn(changeId) })),
      ({ status }) => status === 'SUCCEEDED',
    );
    expect((await administrator.web.token(tokenId)).pendingChange).toBeNull();
  });

  it('by the reconciler where no workflow was ever started, once however often it runs', async () => {
    const { tokenId } = byReconciler.change;
    await Promise.all([reconcile(), reconcile()]);
    await reconcile();
    expect(await expiries(tokenId)).toHaveLength(1);
    expect((await administrator.web.token(tokenId)).pendingChange).toBeNull();
  });
});

describe('when the workflow times out on a change that was authorized', () => {
  it('it applies the change: the callback may be lost', async () => {
    const { web } = administrator;
    await web.until(untold.changeId, 'APPLIED', { seconds: 30 });
    expect(await web.token(untold.tokenId)).toEqual(expect.objectContaining({ status: 'RELEASED', device: null }));
  });
});
