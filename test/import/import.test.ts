import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PeopleFile } from '../../scripts/import/file/people-file.ts';
import { FileFacts } from '../../scripts/import/file-facts.ts';
import { openScratch } from '../../scripts/import/scratch.ts';
import { devices, otpStates, suspensions, tokens, usernameOwners, users } from '../../shared/repositories/items.ts';
import { aDevice } from '../fixtures.ts';
import { at, given, stored } from '../world/given.ts';
import { type MemoryWorld, memoryWorld, TABLE_NAMES } from '../world/world.ts';
import { MemoryPool } from './memory-pool.ts';
import { HEADER, runLines } from './run-import.ts';

let world: MemoryWorld;
let pool: MemoryPool;

beforeEach(() => {
  world = memoryWorld();
  pool = new MemoryPool();
});

type Cells = Partial<Record<'company' | 'policy' | 'username' | 'name' | 'email' | 'role' | 'serial', string>>;

function aLine(overrides: Cells = {}): string {
  const { company = 'C1', policy = 'REQUESTER', username = 'demo.uno', name = 'Demo Uno' } = overrides;
  const { email = `${username}@example.com`, role = 'ADMINISTRATOR', serial = '' } = overrides;
  return [company, `Empresa ${company}`, policy, username, name, email, role, serial].join(',');
}

/** Everything that is stored, to show that nothing of it changed. */
const everything = () =>
  JSON.stringify([TABLE_NAMES.main, TABLE_NAMES.record].map((name) => world.services.tables.items(name)));

function load(username: string) {
  const owner = stored(world, usernameOwners.at(username));
  const user = owner && stored(world, users.at(owner.userId));
  const token = owner && stored(world, tokens.at(owner.companyId, owner.tokenId));
  if (!owner || !user || !token) throw new Error(`No ${username}`);
  return { owner, user, token };
}

