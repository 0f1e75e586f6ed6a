import { suspensionFor } from '../../../shared/domain/suspension.ts';
import { StaleDecisionError } from '../../../shared/errors.ts';
import { suspensions } from '../../../shared/repositories/items.ts';
import { checkNotSuspended, deleteSuspension, putSuspension } from '../../../shared/repositories/suspensions.ts';
import { aHeldChange, aUser, later, NOW } from '../../fixtures.ts';
import { stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, TABLE_NAMES } from '../../world/world.ts';

const ofCompany = suspensionFor(aHeldChange(), aUser(), NOW);
const ofToken = { ...ofCompany, onlyToken: 'token-holder', changeId: 'change-2' };

let world: MemoryWorld;
const kept = (requesterId = ofCompany.requesterId) => stored(world, suspensions.at('DEMO', requesterId));
const check = (tokenId: string, now = NOW) =>
  world.tables.transact([checkNotSuspended('DEMO', ofCompany.requesterId, tokenId, now)]);

beforeEach(async () => {
  world = memoryWorld();
  await world.tables.transact([putSuspension(ofCompany)]);
});

it('one item has a requester’s suspensions of every scope, and goes when the last ends', async () => {
  await world.tables.transact([putSuspension({ ...ofToken, until: later(90_000).toISOString() })]);
  expect(kept()).toEqual([ofCompany, { ...ofToken, until: later(90_000).toISOString() }]);
  expect(world.services.tables.items(TABLE_NAMES.main)).toMatchObject([{ ttl: later(90_000).getTime() / 1000 }]);
});

it('one check refuses while the company’s or the token’s is in force, and not from its end on', async () => {
  await expect(check('token-other')).rejects.toThrow(StaleDecisionError);
  await check('token-other', new Date(ofCompany.until));
  await world.tables.transact([deleteSuspension(ofCompany)]);
  await check('token-holder');
  await world.tables.transact([putSuspension(ofToken)]);
  await expect(check('token-holder')).rejects.toThrow(StaleDecisionError);
  await check('token-holder', new Date(ofToken.until));
  await check('token-other');
});

it('the one that was read is ended, and neither another scope’s nor a later one', async () => {
  await world.tables.transact([putSuspension(ofToken)]);
  await world.tables.transact([deleteSuspension(ofCompany)]);
  expect(kept()).toEqual([ofToken]);
  await world.tables.transact([putSuspension({ ...ofToken, changeId: 'change-3' })]);
  await expect(world.tables.transact([deleteSuspension(ofToken)])).rejects.toThrow(StaleDecisionError);
  expect(kept()).toMatchObject([{ changeId: 'change-3' }]);
});
