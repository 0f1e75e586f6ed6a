import type { HeldChange } from '../../../shared/domain/change.ts';
import type { Device } from '../../../shared/domain/device.ts';
import { suspensionFor } from '../../../shared/domain/suspension.ts';
import { approvers } from '../../../shared/repositories/items.ts';
import { holdStanding } from '../../../shared/use-cases/hold-standing.ts';
import { aHeldChange, aHolder, aToken, aUser, later, NOW } from '../../fixtures.ts';
import { at, type Given, given } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';

const requester = aUser();
const other = aUser({ userId: 'user-9', fullName: 'Demo Aprobadora', tokenId: 'token-9' });
const KEY = { kty: 'EC', crv: 'P-256', x: `${'A'.repeat(42)}A`, y: `${'A'.repeat(42)}A` } as const;

let world: MemoryWorld;

/** A person with a phone that may authorize, as it is stored. */
function withPhone(user: typeof requester, deviceId: string, members: Partial<Device> = {}): Given[] {
  const { userId, companyId, tokenId } = user;
  const device: Device = {
    deviceId,
    userId,
    companyId,
    tokenId,
    name: 'Demo',
    platform: 'IOS',
    signingKey: KEY,
    encryptionKey: KEY,
    activationCodeHash: 'c',
    enrolledAt: later(-60).toISOString(),
    ...members,
  };
  return [user, device, at(approvers.at(companyId, userId), { userId, deviceId })];
}

const isApprover = (thing: Given) => 'reference' in thing;

/** Where a held change stands in tables of these things. */
async function standing(change: HeldChange, things: readonly Given[]) {
  world = memoryWorld({ now: NOW });
  given(world, ...things);
  return holdStanding(world, change, NOW);
}

const DECIDABLE = { decidable: true, suspended: false };
const NOBODY = { decidable: false, suspended: false };

describe('whether a hold can still be decided', () => {
  const asked = [{ userId: other.userId, deviceId: 'phone-9' }];
  const fourEyes = aHeldChange({}, { policy: 'OTHER_ADMINISTRATOR', asked });

  it('is so while somebody who was asked is still there with that phone, and costs one read', async () => {
    expect(await standing(fourEyes, withPhone(other, 'phone-9'))).toEqual(DECIDABLE);
    expect(world.calls).toHaveLength(1);
  });

  it.each([
    ['is disabled', withPhone({ ...other, enabled: false }, 'phone-9')],
    ['is an administrator no more', withPhone({ ...other, role: 'SECONDARY' }, 'phone-9')],
    ['has no active token', withPhone(other, 'phone-9').filter((item) => !isApprover(item))],
    ['has a phone that is retired', withPhone(other, 'phone-9', { retiredAt: NOW.toISOString() })],
    ['has another phone since', withPhone(other, 'phone-10', { enrolledAt: later(1).toISOString() })],
  ])('is not so once whoever was asked %s', async (_, items) => {
    expect(await standing(fourEyes, items)).toEqual(NOBODY);
  });

  it('is so where another administrator has come back with a phone older than the change', async () => {
    const back = aUser({ userId: 'user-10', tokenId: 'token-10' });
    expect(await standing(fourEyes, withPhone(back, 'phone-10'))).toEqual(DECIDABLE);
    // Who asked decides nothing of it.
    expect(await standing(fourEyes, withPhone(requester, 'phone-1'))).toEqual(NOBODY);
  });

  it('is the holder’s own token’s to say under their policy', async () => {
    const phones = [{ userId: 'user-holder', deviceId: 'phone-1' }];
    const change = aHeldChange({}, { policy: 'HOLDER', asked: phones });
    const items = withPhone(aHolder(), 'phone-1').filter((item) => !isApprover(item));
    const device = {
      deviceId: 'phone-1',
      name: 'Demo',
      platform: 'IOS' as const,
      enrolledAt: later(-60).toISOString(),
    };
    const token = aToken({ device });
    expect(await standing(change, [...items, token])).toEqual(DECIDABLE);
    expect(await standing(change, [...items, { ...token, status: 'BLOCKED' }])).toEqual(NOBODY);
  });

  it('is not so once its requester is suspended, for the company or for that token', async () => {
    for (const policy of ['OTHER_ADMINISTRATOR', 'HOLDER'] as const) {
      const suspension = suspensionFor(aHeldChange({}, { policy }), other, NOW);
      const seen = await standing(fourEyes, [...withPhone(other, 'phone-9'), suspension]);
      expect(seen).toEqual({ decidable: false, suspended: true });
      const over = { ...suspension, until: NOW.toISOString() };
      expect(await standing(fourEyes, [...withPhone(other, 'phone-9'), over])).toEqual(DECIDABLE);
    }
  });

  it('is so of a rescue while it is held, and not said of what is held no more; neither costs a call', async () => {
    world = memoryWorld({ now: NOW });
    expect(await holdStanding(world, aHeldChange({}, { policy: 'BANK', asked: [] }), NOW)).toEqual(DECIDABLE);
    for (const status of ['AUTHORIZED', 'APPLIED', 'EXPIRED'] as const) {
      expect(await holdStanding(world, aHeldChange({ status }), NOW)).toBeUndefined();
    }
    expect(world.calls).toEqual([]);
  });
});