describe('a user whom the pool lost', () => {
  const BY_PASSWORD = { password: 'demo' };

  async function loseOne(): Promise<ReturnType<typeof load>> {
    await runLines(world, [aLine({ serial: 'S-1' }), aLine({ username: 'demo.dos' })], BY_PASSWORD);
    const lost = load('demo.uno');
    const { user, token } = lost;
    const device = { deviceId: 'phone-9', name: 'Demo', platform: 'IOS', enrolledAt: token.updatedAt } as const;
    const phone = { userId: user.userId, companyId: 'C1', tokenId: user.tokenId };
    given(
      world,
      { ...token, status: 'ACTIVE', device },
      aDevice({ ...phone, deviceId: 'phone-9', endpointArn: 'endpoint-9', pushTokenIat: 5 }),
      aDevice({ ...phone, deviceId: 'phone-8', retiredAt: '2026' }),
      at(otpStates.at(user.userId), { failures: 0, restsUntil: 0, deviceId: 'phone-9', usedSteps: [7], version: 4 }),
      {
        companyId: 'C1',
        requesterId: user.userId,
        onlyToken: null,
        changeId: 'change-1',
        tokenId: 'token-1',
        until: '2027-01-01T00:00:00.000Z',
      },
    );
    pool.users.delete('demo.uno');
    pool.calls.length = 0;
    return lost;
  }

  it('comes back by the same line, with role, token, phone, used codes and suspension, and a record of it', async () => {
    const before = await loseOne();
    const told = await runLines(world, [aLine({ serial: 'S-1' })], BY_PASSWORD);
    expect(told).toMatchObject({ people: '0 created, 1 updated, 0 unchanged', bad: [], warnings: [] });
    const { owner, user, token } = load('demo.uno');
    const [from, to] = [before.user.userId, pool.get('demo.uno').sub];
    expect(to).not.toBe(from);
    expect(owner).toEqual({ ...before.owner, userId: to });
    expect(user).toEqual({ ...before.user, userId: to });
    expect(token).toMatchObject({ status: 'ACTIVE', device: { deviceId: 'phone-9' }, holder: { userId: to } });
    expect(stored(world, users.at(from))).toBeUndefined();
    // The phone is woken under the new id; under the earlier one its keys stay, for what they have signed.
    expect(stored(world, devices.at(to, 'phone-9'))).toMatchObject({ userId: to, endpointArn: 'endpoint-9' });
    expect(stored(world, devices.at(from, 'phone-9'))?.endpointArn).toBeUndefined();
    expect(stored(world, devices.at(from, 'phone-9'))?.signingKey).toEqual(aDevice().signingKey);
    expect(stored(world, devices.at(to, 'phone-8'))).toMatchObject({ userId: to, retiredAt: '2026' });
    expect(stored(world, otpStates.at(to))).toMatchObject({ usedSteps: [7], version: 1 });
    for (const id of [from, to]) {
      expect(stored(world, suspensions.at('C1', id))).toMatchObject([{ requesterId: id, onlyToken: null }]);
    }
    const approvers = world.services.tables
      .items(TABLE_NAMES.main)
      .filter(({ sk }) => String(sk).startsWith('APPROVER#'));
    expect(approvers).toEqual([{ pk: 'COMPANY#C1', sk: `APPROVER#${to}`, userId: to, deviceId: 'phone-9' }]);
    const events = world.services.tables
      .items(TABLE_NAMES.record)
      .filter(({ pk, type }) => type === 'HOLDER_UPDATED' && String(pk).includes('#TOKEN#'));
    expect(events.map(({ details }) => details)).toEqual(
      [1, 2].map(() => ({ userIdFrom: from, userIdTo: to, requestId: expect.any(String) })),
    );
  });

  it('is told of by a dry run, which brings nobody back', async () => {
    await loseOne();
    const before = everything();
    const told = await runLines(world, [aLine({ serial: 'S-1' })], { dryRun: true });
    expect([told.people, everything(), pool.users.has('demo.uno')]).toEqual([
      '0 created, 1 updated, 0 unchanged',
      before,
      false,
    ]);
  });

  it('comes back only once their token has no change under way', async () => {
    const { token } = await loseOne();
    const pendingChange = {
      changeId: 'c',
      action: 'RELEASE',
      status: 'PENDING_AUTHORIZATION',
      expiresAt: '2027',
    } as const;
    given(world, { ...token, pendingChange });
    const { bad } = await runLines(world, [aLine({ serial: 'S-1' })], BY_PASSWORD);
    expect([bad, pool.users.has('demo.uno')]).toEqual([
      ['line 2: username: the pool lost this user while their token has a change under way: load again in ten minutes'],
      false,
    ]);
  });

  it('stays lost where the line disables them', async () => {
    await loseOne();
    await runLines(world, [aLine({ role: 'DISABLED' })], BY_PASSWORD);
    expect([load('demo.uno').user.enabled, pool.users.has('demo.uno')]).toEqual([false, false]);
  });

  it('comes back also where somebody else has their name in the pool, whose password then opens nothing', async () => {
    await loseOne();
    pool.users.set('demo.uno', {
      username: 'demo.uno',
      sub: 'sub-x',
      email: 'x@example.com',
      enabled: true,
      signedIn: true,
    });
    await runLines(world, [aLine({ serial: 'S-1' })]);
    expect(load('demo.uno').user.userId).toBe('sub-x');
    expect(pool.get('demo.uno')).toMatchObject({ email: 'demo.uno@example.com', signedIn: false });
  });
});

