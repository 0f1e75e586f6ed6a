import { decide } from '../../../phone/protocol/index.ts';
import { buildChallenge, type HeldChange } from '../../../shared/domain/change.ts';
import { suspensionBy } from '../../../shared/domain/suspension.ts';
import type { User } from '../../../shared/domain/user.ts';
import { moveIdentity } from '../../../shared/repositories/identity-moves.ts';
import { approvers, changes, laterIds, suspensions } from '../../../shared/repositories/items.ts';
import { decideChange } from '../../../shared/use-cases/decide-change.ts';
import { disownOthers } from '../../../shared/use-cases/disown-others.ts';
import { aHeldChange, later, NOW, withPending } from '../../fixtures.ts';
import { at, type Given, given, stored } from '../../world/given.ts';
import { type MemoryWorld, refuse } from '../../world/world.ts';
import { APPROVE, decideBy, NOT_ME, REJECT, theirs, waitingWorld } from './decision-scene.ts';
import {
  ADMIN,
  createSigners,
  done,
  HELD_TOKEN,
  HOLDER,
  meanwhile,
  OTHER,
  phoneFor,
  phoneName,
  refused,
  type Signers,
  tokenFor,
} from './scene.ts';

/** Whoever asked, once the bank has given them another id, and another one again. */
const MOVED: User = { ...ADMIN, userId: 'user-moved', username: 'demo.otro.nombre' };
const MOVED_AGAIN: User = { ...MOVED, userId: 'user-moved-again' };

let signers: Signers;
let world: MemoryWorld;

beforeAll(async () => {
  signers = await createSigners();
});

/** A change of the administrator's own token, which they asked for as this person, at this time. */
function asks(changeId: string, requestedBy: User, createdAt = NOW): Given[] {
  const { userId, fullName, tokenId } = ADMIN;
  const held = aHeldChange(
    {
      changeId,
      tokenId,
      holder: { userId, fullName },
      requestedBy: { userId: requestedBy.userId, fullName },
      createdAt: createdAt.toISOString(),
    },
    { policy: 'OTHER_ADMINISTRATOR' },
  );
  return [held, withPending(tokenFor(ADMIN), held)];
}

function begin(change: HeldChange = theirs, ...things: Given[]): void {
  world = waitingWorld(signers, change, ...things);
}

async function move(before: User, user: User): Promise<void> {
  await world.tables.transact(await moveIdentity(world.tables, before, user));
  given(world, user, at(approvers.at('DEMO', user.userId), { userId: user.userId, deviceId: phoneName(ADMIN) }));
}

const disowned = (change: HeldChange = theirs, by = OTHER) => done(() => decideBy(world, signers, change, NOT_ME, by));
const change = (changeId = 'change-1') => stored(world, changes.at('DEMO', changeId));
const suspended = (...people: User[]) =>
  people.map(({ userId }) => stored(world, suspensions.at('DEMO', userId))?.map(({ requesterId }) => requesterId));
const THEM = [ADMIN, MOVED] as const;

describe('“it wasn’t me” of somebody who has another id by now', () => {
  it('suspends them under each id, and ends what they asked for under any', async () => {
    begin(theirs, ...asks('second', MOVED));
    await move(ADMIN, MOVED);
    await disowned();
    expect(suspended(...THEM, HOLDER)).toEqual([[ADMIN.userId], [MOVED.userId], undefined]);
    expect([change(), change('second')].map((each) => each?.outcome?.cause)).toEqual(['DISOWNED', 'DISOWNED']);
  });

  it('follows them as often as they got another', async () => {
    begin();
    await move(ADMIN, MOVED);
    await move(MOVED, MOVED_AGAIN);
    await disowned();
    expect(suspended(...THEM, MOVED_AGAIN).flat()).toEqual([ADMIN.userId, MOVED.userId, MOVED_AGAIN.userId]);
  });

  it('suspends them where they get it at that very moment', async () => {
    begin();
    meanwhile(world, () => given(world, MOVED, at(laterIds.at(ADMIN.userId), { userId: MOVED.userId })));
    await disowned();
    expect(suspended(...THEM)).toEqual([[ADMIN.userId], [MOVED.userId]]);
  });

  it('suspends them for the holder’s token alone where the holder says so, and later than the rejection as well', async () => {
    const ofHolder = aHeldChange({}, { policy: 'HOLDER' });
    begin(ofHolder);
    await done(() => decideBy(world, signers, ofHolder, REJECT, HOLDER));
    await move(ADMIN, MOVED);
    await disowned(ofHolder, HOLDER);
    expect(suspended(...THEM)).toEqual([[ADMIN.userId], [MOVED.userId]]);
    expect(stored(world, suspensions.at('DEMO', MOVED.userId))?.map(({ onlyToken }) => onlyToken)).toEqual([
      HELD_TOKEN,
    ]);
  });

  it('ends what was left of it though they get another id between: the reconciler goes by the change', async () => {
    begin(theirs, ...asks('second', MOVED));
    refuse(world, 'Query', new Error('unreachable'));
    await disowned();
    world.refusals.length = 0;
    await move(ADMIN, MOVED);
    const found = change();
    const suspension = found?.authorization ? suspensionBy(found as HeldChange) : undefined;
    if (suspension) await done(() => disownOthers(world, suspension));
    expect(change('second')?.outcome?.cause).toBe('DISOWNED');
  });

  it('leaves what they ask for after it, and what others asked for', async () => {
    begin(theirs, ...asks('second', MOVED, later(1)));
    await move(ADMIN, MOVED);
    await disowned();
    expect(change('second')?.status).toBe('PENDING_AUTHORIZATION');
  });
});

describe('whoever asked for a change and has another id by now', () => {
  it('does not authorize it as somebody else', async () => {
    begin();
    await move(ADMIN, MOVED);
    const own = signers.devices.find(({ userId }) => userId === ADMIN.userId);
    given(world, { ...phoneFor(ADMIN, own), userId: MOVED.userId });
    const keys = signers.keys.get(ADMIN.userId);
    if (!keys) throw new Error('The administrator has no phone');
    const signer = { deviceId: phoneName(ADMIN), userId: MOVED.userId, signingKey: keys.privateKey };
    const decision = await decide(buildChallenge(theirs), APPROVE, signer, NOW);
    const request = { userId: MOVED.userId, changeId: 'change-1', decision, requestId: 'request-2' };
    expect(await refused(() => decideChange(world, request))).toEqual({
      code: 'CHANGE_CLOSED',
      change: { changeId: 'change-1', status: 'CANCELLED' },
    });
    expect(change()?.outcome?.cause).toBe('REQUESTER_REMOVED');
  });
});
