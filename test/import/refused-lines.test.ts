import { type MemoryWorld, memoryWorld, TABLE_NAMES } from '../world/world.ts';
import { MemoryPool } from './memory-pool.ts';
import { runLines } from './run-import.ts';

let world: MemoryWorld;
let pool: MemoryPool;

beforeEach(() => {
  world = memoryWorld();
  pool = new MemoryPool();
});

/** A line of company C1 with four eyes, unless told otherwise. */
function aLine(
  overrides: Partial<Record<'company' | 'name' | 'policy' | 'username' | 'email' | 'role' | 'serial', string>>,
) {
  const {
    company = 'C1',
    name = `Empresa ${company}`,
    policy = 'OTHER_ADMINISTRATOR',
    username = 'demo.uno',
  } = overrides;
  const { email = `${username}@example.com`, role = 'ADMINISTRATOR', serial = '' } = overrides;
  return [company, name, policy, username, 'Demo Uno', email, role, serial].join(',');
}

const items = (): object[] => [
  ...world.services.tables.items(TABLE_NAMES.main),
  ...world.services.tables.items(TABLE_NAMES.record),
];
const find = (pk: string, sk: string) =>
  world.services.tables.items(TABLE_NAMES.main).find((item) => item.pk === pk && item.sk === sk);

it('leaves nothing of a line that the pool refuses: no company, no claim, no serial', async () => {
  pool.refused.add('bad@example.com');
  const told = await runLines(world, [aLine({ email: 'bad@example.com', serial: 'S1' })]);
  expect(told.bad).toEqual(['line 2: the user pool does not take the username or the email: correct them']);
  expect([items(), [...pool.users]]).toEqual([[], []]);
});

it('does not change the policy of a company by a line that the pool refuses', async () => {
  await runLines(world, [aLine({})]);
  const before = items();
  pool.refused.add('bad@example.com');
  const refused = [
    aLine({ policy: 'REQUESTER', email: 'bad@example.com', serial: 'S1' }),
    aLine({ policy: 'REQUESTER', username: 'demo.dos', email: 'worse@example.com' }),
  ];
  pool.refused.add('worse@example.com');
  expect(await runLines(world, refused)).toMatchObject({
    companies: '0 created, 0 updated',
    warnings: [],
    bad: [/^line 2/, /^line 3/].map((line) => expect.stringMatching(line)),
  });
  expect(items()).toEqual(before);
});

it('lets the other line of the file change it that the pool takes', async () => {
  await runLines(world, [aLine({})]);
  pool.refused.add('bad@example.com');
  const lines = [
    aLine({ policy: 'REQUESTER', username: 'demo.dos', email: 'bad@example.com' }),
    aLine({ policy: 'REQUESTER' }),
  ];
  expect(await runLines(world, lines)).toMatchObject({
    companies: '0 created, 1 updated',
    bad: [expect.stringMatching(/^line 2/)],
  });
  expect(find('COMPANY#C1', 'PROFILE')).toMatchObject({ authorizationPolicy: 'REQUESTER' });
});

it('sets nothing in the pool for the loser, where two loads create one username in two companies', async () => {
  let raced = false;
  let loser: Awaited<ReturnType<typeof runLines>> | undefined;
  pool.before = async (call) => {
    if (raced || !call.startsWith('create')) return;
    raced = true;
    loser = await runLines(world, [aLine({ company: 'C2', email: 'intruder@example.com' })]);
  };
  const winner = await runLines(world, [aLine({})]);
  expect([winner.bad, loser?.bad]).toEqual([
    [],
    [
      'line 2: username: another load is creating it in another company: use another username, or load again in an hour',
    ],
  ]);
  expect(pool.calls).toEqual(['create demo.uno']);
  expect(pool.get('demo.uno').email).toBe('demo.uno@example.com');
  expect(find('COMPANY#C2', 'PROFILE')).toBeUndefined();
  expect(find('USERNAME#demo.uno', 'OWNER')).toMatchObject({ companyId: 'C1' });
  expect(find('USERNAME#demo.uno', 'CLAIM')).toBeUndefined();
});

it('sets nothing in the pool for the loser, where the other load was faster between reading and claiming', async () => {
  let raced = false;
  world.refusals.push((call) => {
    if (raced || call.operation !== 'TransactWrite') return undefined;
    raced = true;
    // The other load has come to its end meanwhile.
    world.services.tables.seed(TABLE_NAMES.main, [
      {
        pk: 'USERNAME#demo.uno',
        sk: 'OWNER',
        userId: 'sub-9',
        companyId: 'C2',
        tokenId: 'token-9',
        physicalTokenId: null,
        canSignIn: true,
      },
    ]);
    return undefined;
  });
  const { bad } = await runLines(world, [aLine({})]);
  expect(bad).toEqual(['line 2: username: belongs to another company: use another username']);
  expect([pool.calls, find('COMPANY#C1', 'PROFILE')]).toEqual([[], undefined]);
});

