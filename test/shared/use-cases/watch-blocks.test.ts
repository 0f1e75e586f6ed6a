import type { User } from '../../../shared/domain/user.ts';
import { tokens } from '../../../shared/repositories/items.ts';
import { requestChange } from '../../../shared/use-cases/request-change.ts';
import { aUser } from '../../fixtures.ts';
import { type Given, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, refuse } from '../../world/world.ts';
import { ADMIN, done, everybody, HOLDER, OTHER, tokenFor } from './scene.ts';

let world: MemoryWorld;

function begin(...things: Given[]): void {
  world = memoryWorld();
  given(world, ...everybody(), ...things);
}

/** Holders of tokens that can be blocked. */
const holders = Array.from({ length: 6 }, (_, each) =>
  aUser({ userId: `user-${each}`, tokenId: `token-${each}`, role: 'SECONDARY' }),
);

/** Blocks a token, and tells what operations are told besides. */
async function block(holder: User, caller = ADMIN): Promise<string[]> {
  const { emitted } = await done(() =>
    requestChange(world, {
      caller,
      tokenId: holder.tokenId,
      action: 'BLOCK',
      reason: 'SUSPECTED_FRAUD',
      note: null,
      idempotencyKey: holder.tokenId,
      requestId: 'request-1',
    }),
  );
  expect(stored(world, tokens.at('DEMO', holder.tokenId))?.status).toBe('BLOCKED');
  return emitted.map(([name]) => name).filter((name) => !name.endsWith(' BLOCK'));
}

describe('the blocks of one person', () => {
  it('are counted as many from the fifth within ten minutes on, and none is refused', async () => {
    begin(...holders.map((holder) => tokenFor(holder)));
    const told: string[][] = [];
    for (const holder of holders) told.push(await block(holder));
    expect(told).toEqual([[], [], [], [], ['ManyBlocks'], ['ManyBlocks']]);
  });

  it('are few where another person does the fifth, or ten minutes have passed', async () => {
    begin(...holders.map((holder) => tokenFor(holder)));
    const [fifth = HOLDER, sixth = HOLDER] = holders.slice(4);
    for (const holder of holders.slice(0, 4)) await block(holder);
    expect(await block(fifth, OTHER)).toEqual([]);
    world.clock.advance(600_000);
    expect(await block(sixth)).toEqual([]);
  });
});

describe('the block of an approver', () => {
  it('is told where no other is left, whoever blocks', async () => {
    begin();
    expect([await block(OTHER), await block(ADMIN)]).toEqual([[], ['LastApproverBlocked']]);
  });

  it('is nothing to tell of a token without a phone, or of one who is no administrator', async () => {
    world = memoryWorld();
    given(world, ...everybody('REQUESTER', []), tokenFor(OTHER, { status: 'PENDING_ENROLLMENT', device: null }));
    expect([await block(OTHER), await block(HOLDER)]).toEqual([[], []]);
  });

  it('is told once: that the company still has none is no news', async () => {
    world = memoryWorld();
    given(world, ...everybody('REQUESTER', [ADMIN]), tokenFor(OTHER, { status: 'RELEASED', device: null }));
    expect([await block(ADMIN), await block(OTHER)]).toEqual([['LastApproverBlocked'], []]);
  });
});

it('a block stands where it cannot be watched', async () => {
  begin();
  refuse(world, 'Update', new Error('unreachable'));
  refuse(world, 'Query', new Error('unreachable'));
  expect(await block(OTHER)).toEqual([]);
});