describe('invitations', () => {
  it('are sent with each new user, until the pool sends no more, and the load says how many are left', async () => {
    pool.mailsLeft = 1;
    const lines = ['uno', 'dos', 'tres'].map((name) => aLine({ username: `demo.${name}` }));
    expect(await runLines(world, lines)).toMatchObject({
      people: '3 created, 0 updated, 0 unchanged',
      invitations: '1 sent, 2 left',
    });
    pool.mailsLeft = 10;
    expect(await runLines(world, lines)).toMatchObject({ invitations: '0 sent, 0 left' });
    pool.get('demo.uno').signedIn = true;
    expect(await runLines(world, lines, { invite: true })).toMatchObject({
      people: '0 created, 0 updated, 3 unchanged',
      invitations: '2 sent, 0 left',
    });
  });

  it('are counted as left where the pool sends none again', async () => {
    await runLines(world, [aLine()]);
    pool.mailsLeft = 0;
    expect(await runLines(world, [aLine()], { invite: true })).toMatchObject({ invitations: '0 sent, 1 left' });
  });

  it('go to nobody who is disabled, and to them once they are enabled', async () => {
    expect(await runLines(world, [aLine({ role: 'DISABLED' })], { invite: true })).toMatchObject({
      invitations: '0 sent, 0 left',
    });
    expect(await runLines(world, [aLine({ role: 'DISABLED' })], { invite: true })).toMatchObject({
      invitations: '0 sent, 0 left',
    });
    expect(await runLines(world, [aLine()])).toMatchObject({ invitations: '1 sent, 0 left' });
  });

  it('go again to a corrected address, and to nobody who has signed in', async () => {
    await runLines(world, [aLine()]);
    expect(await runLines(world, [aLine({ email: 'dos@example.com' })])).toMatchObject({
      invitations: '1 sent, 0 left',
    });
    pool.get('demo.uno').signedIn = true;
    expect(await runLines(world, [aLine({ email: 'tres@example.com' })])).toMatchObject({
      invitations: '0 sent, 0 left',
    });
  });
});

describe('warnings', () => {
  const four = (role: string, username = 'demo.dos') => aLine({ policy: 'OTHER_ADMINISTRATOR', username, role });

  it('tell a policy that changes', async () => {
    await runLines(world, [aLine()]);
    expect((await runLines(world, [aLine({ policy: 'HOLDER' })])).warnings).toEqual([
      'the policy of company C1 changes from REQUESTER to HOLDER',
    ]);
    expect((await runLines(world, [aLine({ policy: 'HOLDER' })])).warnings).toEqual([]);
  });

  it('tell a company whose id is another’s but for case and punctuation, in the file or loaded', async () => {
    await runLines(world, [aLine({ company: '900-1' })]);
    const lines = [
      aLine({ company: '900.1', username: 'demo.dos' }),
      aLine({ company: '9001', username: 'demo.tres' }),
    ];
    expect((await runLines(world, lines)).warnings).toEqual([
      '900-1, 900.1, 9001 differ in case or punctuation alone: if they are one company, use one company_id',
      '900.1, 9001 differ in case or punctuation alone: if they are one company, use one company_id',
    ]);
  });

  it('tell a new username with the address of another, in the file or loaded, and no username twice', async () => {
    await runLines(world, [aLine({ username: 'demo.uno', email: 'One@example.com' })]);
    const lines = [
      aLine({ username: 'demo.dos', email: 'one@example.com' }),
      aLine({ username: 'demo.tres', email: 'two@example.com' }),
      aLine({ username: 'demo.cuatro', email: 'two@example.com' }),
    ];
    const same = (one: string, two: string) =>
      `users ${one} and ${two} have the same e-mail address: if they are one person, disable one of them`;
    expect((await runLines(world, lines)).warnings).toEqual([
      same('demo.dos', 'demo.uno'),
      same('demo.cuatro', 'demo.tres'),
    ]);
    expect((await runLines(world, lines)).warnings).toEqual([]);
  });

  it('forget an address that its user has no more', async () => {
    await runLines(world, [aLine({ email: 'one@example.com' })]);
    await runLines(world, [aLine({ email: 'two@example.com' })]);
    expect((await runLines(world, [aLine({ username: 'demo.dos', email: 'one@example.com' })])).warnings).toEqual([]);
  });

  it('tell a company that is left with nobody who can authorize', async () => {
    const nobody = (needed: number) =>
      `company C1 is left with nobody who can authorize: it needs ${needed} enabled administrator(s)`;
    expect((await runLines(world, [aLine({ role: 'SECONDARY' })])).warnings).toEqual([nobody(1)]);
    expect((await runLines(world, [aLine()])).warnings).toEqual([]);
    expect((await runLines(world, [aLine({ role: 'DISABLED' })])).warnings).toEqual([nobody(1)]);
    await runLines(world, [aLine()]);
    expect((await runLines(world, [aLine({ policy: 'OTHER_ADMINISTRATOR' })])).warnings).toContain(nobody(2));
    expect((await runLines(world, [four('ADMINISTRATOR')])).warnings).toEqual([]);
    expect((await runLines(world, [four('DISABLED')])).warnings).toEqual([nobody(2)]);
  });

  it('tell a company whose last administrator with a phone is disabled', async () => {
    await runLines(world, [aLine(), aLine({ username: 'demo.dos' })]);
    const { token } = load('demo.uno');
    const device = { deviceId: 'phone-9', name: 'Demo', platform: 'IOS', enrolledAt: token.updatedAt } as const;
    given(world, { ...token, status: 'ACTIVE', device });
    expect((await runLines(world, [aLine({ role: 'DISABLED' })])).warnings).toEqual([
      'company C1 is left with nobody who can authorize: no administrator has enrolled a phone',
    ]);
  });
});

