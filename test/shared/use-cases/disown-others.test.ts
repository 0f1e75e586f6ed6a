import type { HeldChange } from '../../../shared/domain/change.ts';
import { suspensionFor } from '../../../shared/domain/suspension.ts';
import { changes, holds, tokens } from '../../../shared/repositories/items.ts';
import { disownOthers } from '../../../shared/use-cases/disown-others.ts';
import { aHeldChange, later, NOW, withPending } from '../../fixtures.ts';
import { at, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, sent } from '../../world/world.ts';
import { ADMIN, called, done, everybody, HOLDER, meanwhile, OTHER, record, refused, tokenFor } from './scene.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
  given(world, ...everybody());
});

const suspension = suspensionFor(aHeldChange({ changeId: 'disowned' }), OTHER, NOW);
const forToken = { ...suspension, onlyToken: HOLDER.tokenId };

/** A held change of a person's token, which the suspended administrator asked for. */
function held(overrides: Partial<HeldChange> = {}, person = HOLDER): HeldChange {
  const { userId, fullName, tokenId } = person;
  return aHeldChange({ tokenId, holder: { userId, fullName }, ...overrides }, overrides.authorization);
}

const store = (change: HeldChange, person = HOLDER) => given(world, change, withPending(tokenFor(person), change));
const change = (changeId = 'change-1') => stored(world, changes.at('DEMO', changeId));

it('closes the held changes of the requester by the word of whoever disowned them, and tells their workflows', async () => {
  store(held());
  store(held({ changeId: 'second' }, ADMIN), ADMIN);
  await world.workflow.start(held());
  const taskToken = world.services.workflow.openTask('change-1');
  given(world, at(holds.at('change-1'), { taskToken, notification: 'SENT' }));
  const { emitted } = await done(() => disownOthers(world, suspension));
  const outcome = {
    cause: 'DISOWNED',
    by: { userId: 'user-other', fullName: 'Demo Otra' },
    suspendedUntil: suspension.until,
  };
  for (const [changeId, person] of [
    ['change-1', HOLDER],
    ['second', ADMIN],
  ] as const) {
    expect(change(changeId)).toMatchObject({ status: 'REJECTED', version: 2, outcome });
    expect(stored(world, tokens.at('DEMO', person.tokenId))?.pendingChange).toBeNull();
    expect(record(world, person.tokenId)).toMatchObject([
      {
        type: 'CHANGE_REJECTED',
        actor: { userId: 'user-other' },
        details: { cause: 'DISOWNED', requestId: 'request-1' },
      },
    ]);
  }
  expect(world.services.workflow.executions.get('change-1')?.output).toBe('{"outcome":"REJECTED"}');
  expect(emitted).toEqual([
    ['ChangesRejected RELEASE', 1],
    ['ChangesRejected RELEASE', 1],
  ]);
});

it('says that the service did so where nobody is known to have disowned the change', async () => {
  store(held());
  const { disownedBy: _unknown, ...older } = suspension;
  await done(() => disownOthers(world, older));
  expect(change()?.outcome).toMatchObject({ cause: 'DISOWNED', by: null });
  expect(record(world)[0]?.actor).toEqual({ type: 'SYSTEM' });
});

it.each<[string, HeldChange]>([
  ['another person asked for', held({ requestedBy: { userId: OTHER.userId, fullName: OTHER.fullName } })],
  ['was disowned itself', held({ changeId: 'disowned' })],
  ['was asked for after the suspension', held({ createdAt: later(0.001).toISOString() })],
  ['is past its time, and expires', aHeldChange({}, { expiresAt: NOW.toISOString() })],
  ['is authorized already', held({ status: 'AUTHORIZED' })],
])('leaves a change that %s', async (_, other) => {
  store(other);
  const { emitted } = await done(async () => {
    await disownOthers(world, suspension);
    await disownOthers(world, forToken);
  });
  expect([change(other.changeId)?.version, sent(world, 'TransactWrite'), emitted]).toEqual([1, [], []]);
});

it('closes nothing of another company, nor for a suspension of an unknown moment', async () => {
  store(held());
  const { since: _unknown, ...older } = suspension;
  await disownOthers(world, { ...suspension, companyId: 'OTRA' });
  await disownOthers(world, older);
  expect(change()?.version).toBe(1);
});

describe('of a suspension for the holder’s token alone', () => {
  it('closes the change that waits on it, and reads no other', async () => {
    store(held());
    store(held({ changeId: 'second' }, ADMIN), ADMIN);
    await done(() => disownOthers(world, forToken));
    expect([change()?.status, change('second')?.status]).toEqual(['REJECTED', 'PENDING_AUTHORIZATION']);
    expect(called(world)).not.toContain('Query');
  });

  it.each([
    ['the token names no change', HOLDER.tokenId],
    ['the token is not there', 'missing'],
  ])('closes nothing where %s', async (_, onlyToken) => {
    await disownOthers(world, { ...suspension, onlyToken });
    expect(called(world)).toEqual(['BatchGet', 'BatchGet']);
  });

  it('closes nothing where the change that the token names is not there', async () => {
    given(world, withPending(tokenFor(HOLDER), held()));
    await disownOthers(world, forToken);
    expect(called(world)).toEqual(['BatchGet', 'BatchGet', 'BatchGet']);
  });
});

describe('where somebody is faster', () => {
  it.each<[string, HeldChange]>([
    ['approved', held({ status: 'AUTHORIZED', version: 2 })],
    ['cancelled', held({ status: 'CANCELLED', version: 2 })],
  ])('a change that was %s stays so', async (_, then) => {
    store(held());
    meanwhile(world, () => given(world, then));
    await done(() => disownOthers(world, suspension));
    expect([change()?.status, record(world)]).toEqual([then.status, []]);
  });

  it('a change that is gone, or a block by now, is left', async () => {
    store(held());
    meanwhile(world, () => given(world, { ...held(), version: 2, authorization: null }));
    await done(() => disownOthers(world, suspension));
    expect(record(world)).toEqual([]);
  });

  it('a token that was written meanwhile keeps what is new, and the change is closed', async () => {
    store(held());
    meanwhile(world, () => given(world, withPending(tokenFor(HOLDER, { version: 4 }), held())));
    await done(() => disownOthers(world, suspension));
    expect([change()?.status, stored(world, tokens.at('DEMO', HOLDER.tokenId))?.version]).toEqual(['REJECTED', 5]);
  });

  it('a change whose time runs out meanwhile is not disowned any more', async () => {
    const short = aHeldChange({}, { expiresAt: later(0.001).toISOString() });
    store(short);
    const slow = Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    world.refusals.push(({ operation }) => {
      if (operation !== 'TransactWrite' || world.clock.now() > NOW) return undefined;
      world.clock.advance(1);
      return slow;
    });
    await done(() => disownOthers(world, suspension));
    expect([change()?.status, record(world)]).toEqual(['PENDING_AUTHORIZATION', []]);
  });

  it('gives up for now where the token names another change all along', async () => {
    given(world, held(), withPending(tokenFor(HOLDER), held({ changeId: 'other' })));
    expect(await refused(() => disownOthers(world, suspension))).toEqual({ code: 'UNAVAILABLE', retryAfter: 1 });
  });
});
