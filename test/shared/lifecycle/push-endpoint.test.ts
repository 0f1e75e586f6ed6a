import {
  CreatePlatformEndpointCommand,
  DeleteEndpointCommand,
  NotFoundException,
  SetEndpointAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { BatchGetCommand, DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DELETION_MS, join } from '../../../shared/domain/endpoint.ts';
import { leaveEndpoint, readyEndpoint } from '../../../shared/lifecycle/push-endpoint.ts';
import { putDevice, putEndpoint } from '../../../shared/repositories/device-writes.ts';
import { deviceKey, endpointKey } from '../../../shared/repositories/keys.ts';
import { decideAgain, type Key, transact } from '../../../shared/repositories/table.ts';
import { aDevice, later, NOW } from '../../fixtures.ts';
import { MemoryTable } from '../../memory-table.ts';
import { ordersOf, TakingTurns } from '../../taking-turns.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const sns = mockClient(SNSClient);
const TOKEN = 'push-token';
const ARN = `endpoint/${TOKEN}`;

/** SNS gives one token the same endpoint again: the worst that it may do. */
let endpoints: Set<string>;
let table: MemoryTable;
let turns: TakingTurns;
/** Told before each call of SNS that deletes: what it throws is thrown instead of the answer. */
let onDelete: () => void;

beforeEach(() => {
  jest.useFakeTimers({
    now: NOW,
    advanceTimers: false,
    doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask'],
  });
  // No waits between tries.
  jest.spyOn(Math, 'random').mockReturnValue(0);
  begin([]);
});
afterEach(() => jest.useRealTimers());

/** A phone `old` of the one person, woken at the endpoint and just retired. */
function begin(order: readonly string[]): void {
  endpoints = new Set([ARN]);
  table = new MemoryTable();
  table.put({
    ...aDevice({ deviceId: 'old', retiredAt: NOW.toISOString(), endpointArn: ARN }),
    ...deviceKey('user', 'old'),
  });
  table.put({ endpointArn: ARN, devices: ['old'], version: 1, ...endpointKey(ARN) });
  turns = new TakingTurns(order);
  onDelete = () => {};
  for (const client of [dynamodb, sns]) client.reset();
  dynamodb.on(BatchGetCommand).callsFake(async ({ RequestItems }) => {
    await turns.turn();
    const keys: Key[] = RequestItems.llavero.Keys;
    return { Responses: { llavero: keys.flatMap((key) => table.get(key) ?? []) } };
  });
  dynamodb.on(TransactWriteCommand).callsFake(async ({ TransactItems }) => {
    await turns.turn();
    table.transact(TransactItems);
    return {};
  });
  sns.on(CreatePlatformEndpointCommand).callsFake(async ({ Token }) => {
    await turns.turn();
    endpoints.add(`endpoint/${Token}`);
    return { EndpointArn: `endpoint/${Token}` };
  });
  sns.on(SetEndpointAttributesCommand).callsFake(async ({ EndpointArn }) => {
    await turns.turn();
    if (!endpoints.has(EndpointArn)) throw new NotFoundException({ message: 'said', $metadata: {} });
    return {};
  });
  sns.on(DeleteEndpointCommand).callsFake(async ({ EndpointArn }) => {
    await turns.turn();
    onDelete();
    endpoints.delete(EndpointArn);
    return {};
  });
}

const release = () => leaveEndpoint({ userId: 'user', deviceId: 'old' }, 'endpointArn', ARN);

/** As an enrolment binds its phone. */
function enrol(userId = 'user', deviceId = 'new'): Promise<void> {
  return decideAgain(async () => {
    const endpoint = await readyEndpoint('ANDROID', TOKEN);
    const device = aDevice({ userId, deviceId, endpointArn: endpoint.endpointArn });
    await transact([putDevice(device), putEndpoint(join(endpoint, deviceId), new Date())]);
  });
}

const noted = (userId: string, deviceId: string) => table.get(deviceKey(userId, deviceId))?.endpointArn;
const state = () => ({ devices: woken(), notes: [noted('user', 'new'), noted('user', 'old')], sns: [...endpoints] });
const woken = () => table.get(endpointKey(ARN))?.devices;

describe('an endpoint', () => {
  it('wakes every phone that was enrolled with its token, and is deleted with the last of them', async () => {
    await enrol('other', 'second');
    expect(woken()).toEqual(['old', 'second']);
    await release();
    expect([woken(), noted('user', 'old'), noted('other', 'second'), [...endpoints]]).toEqual([
      ['second'],
      undefined,
      ARN,
      [ARN],
    ]);
    await leaveEndpoint({ userId: 'other', deviceId: 'second' }, 'endpointArn', ARN);
    expect([woken(), noted('other', 'second'), [...endpoints]]).toEqual([[], undefined, []]);
  });

  it('that was deleted is made again for the same phone', async () => {
    await release();
    await enrol();
    expect([woken(), noted('user', 'new'), [...endpoints]]).toEqual([['new'], ARN, [ARN]]);
  });

  it('that is left twice is left once, and nobody else is taken off', async () => {
    await enrol();
    await release();
    await release();
    expect([woken(), [...endpoints]]).toEqual([['new'], [ARN]]);
  });

  it('is there for the phone that is enrolled while the last other is released, whichever call comes when', async () => {
    for (const order of ordersOf(['release', 4], ['enrol', 4])) {
      begin(order);
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
    const releaseNew = () => leaveEndpoint({ userId: 'user', deviceId: 'new' }, 'endpointArn', ARN);
    for (const order of ordersOf(['one', 4], ['two', 4])) {
      begin(order);
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
      land = () => endpoints.delete(ARN);
      throw new Error('The function was ended');
    };
    await expect(release()).rejects.toThrow('The function was ended');
    onDelete = () => {};
    // The next run finishes what the first began; the first's call is still on its way.
    if (finished) await release();
    expect(noted('user', 'old')).toBe(finished ? undefined : ARN);
    await expect(enrol()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    land();

    jest.setSystemTime(NOW.getTime() + DELETION_MS);
    await enrol();
    expect([woken(), noted('user', 'new'), [...endpoints]]).toEqual([['new'], ARN, [ARN]]);
    await release();
    expect([woken(), noted('user', 'old'), [...endpoints]]).toEqual([['new'], undefined, [ARN]]);
  });

  it('is remembered after its deletion for a day, and not as long as it wakes somebody', async () => {
    await release();
    table.expire(later(3600));
    expect(woken()).toEqual([]);
    table.expire(later(90_000));
    expect(woken()).toBeUndefined();
    await enrol();
    table.expire(later(900_000));
    expect(woken()).toEqual(['new']);
  });
});
