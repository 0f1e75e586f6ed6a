import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { aws, reconcile } from './support/aws.ts';
import { type Company, changeRole, loadCompanies, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openApp, REJECTION } from './support/phone.ts';
import { countCalls, withFaults } from './support/relay.ts';
import type { Change } from './support/shapes.ts';
import { stack } from './support/stack.ts';
import { UNBLOCK } from './support/web.ts';

const NOT_ME = { decision: 'REJECT', reason: 'NOT_ME' } as const;

interface Pair {
  readonly asks: Administrator;
  readonly decides: Administrator;
  /** Blocked tokens to be unblocked: that needs no phone of their holders. */
  readonly tokens: readonly string[];
}

let company: Company;
let removed: Pair;
let disowned: Pair;
let later: Pair;
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
  const loaded = await loadCompanies('requester', [wish, wish, wish, wish]);
  company = nth(loaded, 0);
  [removed, disowned, later, failing] = await Promise.all([
    openPair(company),
    openPair(nth(loaded, 1)),
    openPair(nth(loaded, 2)),
    openPair(nth(loaded, 3)),
  ]);
}, 120_000);

const held = ({ asks, tokens }: Pair): Promise<Change[]> =>
  Promise.all(tokens.map((tokenId) => asks.web.hold(tokenId, UNBLOCK)));

const closedAs = ({ changeId }: Change, status: string) => ({ change: { changeId, status } });

describe('a change whose requester was removed while it was held', () => {
  it('is approved for nobody: the approval closes it as cancelled; a rejection is a rejection', async () => {
    const { asks, decides, tokens } = removed;
    const [one, two] = await Promise.all([
      asks.web.hold(nth(tokens, 0), UNBLOCK),
      asks.web.hold(nth(tokens, 1), UNBLOCK),
    ]);
    const signed = await decides.phone.sign(await decides.phone.waiting(one.changeId), approval(one));
    await changeRole(asks.web.person, 'DISABLED');
    expectProblem(await decides.phone.post(one.changeId, signed), 409, 'CHANGE_CLOSED', closedAs(one, 'CANCELLED'));
    expect(await decides.web.change(one.changeId)).toMatchObject({
      status: 'CANCELLED',
      outcome: { cause: 'REQUESTER_REMOVED', by: null },
    });
    expect((await decides.web.events(one.tokenId)).at(-1)).toMatchObject({
      type: 'CHANGE_CANCELLED',
      actor: { type: 'SYSTEM' },
      details: { cause: 'REQUESTER_REMOVED' },
    });
    expect((await decides.web.token(one.tokenId)).status).toBe('BLOCKED');

    expect((await decides.phone.answer(two.changeId, REJECTION)).status).toBe(200);
    expect((await decides.web.change(two.changeId)).outcome).toMatchObject({
      cause: 'REJECTED',
      by: { userId: decides.phone.userId },
    });
    await changeRole(asks.web.person, 'ADMINISTRATOR');
  });

  it('is approved where the requester may ask again by then', async () => {
    const { asks, decides, tokens } = removed;
    const change = await asks.web.hold(nth(tokens, 2), UNBLOCK);
    await changeRole(asks.web.person, 'DISABLED');
    await changeRole(asks.web.person, 'ADMINISTRATOR');
    expect((await decides.phone.answer(change.changeId, approval(change))).status).toBe(200);
    expect((await decides.web.until(change.changeId, 'APPLIED')).outcome).toMatchObject({
      cause: 'APPROVED',
      by: { userId: decides.phone.userId },
    });
  });
});

describe('“it wasn’t me”', () => {
  it('closes the other held changes of the requester too, and tells of all how they ended', async () => {
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
  });

  it('takes effect after a plain rejection by the same phone, once', async () => {
    const { asks, decides } = later;
    const [first, second] = await held(later);
    if (!first || !second) throw new Error('Two changes are needed');
    const waiting = await decides.phone.waiting(first.changeId);
    const plain = await decides.phone.sign(waiting, REJECTION);
    const notMe = await decides.phone.sign(waiting, NOT_ME);
    expect((await decides.phone.post(first.changeId, plain)).status).toBe(200);
    expect((await asks.web.change(first.changeId)).outcome?.cause).toBe('REJECTED');
    expect((await asks.web.change(second.changeId)).status).toBe('PENDING_AUTHORIZATION');

    const rejected = { changeId: first.changeId, status: 'REJECTED' };
    for (const jws of [notMe, notMe, plain]) {
      expect((await decides.phone.post(first.changeId, jws)).body).toEqual(rejected);
    }
    expect((await asks.web.change(first.changeId)).outcome?.cause).toBe('DISOWNED');
    expect((await asks.web.change(second.changeId)).outcome?.cause).toBe('DISOWNED');
    expectProblem(await asks.web.ask(first.tokenId, UNBLOCK), 403, 'REQUESTER_SUSPENDED');
    const told = (await asks.web.events(first.tokenId)).filter(({ type }) => type === 'CHANGE_REJECTED');
    expect(told.map(({ details }) => details.disowned)).toEqual([undefined, true]);
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

describe('whether a hold can be decided', () => {
  it('is said of it alone, and is false once no phone of its approvers is left', async () => {
    const { asks, decides, tokens } = removed;
    await asks.web.block(nth(tokens, 2));
    const change = await asks.web.hold(nth(tokens, 2), UNBLOCK);
    expect((await asks.web.change(change.changeId)).authorization?.decidable).toBe(true);
    await asks.web.block(decides.phone.tokenId);
    expect((await asks.web.change(change.changeId)).authorization?.decidable).toBe(false);
    await asks.web.cancel(change.changeId);
    const closed = await asks.web.change(change.changeId);
    expect(closed.authorization?.decidable).toBeUndefined();
    expect(closed.outcome).toMatchObject({ cause: 'CANCELLED', by: { userId: asks.phone.userId } });
  });
});

describe('an approval that is under way when its requester is removed', () => {
  it('does not commit', async () => {
    const { asks, decides, tokens } = removed;
    const [one] = tokens;
    if (!one) throw new Error('A token is needed');
    const change = await decides.web.hold(one, UNBLOCK);
    const jws = await asks.phone.sign(await asks.phone.waiting(change.changeId), approval(change));
    // Read, decided, and refused in passing until the requester is removed.
    const refused = {
      service: 'dynamodb',
      operation: 'TransactWriteItems',
      kind: 'error',
      code: 'ThrottlingException',
      times: 12,
    } as const;
    const before = await countCalls('dynamodb.TransactWriteItems');
    await withFaults([refused], async () => {
      const posted = asks.phone.post(change.changeId, jws);
      await eventually(
        () => countCalls('dynamodb.TransactWriteItems'),
        (calls) => calls > before,
      );
      await disable(decides.phone.userId);
      expectProblem(await posted, 409, 'CHANGE_CLOSED', closedAs(change, 'CANCELLED'));
    });
    expect((await asks.web.change(change.changeId)).outcome).toEqual({ cause: 'REQUESTER_REMOVED', by: null });
  });
});

/** The bank disables a person, in the table alone and at once. */
async function disable(userId: string): Promise<void> {
  await aws.dynamodb().send(
    new UpdateCommand({
      TableName: stack().tableName,
      Key: { pk: `USER#${userId}`, sk: 'PROFILE' },
      UpdateExpression: 'SET enabled = :no',
      ExpressionAttributeValues: { ':no': false },
    }),
  );
}
