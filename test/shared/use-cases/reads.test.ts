import { buildChallenge, type HeldChange, MAXIMUM_WRONG_CODES } from '../../../shared/domain/change.ts';
import type { ApprovalPolicy } from '../../../shared/domain/company.ts';
import { suspensionFor } from '../../../shared/domain/suspension.ts';
import type { Token } from '../../../shared/domain/token.ts';
import { changes, holds, notices } from '../../../shared/repositories/items.ts';
import { getChange } from '../../../shared/use-cases/get-change.ts';
import { getToken } from '../../../shared/use-cases/get-token.ts';
import { listAuthorizations } from '../../../shared/use-cases/list-authorizations.ts';
import { aHeldChange, aHolder, aUser, later, NOW, withPending } from '../../fixtures.ts';
import { at, type Given, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, refuse } from '../../world/world.ts';
import {
  ADMIN,
  called,
  done,
  everybody,
  HELD_TOKEN,
  HOLDER,
  OTHER,
  phoneFor,
  phoneName,
  refused,
  tokenFor,
} from './scene.ts';

let world: MemoryWorld;

function begin(...things: Given[]): void {
  world = memoryWorld();
  given(world, ...everybody(), ...things);
}

const asked = [{ userId: ADMIN.userId, deviceId: phoneName(ADMIN) }];
const mine = aHeldChange({}, { asked });
const overdue = aHeldChange({}, { expiresAt: NOW.toISOString() });

describe('a change that is read', () => {
  const get = (reader = ADMIN, changeId = 'change-1') => getChange(world, reader, changeId, NOW);

  it('comes with what is beside it and where it stands', async () => {
    const hold = { taskToken: 'task', notification: 'SENT' } as const;
    const notice = { seq: 1, push: 'SENT', email: 'SENT' } as const;
    begin(
      mine,
      withPending(tokenFor(HOLDER), mine),
      at(holds.at('change-1'), hold),
      at(notices.at('change-1'), notice),
    );
    expect((await done(() => get())).answer).toEqual({
      caller: ADMIN,
      found: { change: mine, hold, notices: notice },
      standing: { decidable: true, suspended: false },
    });
    expect(called(world)).toEqual(['BatchGet', 'BatchGet', 'BatchGet']);
  });

  it('is expired first where it is past its time, and stands nowhere then', async () => {
    begin(overdue, withPending(tokenFor(HOLDER), overdue));
    const { answer } = await done(() => get());
    expect(answer).toMatchObject({ found: { change: { status: 'EXPIRED' } }, standing: undefined });
    expect(stored(world, changes.at('DEMO', 'change-1'))).toEqual(answer?.found.change);
  });

  it('is not shown where its expiry cannot be written', async () => {
    begin(overdue, withPending(tokenFor(HOLDER), overdue));
    refuse(world, 'TransactWrite', new Error('unreachable'));
    expect(await refused(() => get())).toEqual({ code: 'UNAVAILABLE', retryAfter: 1 });
  });

  it('is answered by one read to whoever looks again, as it is and stands by then', async () => {
    begin(mine, withPending(tokenFor(HOLDER), mine));
    await get();
    world.calls.length = 0;
    expect(await get()).toMatchObject({ caller: ADMIN, standing: { decidable: true, suspended: false } });
    given(world, suspended(null));
    expect(await get()).toMatchObject({ standing: { decidable: false, suspended: true } });
    given(world, { ...ADMIN, enabled: false });
    expect(await refused(() => get())).toEqual({ code: 'USER_DISABLED' });
    expect(called(world)).toEqual(['BatchGet', 'BatchGet', 'BatchGet']);
  });

  it.each<[string, typeof ADMIN, string, Given[]]>([
    ['of another id', ADMIN, 'nothing', []],
    ['of another company', { ...ADMIN, companyId: 'OTRA' }, 'change-1', [{ ...ADMIN, companyId: 'OTRA' }]],
  ])('is not found %s, also by whoever has found it before', async (_, reader, changeId, things) => {
    begin(mine, withPending(tokenFor(HOLDER), mine));
    await get();
    given(world, ...things);
    expect(await refused(() => get(reader, changeId))).toEqual({ code: 'NOT_FOUND' });
  });

  it('is read by administrators alone', async () => {
    begin(mine);
    expect(await refused(() => get(HOLDER))).toEqual({ code: 'ADMINISTRATOR_ONLY' });
    expect(await refused(() => get(aUser({ userId: 'nobody' })))).toEqual({ code: 'USER_DISABLED' });
  });
});

