import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { aws, reconcile } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openPhone } from './support/phone.ts';
import { HOLD_SECONDS } from './support/port.ts';
import { withFaults } from './support/relay.ts';
import type { Change } from './support/shapes.ts';
import { stack } from './support/stack.ts';
import { RELEASE } from './support/web.ts';

let company: Company;
let administrator: Administrator;
/** Held together, so that all of them expire in one wait. */
let byWorkflow: Held;
let byNextChange: Held;
let byReconciler: Held;
/** Authorized in time, but the workflow was never told. */
let untold: Change;

interface Held {
  readonly change: Change;
  readonly decision: string;
}

async function hold(index: number): Promise<Held> {
  const { web, phone } = administrator;
  const { tokenId } = await openPhone(nth(company.secondaries, index), web);
  const change = await web.hold(tokenId);
  return { change, decision: await phone.sign(await phone.waiting(change.changeId), approval(change)) };
}

beforeAll(async () => {
  company = await loadCompany('expiry', { administrators: 1, secondaries: 4 });
  administrator = await openAdministrator(nth(company.administrators, 0));
  [byWorkflow, byNextChange] = await Promise.all([hold(0), hold(1)]);
  // No workflow was ever started for this one: only the reconciler can end it.
  byReconciler = await withFaults(
    [{ service: 'states', operation: 'StartExecution', kind: 'error', times: 20 }],
    async () => {
      const { tokenId } = await openPhone(nth(company.secondaries, 2), administrator.web);
      const change = await administrator.web.hold(tokenId);
      const waiting = await administrator.phone.waiting(change.changeId);
      return { change, decision: await administrator.phone.sign(waiting, approval(change)) };
    },
  );
  untold = await withFaults([{ service: 'states', operation: 'SendTaskSuccess', kind: 'error' }], async () => {
    const { change, decision } = await hold(3);
    await eventually(
      () => administrator.web.change(change.changeId),
      ({ notification }) => notification.status !== 'PENDING',
    );
    const answer = await administrator.phone.post(change.changeId, decision);
    expect(answer.body).toEqual({ changeId: change.changeId, status: 'AUTHORIZED' });
    return change;
  });
  const last = Math.max(...[byWorkflow, byNextChange, byReconciler].map(({ change }) => expiresAt(change)));
  await eventually(
    async () => Date.now(),
    (now) => now > last,
    { seconds: HOLD_SECONDS + 5 },
  );
}, 120_000);

const expiresAt = (change: Change): number => Date.parse(change.authorization?.expiresAt ?? '');

const expired = ({ change }: Held) => ({ change: { changeId: change.changeId, status: 'EXPIRED' } });

describe('from the moment a hold ends', () => {
  it.each([
    ['the workflow is to end', () => byWorkflow],
    ['the next change is to end', () => byNextChange],
    ['the reconciler is to end', () => byReconciler],
  ])('a change that %s shows as expired, waits for nobody and cannot be approved or cancelled', async (_, which) => {
    const { web, phone } = administrator;
    const { change, decision } = which();
    const seen = await web.change(change.changeId);
    expect(seen.status).toBe('EXPIRED');
    expect(seen.bindingCode).toBeUndefined();
    expect(await phone.waitingNow()).toEqual([]);
    expectProblem(await phone.post(change.changeId, decision), 409, 'CHANGE_CLOSED', expired(which()));
    expectProblem(await web.cancel(change.changeId), 409, 'CHANGE_CLOSED', expired(which()));
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
    const executionArn = `${stack().stateMachineArn.replace(':stateMachine:', ':execution:')}:${changeId}`;
    await eventually(
      () => aws.states().send(new DescribeExecutionCommand({ executionArn })),
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
