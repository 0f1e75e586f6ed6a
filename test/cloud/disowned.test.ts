import { type Company, loadCompanies, nth } from './support/company.ts';
import { expectProblem } from './support/http.ts';
import { approval, openAdministrator, openPhones, REJECTION } from './support/phone.ts';
import { cloudPort } from './support/port.ts';
import { mustRun, runScript } from './support/run.ts';
import { RELEASE } from './support/web.ts';

const NOT_ME = { decision: 'REJECT', reason: 'NOT_ME' } as const;

let fourEyes: Company;
let byHolder: Company;

beforeAll(async () => {
  const loaded = await loadCompanies('disowned', [
    { policy: 'OTHER_ADMINISTRATOR', administrators: 2, secondaries: 2 },
    { policy: 'HOLDER', administrators: 1, secondaries: 2 },
  ]);
  fourEyes = nth(loaded, 0);
  byHolder = nth(loaded, 1);
});

describe('“it wasn’t me”', () => {
  it('from another administrator keeps the requester from every release, not from a block, until the bank ends it', async () => {
    const asks = await openAdministrator(nth(fourEyes.administrators, 0));
    const decides = await openAdministrator(nth(fourEyes.administrators, 1));
    const holders = await openPhones(fourEyes.secondaries, asks.web);
    const [one, two] = holders;
    if (!one || !two) throw new Error('Two holders are needed');

    const change = await asks.web.hold(one.tokenId);
    const answer = await decides.phone.answer(change.changeId, NOT_ME);
    expect(answer.body).toEqual({ changeId: change.changeId, status: 'REJECTED' });
    expect((await asks.web.events(one.tokenId)).at(-1)).toMatchObject({
      type: 'CHANGE_REJECTED',
      details: { disowned: true, requesterSuspendedUntil: expect.stringMatching(/Z$/) },
    });

    expectProblem(await asks.web.ask(one.tokenId, RELEASE), 403, 'REQUESTER_SUSPENDED');
    expectProblem(await asks.web.ask(two.tokenId, RELEASE), 403, 'REQUESTER_SUSPENDED');
    expect((await asks.web.block(two.tokenId)).status).toBe('APPLIED');
    expect((await decides.web.hold(one.tokenId)).status).toBe('PENDING_AUTHORIZATION');

    const { username } = asks.web.person;
    const args = ['--user', username, '--port', String(cloudPort())];
    const cleared = await mustRun('clear-suspension', args);
    expect(cleared.stdout).toMatch(/is ended and recorded/);
    expect((await asks.web.events(one.tokenId)).at(-1)).toMatchObject({
      type: 'SUSPENSION_CLEARED',
      actor: { type: 'BANK' },
      details: { changeId: change.changeId },
    });
    expect((await asks.web.hold(two.tokenId, { action: 'UNBLOCK', reason: 'FALSE_ALARM' })).status).toBe(
      'PENDING_AUTHORIZATION',
    );
    const again = await runScript('clear-suspension', args);
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringMatching(/is not suspended/)]);
  });

  it('from the holder counts for the holder’s own token alone', async () => {
    const asks = await openAdministrator(nth(byHolder.administrators, 0));
    const [one, two] = await openPhones(byHolder.secondaries, asks.web);
    if (!one || !two) throw new Error('Two holders are needed');
    const change = await asks.web.hold(one.tokenId);
    expect((await one.answer(change.changeId, NOT_ME)).status).toBe(200);

    expectProblem(await asks.web.ask(one.tokenId, RELEASE), 403, 'REQUESTER_SUSPENDED');
    const other = await asks.web.hold(two.tokenId);
    // A plain rejection disowns nothing.
    expect((await two.answer(other.changeId, REJECTION)).status).toBe(200);
    const again = await asks.web.hold(two.tokenId);
    expect((await two.answer(again.changeId, approval(again))).status).toBe(200);
  });
});
