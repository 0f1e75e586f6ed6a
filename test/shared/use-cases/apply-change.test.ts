import type { Change, HeldChange } from '../../../shared/domain/change.ts';
import type { Token } from '../../../shared/domain/token.ts';
import { approvers, changes, devices, seeds, tokens } from '../../../shared/repositories/items.ts';
import { applyChange, NotAuthorizedError } from '../../../shared/use-cases/apply-change.ts';
import { aHeldChange, aHolder, later, NOW, withPending } from '../../fixtures.ts';
import { at, type Given, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, refuse, sent, TABLE_NAMES } from '../../world/world.ts';
import {
  type ADMIN,
  approverFor,
  called,
  done,
  everybody,
  HELD_TOKEN,
  HOLDER,
  meanwhile,
  OTHER,
  phoneFor,
  phoneName,
  record,
  refused,
  tokenFor,
} from './scene.ts';

let world: MemoryWorld;
let endpointArn: string;

const decided = {
  decidedBy: { userId: OTHER.userId, fullName: OTHER.fullName },
  decidedAt: later(-3).toISOString(),
};
const release = aHeldChange({ status: 'AUTHORIZED' }, decided);
const unblock = aHeldChange({ status: 'AUTHORIZED', action: 'UNBLOCK', reason: 'FALSE_ALARM' }, decided);
const SEED = at(seeds.at(HELD_TOKEN), { deviceId: 'phone-1', sealed: 'c2VhbGVk' });

/** This change is authorized, and its token names it. */
async function begin(change: Change & HeldChange, token: Partial<Token> = {}, ...things: Given[]): Promise<void> {
  world = memoryWorld();
  endpointArn = await world.push.createEndpoint('ANDROID', 'push-token');
  given(
    world,
    ...everybody(),
    phoneFor(HOLDER, { endpointArn }),
    { endpointArn, devices: ['phone-1'], version: 1 },
    change,
    withPending(tokenFor(HOLDER, token), change),
    ...things,
  );
  world.calls.length = 0;
}

const apply = async (changeId = 'change-1', tokenId = HELD_TOKEN, options = {}) => {
  const reference = { companyId: 'DEMO', changeId, tokenId, requestId: 'execution-1' };
  return (await applyChange(world, reference, options)).status;
};
/** Where the change lies in the index of open changes. */
const openKey = () => world.services.tables.items(TABLE_NAMES.main).find(({ sk }) => sk === 'CHANGE#change-1')?.openPk;
const change = () => stored(world, changes.at('DEMO', 'change-1'));
const token = () => stored(world, tokens.at('DEMO', HELD_TOKEN));
const phone = () => stored(world, devices.at(HOLDER.userId, phoneName(HOLDER)));
const details = () => record(world).map(({ details }) => details);
const BLOCKED: Partial<Token> = { status: 'BLOCKED', statusBeforeBlock: 'ACTIVE' };

