import type { Answer } from '../../../phone/protocol/index.ts';
import type { HeldChange } from '../../../shared/domain/change.ts';
import { changes, suspensions } from '../../../shared/repositories/items.ts';
import { aHeldChange, later, NOW, withPending } from '../../fixtures.ts';
import { type Given, given, stored } from '../../world/given.ts';
import { type MemoryWorld, refuse, sent } from '../../world/world.ts';
import { decideBy, holders, NOT_ME, REJECT, theirs, waitingWorld } from './decision-scene.ts';
import {
  ADMIN,
  createSigners,
  done,
  HELD_TOKEN,
  HOLDER,
  OTHER,
  phoneFor,
  phoneName,
  record,
  refused,
  type Signers,
  tokenFor,
} from './scene.ts';

let signers: Signers;
let world: MemoryWorld;

beforeAll(async () => {
  signers = await createSigners();
});

const UNTIL = later(86_400).toISOString();

/** Begins in a world in which this change waits, and nobody's workflow does. */
function begin(change: HeldChange, ...things: Given[]): void {
  world = waitingWorld(signers, change, ...things);
}

const decide = (change: HeldChange, answer: Answer, by = ADMIN) => decideBy(world, signers, change, answer, by);

const change = (changeId = 'change-1') => stored(world, changes.at('DEMO', changeId));
const suspension = (onlyToken: string | null) =>
  stored(world, suspensions.at('DEMO', ADMIN.userId))?.find((each) => each.onlyToken === onlyToken);

/** A change of the administrator's own or the other's token, which the administrator asked for as well. */
function waitsToo(changeId: string, holder: typeof ADMIN, requestedBy = ADMIN, createdAt = NOW): Given[] {
  const { userId, fullName, tokenId } = holder;
  const held = aHeldChange(
    {
      changeId,
      tokenId,
      holder: { userId, fullName },
      requestedBy: { userId: requestedBy.userId, fullName: requestedBy.fullName },
      createdAt: createdAt.toISOString(),
    },
    { policy: 'OTHER_ADMINISTRATOR' },
  );
  return [held, withPending(tokenFor(holder), held)];
}

describe('“it wasn’t me”', () => {
  it('rejects the change, suspends its requester for a day, and closes their other changes', async () => {
    begin(theirs, ...waitsToo('second', ADMIN), ...waitsToo('not-theirs', OTHER, OTHER));
    const { answer, emitted } = await done(() => decide(theirs, NOT_ME, OTHER));
    expect(answer).toEqual({ changeId: 'change-1', status: 'REJECTED' });
    const outcome = {
      cause: 'DISOWNED',
      by: { userId: 'user-other', fullName: 'Demo Otra' },
      suspendedUntil: UNTIL,
    };
    expect(change()).toMatchObject({ status: 'REJECTED', outcome });
    expect(change('second')).toMatchObject({ status: 'REJECTED', outcome });
    expect(change('not-theirs')).toMatchObject({ status: 'PENDING_AUTHORIZATION', version: 1 });
    expect(suspension(null)).toEqual({
      companyId: 'DEMO',
      requesterId: 'user-admin',
      onlyToken: null,
      changeId: 'change-1',
      tokenId: HELD_TOKEN,
      until: UNTIL,
      disownedBy: { userId: 'user-other', fullName: 'Demo Otra' },
      since: NOW.toISOString(),
    });
    expect(record(world)[0]?.details).toEqual({
      policy: 'OTHER_ADMINISTRATOR',
      deviceId: phoneName(OTHER),
      disowned: true,
      requesterSuspendedUntil: UNTIL,
      requestId: 'request-2',
    });
    expect(emitted.map(([name]) => name)).toEqual([
      'ChangesRejected RELEASE',
      'TimeToDecision',
      'RequestsDisowned',
      'ChangesRejected RELEASE',
    ]);
  });

  it('of a holder counts for their own token alone', async () => {
    begin(holders, ...waitsToo('second', ADMIN));
    await done(() => decide(holders, NOT_ME, HOLDER));
    expect([suspension(HELD_TOKEN)?.until, suspension(null)]).toEqual([UNTIL, undefined]);
    expect(change('second')?.status).toBe('PENDING_AUTHORIZATION');
  });

  it('is recorded though the other changes cannot be read: nobody decides them, and the reconciler ends them', async () => {
    begin(theirs, ...waitsToo('second', ADMIN));
    refuse(world, 'Query', new Error('unreachable'));
    expect((await done(() => decide(theirs, NOT_ME, OTHER))).answer?.status).toBe('REJECTED');
    expect([suspension(null)?.changeId, change('second')?.status]).toEqual(['change-1', 'PENDING_AUTHORIZATION']);
  });

  it('is recorded later as well, by the phone that had rejected the change, and never twice', async () => {
    begin(theirs, ...waitsToo('second', ADMIN));
    await done(() => decide(theirs, REJECT, OTHER));
    world.clock.advance(60_000);
    const { answer, emitted } = await done(() => decide(theirs, NOT_ME, OTHER));
    expect(answer).toEqual({ changeId: 'change-1', status: 'REJECTED' });
    expect(change()).toMatchObject({
      status: 'REJECTED',
      version: 3,
      outcome: { cause: 'DISOWNED', suspendedUntil: later(86_460).toISOString() },
      authorization: { recorded: { kid: phoneName(OTHER), decision: 'REJECT' } },
    });
    expect(suspension(null)?.until).toBe(later(86_460).toISOString());
    expect(change('second')?.status).toBe('REJECTED');
    expect(record(world).map(({ type, details }) => [type, details.disowned])).toEqual([
      ['CHANGE_REJECTED', undefined],
      ['CHANGE_REJECTED', true],
    ]);
    expect(emitted.map(([name]) => name)).toEqual(['RequestsDisowned', 'ChangesRejected RELEASE']);
    world.calls.length = 0;
    expect((await done(() => decide(theirs, NOT_ME, OTHER))).answer?.status).toBe('REJECTED');
    expect((await done(() => decide(theirs, REJECT, OTHER))).answer?.status).toBe('REJECTED');
    expect([sent(world, 'TransactWrite'), record(world).length]).toEqual([[], 2]);
  });

  it('is not recorded later by a phone that is retired by now', async () => {
    begin(holders);
    await done(() => decide(holders, REJECT, HOLDER));
    const own = signers.devices.find(({ userId }) => userId === HOLDER.userId);
    given(world, phoneFor(HOLDER, { ...own, retiredAt: NOW.toISOString() }));
    expect(await refused(() => decide(holders, NOT_ME, HOLDER))).toEqual({ code: 'PROOF_REFUSED' });
    expect(suspension(HELD_TOKEN)).toBeUndefined();
  });
});
