import type { Change } from '../../../shared/domain/change.ts';
import { suspensionFor } from '../../../shared/domain/suspension.ts';
import { type ChangeRequest, requestChange } from '../../../shared/use-cases/request-change.ts';
import { aHeldChange, later, NOW } from '../../fixtures.ts';
import { type Given, given } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';
import { ADMIN, done, HELD_TOKEN, HOLDER } from './scene.ts';

export const REQUEST: ChangeRequest = {
  caller: ADMIN,
  tokenId: HELD_TOKEN,
  action: 'RELEASE',
  reason: 'PHONE_CHANGED',
  note: null,
  idempotencyKey: 'key-1',
  requestId: 'request-1',
};

/** A world of these things, whose functions have met the administrator. */
export function metWorld(...things: Given[]): MemoryWorld {
  const world = memoryWorld();
  world.ahead.noteCompany(ADMIN);
  given(world, ...things);
  return world;
}

/** Makes the request and gives the change, which must be a new one. */
export async function requestNew(world: MemoryWorld, overrides: Partial<ChangeRequest> = {}): Promise<Change> {
  const { answer } = await done(() => requestChange(world, { ...REQUEST, ...overrides }));
  if (!answer || answer.replayed) throw new Error('Nothing new was requested');
  return answer.change;
}

/** An earlier change of the same token. */
export const pending = aHeldChange({ changeId: 'earlier', createdAt: later(-60).toISOString() });

/** The administrator's suspension for one token, or for the company. */
export const suspension = (onlyToken: string | null, until = later(60)) => ({
  ...suspensionFor(pending, HOLDER, NOW),
  onlyToken,
  until: until.toISOString(),
});