describe('a token that is read', () => {
  const get = (reader = ADMIN, tokenId = HELD_TOKEN) => getToken(world, reader, tokenId, NOW);
  const policy = (authorizationPolicy: ApprovalPolicy): Given => ({
    companyId: 'DEMO',
    name: 'Demo',
    authorizationPolicy,
  });

  it('comes with who is left to authorize, in two rounds of reads', async () => {
    begin();
    expect((await done(() => get())).answer).toEqual({
      token: tokenFor(HOLDER),
      authorizable: true,
      leavesNobody: false,
      ownActivationUntil: null,
    });
    expect(called(world).toSorted()).toEqual(['BatchGet', 'BatchGet', 'Query']);
  });

  it.each<[string, Given[], ApprovalPolicy, boolean, boolean]>([
    ['nobody but the holder has a phone', [], 'HOLDER', true, true],
    ['nobody has a phone under another policy', [], 'REQUESTER', false, true],
    ['the holder is disabled', [aHolder({ enabled: false })], 'HOLDER', false, true],
    [
      'the holder’s token is blocked',
      [tokenFor(HOLDER, { status: 'BLOCKED', statusBeforeBlock: 'ACTIVE' })],
      'HOLDER',
      false,
      true,
    ],
    ['the holder’s token has no phone', [tokenFor(HOLDER, { device: null })], 'HOLDER', false, true],
  ])('says who could authorize where %s', async (_, things, authorizationPolicy, authorizable, leavesNobody) => {
    world = memoryWorld();
    given(world, ...everybody(authorizationPolicy, []), ...things);
    expect((await done(() => get())).answer).toMatchObject({ authorizable, leavesNobody });
  });

  it('of the reader’s own could be authorized by another administrator alone, once the phone is gone', async () => {
    world = memoryWorld();
    given(world, ...everybody('REQUESTER', [ADMIN]));
    expect((await done(() => get(ADMIN, ADMIN.tokenId))).answer).toMatchObject({
      authorizable: true,
      leavesNobody: true,
    });
    given(world, policy('OTHER_ADMINISTRATOR'));
    expect((await done(() => get(ADMIN, ADMIN.tokenId))).answer).toMatchObject({ authorizable: false });
  });

  it('says until when its holder alone may create their own code', async () => {
    const lastRelease = { authorizedBy: ADMIN.userId, authorizedAt: NOW.toISOString() };
    const released: Partial<Token> = { status: 'RELEASED', device: null, lastRelease };
    begin(tokenFor(ADMIN, released));
    const until = async (reader: typeof ADMIN) => (await get(reader, ADMIN.tokenId)).ownActivationUntil;
    expect([await until(ADMIN), await until(OTHER)]).toEqual([later(1_800).toISOString(), null]);
  });

  it('no longer names a change past its time, which is expired first', async () => {
    begin(overdue, withPending(tokenFor(HOLDER), overdue));
    expect((await done(() => get())).answer?.token.pendingChange).toBeNull();
    expect(stored(world, changes.at('DEMO', 'change-1'))?.status).toBe('EXPIRED');
  });

  it('is not found where it, or the company, is not there', async () => {
    begin();
    expect(await refused(() => get(ADMIN, 'nothing'))).toEqual({ code: 'NOT_FOUND' });
    expect(await refused(() => get(aUser({ companyId: 'OTRA' })))).toEqual({ code: 'NOT_FOUND' });
    world = memoryWorld();
    given(world, tokenFor(HOLDER));
    expect(await refused(() => get())).toEqual({ code: 'NOT_FOUND' });
  });
});