describe('an authorized release', () => {
  it('unbinds the phone and destroys the seed and the place among approvers, in two calls', async () => {
    await begin(release, { holder: { ...HOLDER, role: 'ADMINISTRATOR' } }, SEED, approverFor(HOLDER));
    const { answer, emitted } = await done(() => apply());
    expect(answer).toBe('APPLIED');
    expect(change()).toMatchObject({
      status: 'APPLIED',
      version: 2,
      outcome: { cause: 'APPROVED', by: decided.decidedBy },
    });
    expect(token()).toMatchObject({
      status: 'RELEASED',
      device: null,
      pendingChange: null,
      version: 4,
      lastRelease: { authorizedBy: OTHER.userId, authorizedAt: decided.decidedAt },
    });
    expect(record(world)).toMatchObject([
      {
        type: 'CHANGE_APPLIED',
        actor: { type: 'SYSTEM' },
        details: {
          from: 'ACTIVE',
          to: 'RELEASED',
          seedDestroyed: true,
          deviceId: 'phone-1',
          requestId: 'execution-1',
        },
      },
    ]);
    expect(stored(world, seeds.at(HELD_TOKEN))).toBeUndefined();
    expect(stored(world, approvers.at('DEMO', HOLDER.userId))).toBeUndefined();
    expect(phone()).toMatchObject({ retiredAt: NOW.toISOString() });
    expect(called(world)).toEqual(['BatchGet', 'TransactWrite']);
    expect(emitted).toEqual([
      ['ChangesApplied RELEASE', 1],
      ['TimeToApply', 3000],
      ['ApplyObjective MET', 1],
      ['SeedsDestroyed', 1],
    ]);
  });

  it('writes nothing of what cannot be there: a place that only an administrator has, or what waits once it is decided', async () => {
    await begin(release, {}, SEED);
    await done(() => apply());
    const written = [
      { Delete: { Key: { sk: 'SEED' } } },
      { Put: { Item: { sk: `TOKEN#${HELD_TOKEN}` } } },
      { Put: { Item: { sk: 'CHANGE#change-1' } } },
      { Put: { Item: { sk: 'EVENT#000000000001' } } },
      { Update: { Key: { sk: 'DEVICE#phone-1' } } },
    ];
    expect(sent(world, 'TransactWrite')).toMatchObject([{ TransactItems: written }]);
  });

  it('of a token without a phone expects no seed, and says that none was destroyed', async () => {
    await begin(release, { device: null, ...BLOCKED });
    const { emitted } = await done(() => apply());
    expect(details()).toMatchObject([{ from: 'BLOCKED', to: 'RELEASED', seedDestroyed: false, deviceId: null }]);
    expect(phone()?.retiredAt).toBeUndefined();
    expect(sent(world, 'TransactWrite')).toHaveLength(1);
    expect(emitted.map(([name]) => name)).not.toContain('SeedsDestroyed');
  });

  it.each<[string, Partial<Token>, Given[], boolean]>([
    ['a phone without a seed', {}, [], false],
    ['a seed without a phone', { device: null }, [SEED], true],
  ])('finds %s, and decides again on what is there', async (_, members, things, seedDestroyed) => {
    await begin(release, members, ...things);
    const { emitted } = await done(() => apply());
    expect(details()).toMatchObject([{ seedDestroyed }]);
    expect(stored(world, seeds.at(HELD_TOKEN))).toBeUndefined();
    expect(called(world)).toEqual(['BatchGet', 'TransactWrite', 'BatchGet', 'TransactWrite']);
    expect(emitted.map(([name]) => name)).not.toContain('ChangesFailed RELEASE');
  });

  it('once applied is success again, and writes nothing', async () => {
    await begin(release, {}, SEED);
    await done(() => apply());
    const { answer, emitted } = await done(() => apply());
    expect([answer, emitted, record(world).length]).toEqual(['APPLIED', [], 1]);
    expect(called(world)).toEqual(['BatchGet', 'TransactWrite', 'BatchGet']);
  });

  it('is for nobody to look at any more, unless its execution may still run', async () => {
    const dueAt = later(-1).toISOString();
    await begin({ ...release, dueAt }, {}, SEED);
    await done(() => apply());
    expect([change()?.dueAt, openKey()]).toEqual([undefined, undefined]);
    await begin({ ...release, dueAt }, {}, SEED);
    await done(() => apply('change-1', HELD_TOKEN, { runs: true }));
    expect([change()?.dueAt, openKey()]).toEqual([later(2).toISOString(), expect.stringMatching(/^OPEN#/)]);
  });

  it('is late where more than five seconds have gone by', async () => {
    await begin(release, {}, SEED);
    world.clock.advance(2_001);
    const { emitted } = await done(() => apply());
    expect(emitted).toEqual(
      expect.arrayContaining([
        ['TimeToApply', 5_001],
        ['ApplyObjective MISSED', 1],
      ]),
    );
  });
});

describe('an authorized unblock', () => {
  it('gives the token back as it was, with its phone, and destroys nothing', async () => {
    await begin(unblock, BLOCKED, SEED);
    const { answer, emitted } = await done(() => apply());
    expect(answer).toBe('APPLIED');
    expect(token()).toMatchObject({ status: 'ACTIVE', device: { deviceId: 'phone-1' }, pendingChange: null });
    expect(token()).not.toHaveProperty('statusBeforeBlock');
    expect(details()).toEqual([{ from: 'BLOCKED', to: 'ACTIVE', requestId: 'execution-1' }]);
    expect(stored(world, seeds.at(HELD_TOKEN))).toBeDefined();
    expect(phone()).toMatchObject({ endpointArn });
    expect(called(world)).toEqual(['BatchGet', 'BatchGet', 'TransactWrite']);
    expect(emitted.map(([name]) => name)).toEqual(['ChangesApplied UNBLOCK', 'TimeToApply', 'ApplyObjective MET']);
  });

  it.each<[string, Partial<Token>, Partial<typeof ADMIN>, object | undefined]>([
    ['an administrator', BLOCKED, { role: 'ADMINISTRATOR' }, { userId: HOLDER.userId, deviceId: 'phone-1' }],
    ['a disabled administrator', BLOCKED, { role: 'ADMINISTRATOR', enabled: false }, undefined],
    ['no administrator', BLOCKED, {}, undefined],
    ['an administrator without a phone', { ...BLOCKED, device: null }, { role: 'ADMINISTRATOR' }, undefined],
    [
      'an administrator whose token was released before the block',
      { status: 'BLOCKED', statusBeforeBlock: 'RELEASED' },
      { role: 'ADMINISTRATOR' },
      undefined,
    ],
  ])('lets its holder authorize again where they are %s', async (_, members, user, expected) => {
    await begin(unblock, members, aHolder(user));
    await done(() => apply());
    expect(token()?.pendingChange).toBeNull();
    expect(stored(world, approvers.at('DEMO', HOLDER.userId))).toEqual(expected);
  });

  it('lets nobody authorize who is demoted meanwhile', async () => {
    await begin(unblock, BLOCKED, aHolder({ role: 'ADMINISTRATOR' }));
    meanwhile(world, () => given(world, aHolder()));
    expect((await done(() => apply())).answer).toBe('APPLIED');
    expect(sent(world, 'TransactWrite')).toHaveLength(2);
  });

  it('is measured from its request where nobody noted when it was decided', async () => {
    await begin(aHeldChange({ status: 'AUTHORIZED', action: 'UNBLOCK', createdAt: later(-4).toISOString() }), BLOCKED);
    const { emitted } = await done(() => apply());
    expect(emitted).toContainEqual(['TimeToApply', 4000]);
    expect(change()).not.toHaveProperty('outcome');
  });

  it('fails where its holder is missing', async () => {
    await begin(unblock, { ...BLOCKED, holder: { ...tokenFor(HOLDER).holder, userId: 'missing' } });
    await expect(done(() => apply())).rejects.toThrow('The holder of a token is missing');
    expect(change()?.status).toBe('AUTHORIZED');
  });
});

describe('a change that is not to be applied', () => {
  it.each(['REJECTED', 'CANCELLED', 'SUPERSEDED', 'EXPIRED'] as const)(
    'stays %s, and nothing of its token changes',
    async (status) => {
      await begin({ ...release, status }, {}, SEED);
      const { answer, emitted } = await done(() => apply());
      expect([answer, called(world), emitted]).toEqual([status, ['BatchGet'], []]);
    },
  );

  it('because nobody has authorized it, is a fault that is not tried again', async () => {
    await begin(aHeldChange(), {}, SEED);
    await expect(apply()).rejects.toThrow(NotAuthorizedError);
    expect([called(world), change()?.status]).toEqual([['BatchGet'], 'PENDING_AUTHORIZATION']);
  });

  it('is told as expired once it is past its time', async () => {
    await begin(aHeldChange({}, { expiresAt: NOW.toISOString() }), {}, SEED);
    expect((await done(() => apply())).answer).toBe('EXPIRED');
  });

  it.each<[string, string, string]>([
    ['change', 'nothing', HELD_TOKEN],
    ['token', 'change-1', 'nothing'],
  ])('is a fault where the %s is missing', async (_, changeId, tokenId) => {
    await begin(release);
    await expect(apply(changeId, tokenId)).rejects.toThrow('The change to apply, or its token, is missing');
  });

  it('is a fault where it was never held', async () => {
    await begin(release);
    given(world, { ...release, authorization: null });
    await expect(apply()).rejects.toThrow('The change to apply, or its token, is missing');
  });

  it('waits where the token names another change all along', async () => {
    await begin(release, {}, SEED, withPending(tokenFor(HOLDER), { ...release, changeId: 'other' }));
    expect(await refused(() => apply())).toEqual({ code: 'UNAVAILABLE', retryAfter: 1 });
    expect([sent(world, 'TransactWrite'), stored(world, seeds.at(HELD_TOKEN))?.deviceId]).toEqual([[], 'phone-1']);
  });

  it('is a fault that is counted where it cannot be written', async () => {
    await begin(release, {}, SEED);
    refuse(world, 'TransactWrite', new Error('unreachable'));
    const { emitted } = await done(() => apply().catch(() => 'FAULT'));
    expect([emitted, change()?.status]).toEqual([[['ChangesFailed RELEASE', 1]], 'AUTHORIZED']);
  });

  it('because a block has superseded it meanwhile, is told so, and the phone stays', async () => {
    await begin(release, {}, SEED);
    meanwhile(world, () =>
      given(world, { ...release, status: 'SUPERSEDED', version: 2 }, tokenFor(HOLDER, { version: 4, ...BLOCKED })),
    );
    const { answer, emitted } = await done(() => apply());
    expect([answer, emitted]).toEqual(['SUPERSEDED', []]);
    expect(stored(world, seeds.at(HELD_TOKEN))).toBeDefined();
    expect([phone()?.retiredAt, phone()?.endpointArn]).toEqual([undefined, endpointArn]);
  });
});
