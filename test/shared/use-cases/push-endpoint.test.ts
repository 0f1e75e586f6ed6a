import { DELETION_MS, join } from '../../../shared/domain/endpoint.ts';
import { putDevice, putEndpoint } from '../../../shared/repositories/device-writes.ts';
import { devices, endpoints } from '../../../shared/repositories/items.ts';
import { leaveEndpoint, readyEndpoint } from '../../../shared/use-cases/push-endpoint.ts';
import { aDevice, later, NOW } from '../../fixtures.ts';
import { listOrders, TakingTurns } from '../../taking-turns.ts';
import { given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';

const TOKEN = 'push-token';

let world: MemoryWorld;
/** The endpoint of {@link TOKEN}: SNS in memory gives one token the same again. */
let ARN: string;
let turns: TakingTurns;
/** Told before each call of SNS that deletes: what it throws is thrown instead of the answer. */
let onDelete: () => void;

beforeEach(() => begin([]));

/** A phone `old` of the one person, woken at the endpoint and just retired. */
async function begin(order: readonly string[]): Promise<void> {
  turns = new TakingTurns(order);
  onDelete = () => {};
  const before = async ({ operation }: { operation: string }) => {
    await turns.turn();
    if (operation === 'DeleteEndpoint') onDelete();
  };
  world = memoryWorld({ hooks: { before } });
  ARN = await world.push.createEndpoint('ANDROID', TOKEN);
  given(world, aDevice({ deviceId: 'old', retiredAt: NOW.toISOString(), endpointArn: ARN }), {
    endpointArn: ARN,
    devices: ['old'],
    version: 1,
  });
}

const release = () => leaveEndpoint(world, { userId: 'user', deviceId: 'old' }, 'endpointArn', ARN);

/** As an enrolment binds its phone. */
function enrol(userId = 'user', deviceId = 'new'): Promise<void> {
  return world.tables.decideAgain(async () => {
    const endpoint = await readyEndpoint(world, 'ANDROID', TOKEN);
    const device = aDevice({ userId, deviceId, endpointArn: endpoint.endpointArn });
    await world.tables.transact([putDevice(device), putEndpoint(join(endpoint, deviceId), world.clock.now())]);
  });
}

const noted = (userId: string, deviceId: string) => stored(world, devices.at(userId, deviceId))?.endpointArn;
const state = () => ({ devices: woken(), notes: [noted('user', 'new'), noted('user', 'old')], sns: known() });
const woken = () => stored(world, endpoints.at(ARN))?.devices;
/** The endpoints that SNS knows. */
const known = () => [...world.services.push.endpoints.keys()];

describe('an endpoint', () => {
  it('wakes every phone that was enrolled with its token, and is deleted with the last of them', async () => {
    await enrol('other', 'second');
    expect(woken()).toEqual(['old', 'second']);
    await release();
    expect([woken(), noted('user', 'old'), noted('other', 'second'), known()]).toEqual([
      ['second'],
      undefined,
      ARN,
      [ARN],
    ]);
    await leaveEndpoint(world, { userId: 'other', deviceId: 'second' }, 'endpointArn', ARN);
    expect([woken(), noted('other', 'second'), known()]).toEqual([[], undefined, []]);
  });

  it('that was deleted is made again for the same phone', async () => {
    await release();
    await enrol();
    expect([woken(), noted('user', 'new'), known()]).toEqual([['new'], ARN, [ARN]]);
  });

  it('that is left twice is left once, and nobody else is taken off', async () => {
    await enrol();
    await release();
    await release();
    expect([woken(), known()]).toEqual([['new'], [ARN]]);
  });

  it('is there for the phone that is enrolled while the last other is released, whichever call comes when', async () => {
    for (const order of listOrders(['release', 4], ['enrol', 4])) {
      await begin(order);
      const ends = await Promise.all([turns.run('release', release), turns.run('enrol', () => enrol())]);
      expect({ order, ends, ...state() }).toEqual({
        order,
        ends: [undefined, undefined],
        devices: ['new'],
        notes: [ARN, undefined],
        sns: [ARN],
      });
    }
  });

  it('is gone once both its phones are released together, whichever call comes when', async () => {
    const releaseNew = () => leaveEndpoint(world, { userId: 'user', deviceId: 'new' }, 'endpointArn', ARN);
    for (const order of listOrders(['one', 4], ['two', 4])) {
      await begin(order);
      await enrol();
      const ends = await Promise.all([turns.run('one', release), turns.run('two', releaseNew)]);
      expect({ order, ends, ...state() }).toEqual({
        order,
        ends: [undefined, undefined],
        devices: [],
        notes: [undefined, undefined],
        sns: [],
      });
    }
  });

  it.each([
    ['and is finished by the next', true],
    ['and by nobody', false],
  ])('whose deleter crashed %s is bound only once its call can no longer come', async (_what, finished) => {
    let land = () => {};
    onDelete = () => {
      land = () => world.services.push.endpoints.delete(ARN);
      throw new Error('The function was ended');
    };
    await expect(release()).rejects.toThrow('The function was ended');
    onDelete = () => {};
    // The next run finishes what the first began; the first's call is still on its way.
    if (finished) await release();
    expect(noted('user', 'old')).toBe(finished ? undefined : ARN);
    await expect(enrol()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    land();

    world.clock.advance(DELETION_MS);
    await enrol();
    expect([woken(), noted('user', 'new'), known()]).toEqual([['new'], ARN, [ARN]]);
    await release();
    expect([woken(), noted('user', 'old'), known()]).toEqual([['new'], undefined, [ARN]]);
  });

  it('is remembered after its deletion for a day, and not as long as it wakes somebody', async () => {
    await release();
    world.services.tables.expire(later(3600));
    expect(woken()).toEqual([]);
    world.services.tables.expire(later(90_000));
    expect(woken()).toBeUndefined();
    await enrol();
    world.services.tables.expire(later(900_000));
    expect(woken()).toEqual(['new']);
  });
});