it('says by a dry run what the load then does, and writes nothing', async () => {
  await runLines(world, [aLine(), aLine({ username: 'demo.dos', serial: 'S-1' })]);
  const lines = [
    aLine({ policy: 'HOLDER', role: 'DISABLED' }),
    aLine({ policy: 'HOLDER', username: 'demo.dos', name: 'Demo Otra' }),
    aLine({ policy: 'HOLDER', username: 'demo.tres', email: 'demo.dos@example.com' }),
    aLine({ policy: 'HOLDER', username: 'demo.tres', email: 'demo.dos@example.com' }),
    aLine({ policy: 'HOLDER', username: 'demo.cuatro', serial: 'S-1' }),
    aLine({ policy: 'HOLDER', username: 'demo.cinco', serial: '4,5E+11' }).replace('4,5E+11', '"4,5E+11"'),
    aLine({ company: 'C2', username: 'demo.seis' }),
    aLine({ company: 'c-2', username: 'demo.siete', role: 'SECONDARY' }),
  ];
  const before = everything();
  pool.calls.length = 0;
  const folder = await mkdtemp(join(tmpdir(), 'llavero-dry-'));
  const dry = await runLines(world, lines, { dryRun: true, codesPath: join(folder, 'codes.csv') });
  expect([everything(), pool.calls.filter((call) => !call.startsWith('get')), await readdir(folder)]).toEqual([
    before,
    [],
    [],
  ]);
  await rm(folder, { recursive: true });
  const real = await runLines(world, lines);
  expect(dry).toEqual({ ...real, invitations: '0 sent, 0 left' });
  expect(real).toMatchObject({ companies: '2 created, 1 updated', people: '3 created, 2 updated, 1 unchanged' });
  expect([real.bad.length, real.warnings.length]).toEqual([2, 4]);
});

it('calls the pool once and writes once for a new person, and little more for many', async () => {
  const lines = Array.from({ length: 100 }, (_, index) =>
    aLine({ username: `demo.${index}`, role: 'SECONDARY', serial: `S-${index}` }),
  );
  await runLines(world, [aLine({ username: 'demo.admin' }), ...lines]);
  expect((world.calls.length + pool.calls.length) / 101).toBeLessThan(2.25);
});

it('stops where the file changes while it is read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'llavero-change-'));
  const path = join(folder, 'people.csv');
  await writeFile(path, `${HEADER}\n${aLine()}\n`);
  const file = await PeopleFile.open(path);
  await file.assertUnchanged();
  await appendFile(path, `${aLine({ username: 'demo.dos' })}\n`);
  await expect(file.assertUnchanged()).rejects.toThrow('changed');
  await file.close();
  await rm(folder, { recursive: true });
});

it('keeps nothing of a large file in memory but what is cached', async () => {
  const scratch = openScratch();
  const facts = new FileFacts(scratch);
  async function* lines() {
    for (let number = 2; number < 20_002; number++) {
      const company = { companyId: 'C1', name: 'Demo', authorizationPolicy: 'HOLDER' } as const;
      const line = { number, company, username: `demo.${number}`, fullName: 'Demo', email: `${number}@example.com` };
      yield { ...line, role: 'SECONDARY', physicalSerial: null } as const;
    }
  }
  await facts.note(lines());
  expect([facts.faultAt(2), facts.faultAt(20_001)]).toEqual([undefined, undefined]);
  expect(scratch.prepare('PRAGMA database_list').all()).toEqual([expect.objectContaining({ name: 'main', file: '' })]);
});
