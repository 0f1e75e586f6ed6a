import { changes, holds, notices } from '../../../shared/repositories/items.ts';
import { type ChangeRequest, requestChange } from '../../../shared/use-cases/request-change.ts';
import { later, NOW } from '../../fixtures.ts';
import { at, given, stored } from '../../world/given.ts';
import type { MemoryWorld } from '../../world/world.ts';
import { metWorld, REQUEST, requestNew, suspension } from './request-scene.ts';
import { called, done, everybody, OTHER, refused } from './scene.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = metWorld(...everybody());
});

const request = (overrides: Partial<ChangeRequest> = {}) => requestChange(world, { ...REQUEST, ...overrides });

const requested = (overrides: Partial<ChangeRequest> = {}) => requestNew(world, overrides);

describe('the same request again', () => {
  it('is the same change, with what is beside it, and costs one read', async () => {
    const change = await requested();
    const { changeId } = change;
    given(
      world,
      at(holds.at(changeId), { taskToken: 'task', notification: 'SENT' }),
      at(notices.at(changeId), { seq: 1, push: 'SENT', email: 'SENT' }),
    );
    world.calls.length = 0;
    const { answer, emitted } = await done(() => request({ requestId: 'request-2' }));
    expect(answer).toEqual({
      change: { ...change, dueAt: later(2).toISOString() },
      hold: { taskToken: 'task', notification: 'SENT' },
      notices: { seq: 1, push: 'SENT', email: 'SENT' },
      replayed: true,
      suspended: false,
      shownAt: NOW,
    });
    expect([called(world), emitted]).toEqual([['BatchGet'], []]);
  });

  it('tells that its requester is suspended by now', async () => {
    await requested();
    given(world, suspension(null));
    expect((await done(() => request())).answer).toMatchObject({ replayed: true, suspended: true });
  });

  it('is shown as expired once it is past its time, and that is written', async () => {
    const { changeId } = await requested();
    world.clock.advance(600_000);
    expect((await done(() => request())).answer).toMatchObject({
      change: { status: 'EXPIRED' },
      replayed: true,
      shownAt: later(600),
    });
    expect(stored(world, changes.at('DEMO', changeId))?.status).toBe('EXPIRED');
  });

  it.each<[string, Partial<ChangeRequest>]>([
    ['token', { tokenId: OTHER.tokenId }],
    ['action', { action: 'BLOCK', reason: 'PHONE_LOST' }],
    ['reason', { reason: 'SEED_RELEASE' }],
    ['note', { note: 'otra nota' }],
  ])('is refused with another %s', async (_, overrides) => {
    await requested();
    expect(await refused(() => request(overrides))).toEqual({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('is another request with another key, or of another person', async () => {
    await requested();
    for (const overrides of [{ idempotencyKey: 'key-2' }, { caller: OTHER }]) {
      expect(await refused(() => request(overrides))).toEqual({ code: 'CHANGE_ALREADY_PENDING' });
    }
  });
});