it('takes over the claim of a load for another company that stopped an hour ago, and no younger one', async () => {
  const claim = { pk: 'USERNAME#demo.uno', sk: 'CLAIM', companyId: 'C2' };
  const until = (milliseconds: number) => new Date(world.clock.now().getTime() + milliseconds).toISOString();
  world.services.tables.seed(TABLE_NAMES.main, [{ ...claim, until: until(1) }]);
  expect((await runLines(world, [aLine({})])).bad).toHaveLength(1);
  world.services.tables.seed(TABLE_NAMES.main, [{ ...claim, until: until(0) }]);
  expect((await runLines(world, [aLine({})])).bad).toEqual([]);
});

it('takes over a user whom a load left in the pool only, and with them nobody who knew a password', async () => {
  await runLines(world, [aLine({ company: 'C2', email: 'earlier@example.com' })]);
  pool.get('demo.uno').signedIn = true;
  world = memoryWorld();
  pool.calls.length = 0;
  expect(await runLines(world, [aLine({})])).toMatchObject({ people: '1 created, 0 updated, 0 unchanged' });
  expect(pool.calls).toEqual([
    'create demo.uno',
    'get demo.uno',
    'email demo.uno',
    'password demo.uno',
    'sign out demo.uno',
    'invite demo.uno',
  ]);
  expect(pool.get('demo.uno')).toMatchObject({ email: 'demo.uno@example.com', signedIn: false });
});

it('refuses every line of a company or a user of which two lines say different things, and loads the others', async () => {
  const told = await runLines(world, [
    aLine({ username: 'demo.uno' }),
    aLine({ username: 'demo.dos', policy: 'REQUESTER' }),
    aLine({ company: 'C2', username: 'demo.tres' }),
    aLine({ company: 'C2', username: 'Demo.Tres', role: 'SECONDARY' }),
    aLine({ company: 'C2', username: 'demo.cuatro' }),
    aLine({ company: 'C2', username: 'demo.cuatro' }),
    aLine({ company: 'C2', username: 'demo.cinco', policy: 'NOBODY' }),
    aLine({ company: 'C3', username: 'demo.seis' }),
    aLine({ company: 'C2', username: 'demo.seis' }),
  ]);
  expect(told.bad).toEqual([
    'line 2: company_id: lines 2, 3 give this company different names or policies: make them the same in all',
    'line 3: company_id: lines 2, 3 give this company different names or policies: make them the same in all',
    'line 4: username: lines 4, 5 say different things of this user: keep one of them',
    'line 5: username: lines 4, 5 say different things of this user: keep one of them',
    'line 8: authorization_policy: must be REQUESTER, OTHER_ADMINISTRATOR, HOLDER',
    'line 9: username: lines 9, 10 say different things of this user: keep one of them',
    'line 10: username: lines 9, 10 say different things of this user: keep one of them',
  ]);
  expect(told).toMatchObject({ companies: '1 created, 0 updated', people: '1 created, 0 updated, 1 unchanged' });
  expect([...pool.users.keys()]).toEqual(['demo.cuatro']);
});

it('refuses a serial that another user of the company has, in the file or loaded; in another company it warns', async () => {
  await runLines(world, [aLine({ serial: 's-1' })]);
  const { bad } = await runLines(world, [
    aLine({ username: 'demo.dos', serial: 'S-1' }),
    aLine({ username: 'demo.tres', serial: 'S-2' }),
    aLine({ username: 'demo.cuatro', serial: 's-2' }),
  ]);
  expect(bad).toEqual([
    'line 2: physical_serial: another user of the company has it: correct it, or load the other one with another serial first',
    'line 3: physical_serial: lines 3, 4 give one serial to different users: leave it to the one who has the token',
    'line 4: physical_serial: lines 3, 4 give one serial to different users: leave it to the one who has the token',
  ]);
  const elsewhere = await runLines(world, [aLine({ company: 'C2', username: 'demo.dos', serial: 'S-1' })]);
  expect(elsewhere).toMatchObject({
    bad: [],
    warnings: [
      'users demo.dos and demo.uno have the same serial: if they are one person, disable one of them',
      expect.stringContaining('C2 is left with nobody'),
    ],
  });
});

it('gives a serial to another once its holder has a different one', async () => {
  await runLines(world, [aLine({ serial: 'S-1' })]);
  await runLines(world, [aLine({ serial: 'S-2' })]);
  expect((await runLines(world, [aLine({ username: 'demo.dos', serial: 'S-1' })])).bad).toEqual([]);
  expect((await runLines(world, [aLine({ username: 'demo.tres', serial: 'S-2' })])).bad).toHaveLength(1);
});
