import { reconcile } from './support/aws.ts';
import { type Company, loadCompanies, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openApp } from './support/phone.ts';
import { cloudPort } from './support/port.ts';
import { withFaults } from './support/relay.ts';
import { mustRun, runScript } from './support/run.ts';
import type { Change } from './support/shapes.ts';
import { UNBLOCK } from './support/web.ts';

const NOT_ME = { decision: 'REJECT', reason: 'NOT_ME' } as const;

interface Pair {
  readonly asks: Administrator;
  readonly decides: Administrator;
  /** Blocked tokens to be unblocked: that needs no phone of their holders. */
  readonly tokens: readonly string[];
}

let disowned: Pair;
let failing: Pair;

async function openPair({ administrators, secondaries }: Company): Promise<Pair> {
  const [asks, decides, ...apps] = await Promise.all([
    openAdministrator(nth(administrators, 0)),
    openAdministrator(nth(administrators, 1)),
    ...secondaries.map((person) => openApp(person)),
  ]);
  const tokens = apps.map((app) => app.tokenId);
  await Promise.all(tokens.map((tokenId) => decides.web.block(tokenId)));
  return { asks, decides, tokens };
}

beforeAll(async () => {
  const wish = { policy: 'OTHER_ADMINISTRATOR', administrators: 2, secondaries: 3 } as const;
  const loaded = await loadCompanies('requester', [wish, wish]);
  [disowned, failing] = await Promise.all([openPair(nth(loaded, 0)), openPair(nth(loaded, 1))]);
});

const held = ({ asks, tokens }: Pair): Promise<Change[]> =>
  Promise.all(tokens.map((tokenId) => asks.web.hold(tokenId, UNBLOCK)));

const closedAs = ({ changeId }: Change, status: string) => ({ change: { changeId, status } });

describe('“it wasn’t me”', () => {
  it('closes the other held changes of the requester too, and keeps them from asking until the bank ends it', async () => {
    const { asks, decides } = disowned;
    const [first, second, third] = await held(disowned);
    if (!first || !second || !third) throw new Error('Three changes are needed');
    const signed = await decides.phone.sign(await decides.phone.waiting(second.changeId), approval(second));
    expect((await decides.phone.answer(first.changeId, NOT_ME)).status).toBe(200);

    for (const { changeId } of [first, second, third]) {
      const seen = await asks.web.change(changeId);
      expect(seen).toMatchObject({
        status: 'REJECTED',
        outcome: {
          cause: 'DISOWNED',
          by: { userId: decides.phone.userId },
          suspendedUntil: expect.stringMatching(/Z$/),
        },
      });
      expect(seen.bindingCode).toBeUndefined();
    }
    expect(await decides.phone.waitingNow()).toEqual([]);
    expectProblem(
      await decides.phone.post(second.changeId, signed),
      409,
      'CHANGE_CLOSED',
      closedAs(second, 'REJECTED'),
    );

    expectProblem(await asks.web.ask(first.tokenId, UNBLOCK), 403, 'REQUESTER_SUSPENDED');
    expect((await asks.web.block(decides.phone.tokenId)).status).toBe('APPLIED');
    const args = ['--user', asks.web.person.username, '--port', String(cloudPort())];
    expect((await mustRun('clear-suspension', args)).stdout).toMatch(/is ended and recorded/);
    expect((await asks.web.events(first.tokenId)).at(-1)).toMatchObject({
      type: 'SUSPENSION_CLEARED',
      actor: { type: 'BANK' },
      details: { changeId: first.changeId },
    });
    expectProblem(await asks.web.ask(first.tokenId, UNBLOCK), 409, 'NO_APPROVER_AVAILABLE', {
      support: expect.any(Object),
    });
    const again = await runScript('clear-suspension', args);
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringMatching(/is not suspended/)]);
  });

  it('lets nothing be decided where the closing fails, and the reconciler closes it', async () => {
    const { asks, decides } = failing;
    const [first, second, third] = await held(failing);
    if (!first || !second || !third) throw new Error('Three changes are needed');
    const waiting = await Promise.all([second, third].map(({ changeId }) => decides.phone.waiting(changeId)));
    const approves = await decides.phone.sign(nth(waiting, 0), approval(second));
    const jws = await decides.phone.sign(await decides.phone.waiting(first.changeId), NOT_ME);
    await withFaults([{ service: 'dynamodb', operation: 'Query', kind: 'error', times: 30 }], async () => {
      expect((await decides.phone.post(first.changeId, jws)).status).toBe(200);
    });
    const left = await asks.web.change(third.changeId);
    expect(left).toMatchObject({ status: 'PENDING_AUTHORIZATION', authorization: { decidable: false } });
    expect(left.bindingCode).toBeUndefined();
    expect(await decides.phone.waitingNow()).toEqual([]);
    expectProblem(
      await decides.phone.post(second.changeId, approves),
      409,
      'CHANGE_CLOSED',
      closedAs(second, 'CANCELLED'),
    );
    await eventually(
      async () => {
        await reconcile();
        return asks.web.change(third.changeId);
      },
      ({ outcome }) => outcome?.cause === 'DISOWNED',
    );
  });
});