describe('what waits for a phone', () => {
  const ids = async (caller = ADMIN) => (await listAuthorizations(world, caller)).map(({ changeId }) => changeId);
  const ago = (seconds: number) => later(-seconds).toISOString();
  const heldBy = (
    changeId: string,
    policy: HeldChange['authorization']['policy'],
    overrides: Partial<HeldChange> = {},
  ) => aHeldChange({ changeId, createdAt: ago(10), ...overrides }, { policy });
  const byOther = { requestedBy: { userId: OTHER.userId, fullName: OTHER.fullName } };
  const holders = { holder: { userId: ADMIN.userId, fullName: ADMIN.fullName }, ...byOther };

  it('is shown with its challenge and the tries that are left, in three calls', async () => {
    const change = aHeldChange({}, { wrongCodes: ['000000'] });
    begin(change);
    expect(await listAuthorizations(world, ADMIN)).toEqual([
      {
        changeId: 'change-1',
        challenge: buildChallenge(change),
        attemptsLeft: MAXIMUM_WRONG_CODES - 1,
        names: change.names,
      },
    ]);
    expect(called(world)).toEqual(['Query', 'Query', 'BatchGet']);
  });

  it('is what the caller may decide as requester, as holder and as another administrator, the oldest first', async () => {
    begin(
      heldBy('as-holder', 'HOLDER', { ...holders, createdAt: ago(5) }),
      heldBy('as-requester', 'REQUESTER', { createdAt: ago(20) }),
      heldBy('as-other', 'OTHER_ADMINISTRATOR', { ...byOther, createdAt: ago(15) }),
      heldBy('own-request', 'OTHER_ADMINISTRATOR'),
      heldBy('of-other-holder', 'HOLDER'),
      heldBy('of-other-requester', 'REQUESTER', byOther),
    );
    expect(await ids()).toEqual(['as-requester', 'as-other', 'as-holder']);
    expect(await ids(HOLDER)).toEqual(['of-other-holder']);
    expect(called(world).filter((operation) => operation === 'Query')).toHaveLength(3);
  });

  it.each<[string, Given[]]>([
    ['the phone is retired', [phoneFor(ADMIN, { retiredAt: NOW.toISOString() })]],
    ['the phone was enrolled with the change', [phoneFor(ADMIN, { enrolledAt: ago(10) })]],
    ['the token is blocked', [tokenFor(ADMIN, { status: 'BLOCKED' })]],
    ['the token has no phone', [tokenFor(ADMIN, { device: null })]],
    ['the phone is not there', [tokenFor(ADMIN, { device: { ...tokenDevice(), deviceId: 'gone' } })]],
    ['the requester is suspended for the company', [suspended(null)]],
    ['the requester is suspended for the token', [suspended(HELD_TOKEN)]],
    ['the change is past its time', [aHeldChange({ createdAt: ago(10) }, { expiresAt: NOW.toISOString() })]],
    [
      'the change is closed, though it is still listed',
      [at(changes.at('DEMO', 'change-1'), { ...heldBy('change-1', 'REQUESTER'), status: 'CANCELLED' })],
    ],
    [
      'the change expires sooner than it is listed',
      [at(changes.at('DEMO', 'change-1'), aHeldChange({ createdAt: ago(10) }, { expiresAt: NOW.toISOString() }))],
    ],
    [
      'the change is gone, though it is still listed',
      [at(changes.at('DEMO', 'change-1'), { ...heldBy('change-1', 'REQUESTER'), authorization: null })],
    ],
    [
      'the change is another’s to decide',
      [at(changes.at('DEMO', 'change-1'), heldBy('change-1', 'OTHER_ADMINISTRATOR'))],
    ],
  ])('is nothing where %s', async (_, things) => {
    begin(heldBy('change-1', 'REQUESTER'), ...things);
    expect(await ids()).toEqual([]);
  });

  it.each<[string, Given[]]>([
    ['the requester was suspended until now', [{ ...suspended(null), until: NOW.toISOString() }]],
    ['the requester is suspended for another token', [suspended('token-other')]],
    ['another requester is suspended', [{ ...suspended(null), requesterId: OTHER.userId }]],
    ['the phone was enrolled just before', [phoneFor(ADMIN, { enrolledAt: ago(10.001) })]],
  ])('is shown where %s', async (_, things) => {
    begin(heldBy('change-1', 'REQUESTER'), ...things);
    expect(await ids()).toEqual(['change-1']);
  });

  it('is shown to no administrator who was demoted, but as holder', async () => {
    begin(
      heldBy('as-holder', 'HOLDER', holders),
      heldBy('as-other', 'OTHER_ADMINISTRATOR', byOther),
      heldBy('mine', 'REQUESTER'),
      aUser({ role: 'SECONDARY' }),
    );
    expect(await ids()).toEqual(['as-holder']);
  });

  it('is shown to nobody who is disabled, or whom the bank has not loaded', async () => {
    begin(heldBy('mine', 'REQUESTER'), aUser({ enabled: false }));
    for (const caller of [ADMIN, aUser({ userId: 'nobody' })]) {
      expect(await refused(() => listAuthorizations(world, caller))).toEqual({ code: 'USER_DISABLED' });
    }
  });

  it('is found in one call where nothing waits for a user who is no administrator', async () => {
    begin();
    expect([await ids(HOLDER), called(world)]).toEqual([[], ['Query']]);
  });

  it('is a hundred of them at once, the oldest', async () => {
    begin(
      ...Array.from({ length: 130 }, (_, index) =>
        heldBy(`change-${index}`, 'REQUESTER', { createdAt: ago(200 - index) }),
      ),
    );
    given(world, phoneFor(ADMIN, { enrolledAt: ago(300) }));
    const shown = await ids();
    expect([shown.length, shown[0], shown.at(-1)]).toEqual([100, 'change-0', 'change-99']);
  });
});

function tokenDevice(): NonNullable<Token['device']> {
  return { deviceId: phoneName(ADMIN), name: 'Demo', platform: 'ANDROID', enrolledAt: NOW.toISOString() };
}

/** Its requester's suspension, whoever brought it. */
function suspended(onlyToken: string | null) {
  return { ...suspensionFor(aHeldChange({ changeId: 'disowned' }), HOLDER, NOW), onlyToken };
}
