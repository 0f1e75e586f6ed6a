import type { Answer } from '../../../phone/protocol/index.ts';
import type { HeldChange } from '../../../shared/domain/change.ts';
import { holds } from '../../../shared/repositories/items.ts';
import { decideChange } from '../../../shared/use-cases/decide-change.ts';
import { aHeldChange, withPending } from '../../fixtures.ts';
import { at, type Given, given } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';
import { ADMIN, everybody, HOLDER, type Signers, signed, tokenFor } from './scene.ts';

export const APPROVE: Answer = { decision: 'APPROVE', bindingCode: '123456' };
export const REJECT: Answer = { decision: 'REJECT' };
export const NOT_ME: Answer = { decision: 'REJECT', reason: 'NOT_ME' };
export const wrong = (bindingCode: string): Answer => ({ decision: 'APPROVE', bindingCode });
export const WRONG = wrong('000000');

/** A change of the holder's token under each policy; the administrator asked for it. */
export const mine = aHeldChange();
export const theirs = aHeldChange({}, { policy: 'OTHER_ADMINISTRATOR' });
export const holders = aHeldChange({}, { policy: 'HOLDER' });

/** A world in which this change waits, and nobody's workflow does. */
export function waitingWorld({ devices }: Signers, change: HeldChange, ...things: Given[]): MemoryWorld {
  const world = memoryWorld();
  given(world, ...everybody(), ...devices, change, withPending(tokenFor(HOLDER), change), ...things);
  return world;
}

/** A world in which this change waits, and its workflow too. */
export async function heldWorld(signers: Signers, change: HeldChange, ...things: Given[]): Promise<MemoryWorld> {
  const world = waitingWorld(signers, change);
  await world.workflow.start(change);
  const taskToken = world.services.workflow.openTask(change.changeId);
  given(world, at(holds.at(change.changeId), { taskToken, notification: 'SENT' }), ...things);
  world.calls.length = 0;
  return world;
}

/** Decides the change of this id by a challenge that this person's phone signs. */
export async function decideBy(world: MemoryWorld, signers: Signers, change: HeldChange, answer: Answer, by = ADMIN) {
  const { changeId } = change;
  const decision = await signed(signers, by, change, answer);
  return decideChange(world, { userId: by.userId, changeId, decision, requestId: 'request-2' });
}
