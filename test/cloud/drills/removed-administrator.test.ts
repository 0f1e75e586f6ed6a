import { randomUUID } from 'node:crypto';
import {
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { clientConfiguration } from '../support/aws.ts';
import { changeRole, loadCompanies, nth, type Person } from '../support/company.ts';
import { expectProblem } from '../support/http.ts';
import { type Administrator, approval, openAdministrator, openPhones, type Phone } from '../support/phone.ts';
import { pushAbout, pushesTo } from '../support/relay.ts';
import type { Change } from '../support/shapes.ts';
import { stack } from '../support/stack.ts';
import { accessToken, RELEASE } from '../support/web.ts';

/** Runbook, "An administrator is removed". */

interface Cast {
  readonly removed: Administrator;
  readonly staying: Administrator;
  readonly holders: readonly Phone[];
  /** Administrators without a phone yet. */
  readonly others: readonly Person[];
}

let fourEyes: Cast;
let byRequester: Cast;
/** Held before the removal: what the removed one may decide, what they asked for, and what only they may decide. */
let theirsToDecide: Change;
let askedByThem: Change;
let ownHeld: Change;
/** Signed by the removed one's phone before the removal, and sent after it. */
let decisions: { readonly ofOthers: string; readonly ofOwn: string };

beforeAll(async () => {
  const companies = await loadCompanies('removed', [
    { policy: 'OTHER_ADMINISTRATOR', administrators: 3, secondaries: 3 },
    { policy: 'REQUESTER', administrators: 2, secondaries: 2 },
  ]);
  const [four, requester] = await Promise.all(
    companies.map(async ({ administrators, secondaries }): Promise<Cast> => {
      const [removed, staying] = await Promise.all(administrators.slice(0, 2).map(openAdministrator));
      if (!removed || !staying) throw new Error('Two administrators are needed');
      const holders = await openPhones(secondaries, staying.web);
      return { removed, staying, holders, others: administrators.slice(2) };
    }),
  );
  if (!four || !requester) throw new Error('Two companies are needed');
  fourEyes = four;
  byRequester = requester;

  theirsToDecide = await four.staying.web.hold(nth(four.holders, 0).tokenId);
  askedByThem = await four.removed.web.hold(nth(four.holders, 1).tokenId);
  ownHeld = await requester.removed.web.hold(nth(requester.holders, 0).tokenId);
  const signed = async ({ removed: { phone } }: Cast, change: Change) =>
    phone.sign(await phone.waiting(change.changeId), approval(change));
  decisions = {
    ofOthers: await signed(four, theirsToDecide),
    ofOwn: await signed(requester, ownHeld),
  };
  for (const { removed } of [four, requester]) await changeRole(removed.phone.person, 'DISABLED');
}, 60_000);

describe('a removed administrator', () => {
  it('is refused at the next call of a session that goes on, at the web and in the app', async () => {
    const { web, phone } = fourEyes.removed;
    expectProblem(await web.send('GET', '/me'), 403, 'USER_DISABLED');
    expectProblem(
      await web.ask(nth(fourEyes.holders, 2).tokenId, { action: 'BLOCK', reason: 'PHONE_LOST' }),
      403,
      'USER_DISABLED',
    );
    expectProblem(await web.cancel(askedByThem.changeId), 403, 'USER_DISABLED');
    expectProblem(await phone.send('GET', '/app/authorizations'), 403, 'USER_DISABLED');
    expect((await fourEyes.staying.web.send('GET', '/me')).status).toBe(200);
  });

  it('is stopped by this alone: a session goes on to block after a reset password and a sign-out everywhere', async () => {
    const { web, phone } = byRequester.staying;
    const { userPoolId: UserPoolId, demo } = stack();
    const user = { UserPoolId, Username: phone.person.username };
    const pool = new CognitoIdentityProviderClient(clientConfiguration());
    await pool.send(new AdminSetUserPasswordCommand({ ...user, Password: `Aa1!${randomUUID()}`, Permanent: true }));
    await pool.send(new AdminUserGlobalSignOutCommand(user));
    const { tokenId } = nth(byRequester.holders, 1);
    await web.block(tokenId);
    expect((await web.token(tokenId)).status).toBe('BLOCKED');
    await pool.send(new AdminSetUserPasswordCommand({ ...user, Password: demo.password, Permanent: true }));
  });

  it('cannot sign in any more', async () => {
    await expect(accessToken(fourEyes.removed.phone.person, 'console')).rejects.toThrow();
    expect(await accessToken(fourEyes.staying.phone.person, 'console')).toEqual(expect.any(String));
  });

  it('decides nothing with what their phone signed before, of others or of their own', async () => {
    expectProblem(await fourEyes.removed.phone.post(theirsToDecide.changeId, decisions.ofOthers), 403, 'USER_DISABLED');
    expectProblem(await byRequester.removed.phone.post(ownHeld.changeId, decisions.ofOwn), 403, 'USER_DISABLED');
    for (const [{ staying }, { changeId }] of [
      [fourEyes, theirsToDecide],
      [byRequester, ownHeld],
    ] as const) {
      expect((await staying.web.change(changeId)).status).toBe('PENDING_AUTHORIZATION');
    }
  });
});

describe('their company goes on', () => {
  it('what they asked for is approved for nobody, and asked for again by the other', async () => {
    const { staying } = fourEyes;
    const { changeId } = askedByThem;
    expectProblem(await staying.phone.answer(changeId, approval(askedByThem)), 409, 'CHANGE_CLOSED', {
      change: { changeId, status: 'CANCELLED' },
    });
    expect((await staying.web.change(changeId)).outcome).toEqual({ cause: 'REQUESTER_REMOVED', by: null });
  });

  it('what waits for nobody else is cancelled by the other, asked for again and applied', async () => {
    const { web, phone } = byRequester.staying;
    expect((await web.cancel(ownHeld.changeId)).status).toBe(200);
    const again = await web.hold(ownHeld.tokenId);
    await phone.answer(again.changeId, approval(again));
    await web.until(again.changeId, 'APPLIED');
  });

  it('what needs four eyes waits for a third administrator’s phone, is pushed there, and to the removed one no more', async () => {
    const { staying, removed, holders, others } = fourEyes;
    const { tokenId } = nth(holders, 2);
    // One alone never gets what two must agree on.
    expectProblem(await staying.web.ask(tokenId, RELEASE), 409, 'NO_APPROVER_AVAILABLE', {
      support: expect.any(Object),
    });
    const third = await openAdministrator(nth(others, 0));
    const change = await staying.web.hold(tokenId);
    await pushAbout(third.phone.pushToken, change.changeId, 'AUTHORIZATION_PENDING');
    await third.phone.answer(change.changeId, approval(change));
    await staying.web.until(change.changeId, 'APPLIED');

    const pushed = (await pushesTo(removed.phone.pushToken)).map((push) => JSON.stringify(push));
    expect(pushed.filter((push) => push.includes(theirsToDecide.changeId))).toHaveLength(1);
    expect(pushed.filter((push) => push.includes(change.changeId))).toEqual([]);
  });
});
