import { type Chosen, splitChosen } from '../../console/src/console/bulk-choice.ts';
import { runEach } from '../../console/src/console/bulk-run.ts';
import { writeCodes } from '../../console/src/console/codes-csv.ts';

describe('the same for each of many', () => {
  /** Runs numbers, of which some fail, and tells what became of each and how many ran at the same time. */
  async function run(items: readonly number[], failing: readonly number[], endsAll = false) {
    const outcomes: Record<number, string> = {};
    let [now, most] = [0, 0];
    await runEach(items, {
      parallel: 3,
      act: async (item) => {
        now += 1;
        most = Math.max(most, now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        if (failing.includes(item)) throw new Error(`no ${item}`);
        return item * 10;
      },
      onOutcome: (item, outcome) => {
        outcomes[item] = outcome.kind === 'done' ? `done ${outcome.result}` : String(outcome.error);
      },
      endsAll: () => endsAll,
    });
    return { outcomes, most };
  }

  it('is done a few at a time, and one that fails leaves the others alone', async () => {
    const { outcomes, most } = await run([1, 2, 3, 4, 5], [2]);
    expect(outcomes).toEqual({ 1: 'done 10', 2: 'Error: no 2', 3: 'done 30', 4: 'done 40', 5: 'done 50' });
    expect(most).toBe(3);
  });

  it('stops after a failure that the rest would have too: what was not tried has no outcome', async () => {
    const { outcomes } = await run([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3], true);
    expect(Object.keys(outcomes)).toEqual(['1', '2', '3']);
  });

  it('of nobody is nothing', async () => {
    expect(await run([], [])).toEqual({ outcomes: {}, most: 0 });
  });
});

describe('for whom an action of many is', () => {
  const person = (tokenId: string, members: Partial<Chosen> = {}, enabled = true): Chosen => ({
    tokenId,
    status: 'ACTIVE',
    availableActions: ['RELEASE', 'BLOCK'],
    holder: { userId: `user-${tokenId}`, fullName: 'Demo', username: tokenId, role: 'SECONDARY', enabled },
    ...members,
  });
  const chosen = [
    person('active'),
    person('pending', { status: 'PENDING_ENROLLMENT', availableActions: ['BLOCK'] }),
    person('released', { status: 'RELEASED', availableActions: ['BLOCK'] }),
    person('blocked', { status: 'BLOCKED', availableActions: ['RELEASE', 'UNBLOCK'] }),
    person('blocked-and-held', { status: 'BLOCKED', availableActions: ['BLOCK'] }),
    person('leaver', { status: 'PENDING_ENROLLMENT', availableActions: ['BLOCK'] }, false),
    person('own'),
  ];
  const ids = (groups: ReturnType<typeof splitChosen>) =>
    Object.fromEntries(Object.entries(groups).map(([name, people]) => [name, people.map(({ tokenId }) => tokenId)]));

  it('a block is for whoever is not blocked, and never for oneself', () => {
    expect(ids(splitChosen('block', chosen, 'user-own'))).toEqual({
      fit: ['active', 'pending', 'released', 'leaver'],
      own: ['own'],
      unfit: ['blocked', 'blocked-and-held'],
    });
  });

  it('a code is for whoever can enrol, and never for oneself', () => {
    expect(ids(splitChosen('codes', chosen, 'user-own'))).toEqual({
      fit: ['pending', 'released'],
      own: ['own'],
      unfit: ['active', 'blocked', 'blocked-and-held', 'leaver'],
    });
  });
});

it('codes are written so that no spreadsheet runs a name', () => {
  const line = { full_name: '=cmd()', username: 'a,b', activation_code: 'ABCD-EFGH', expires_at: '2026-01-02' };
  expect(writeCodes([line])).toBe(
    '\uFEFFfull_name,username,activation_code,expires_at\r\n\'=cmd(),"a,b",ABCD-EFGH,2026-01-02\r\n',
  );
});
