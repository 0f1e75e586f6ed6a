import { holdInput, isHeld } from '../../../shared/domain/change.ts';
import { changes, seeds } from '../../../shared/repositories/items.ts';
import { applyChange } from '../../../shared/use-cases/apply-change.ts';
import { decideChange } from '../../../shared/use-cases/decide-change.ts';
import { getChange } from '../../../shared/use-cases/get-change.ts';
import { holdChange } from '../../../shared/use-cases/hold-change.ts';
import { listAuthorizations } from '../../../shared/use-cases/list-authorizations.ts';
import { reconcileChanges } from '../../../shared/use-cases/reconcile-changes.ts';
import { requestChange } from '../../../shared/use-cases/request-change.ts';
import { NOW } from '../../fixtures.ts';
import { at, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';
import {
  ADMIN,
  createSigners,
  everybody,
  HELD_TOKEN,
  HOLDER,
  phoneFor,
  phoneName,
  type Signers,
  signed,
} from './scene.ts';

let signers: Signers;
let world: MemoryWorld;

beforeAll(async () => {
  signers = await createSigners();
});

/** Everybody is there, and the functions have met the administrator before. */
beforeEach(async () => {
  world = memoryWorld();
  const seed = at(seeds.at(HELD_TOKEN), { deviceId: phoneName(HOLDER), sealed: 'c2VhbGVk' });
  given(world, ...everybody(), ...signers.devices, seed);
  const endpointArn = await world.push.createEndpoint('ANDROID', 'push-token');
  const [device = {}] = signers.devices.filter(({ userId }) => userId === ADMIN.userId);
  given(world, phoneFor(ADMIN, { ...device, endpointArn }));
  world.ahead.noteCompany(ADMIN);
});

/** The calls that something makes, by name. */
async function callsOf(work: () => Promise<unknown>): Promise<string[]> {
  world.calls.length = 0;
  await work();
  return world.calls.map(({ operation }) => operation);
}

function changeNow() {
  const [{ changeId } = { changeId: '' }] = world.services.tables
    .items('llavero')
    .flatMap(({ sk }) => (String(sk).startsWith('CHANGE#') ? [{ changeId: String(sk).slice(7) }] : []));
  const change = stored(world, changes.at('DEMO', changeId));
  if (!change || !isHeld(change)) throw new Error('There is no held change');
  return change;
}

const asked = {
  action: 'RELEASE',
  reason: 'PHONE_CHANGED',
  note: null,
  idempotencyKey: 'key-1',
  requestId: 'r-1',
} as const;

/** Requests, holds, decides and applies a release; the calls of each. */
async function release() {
  const request = await callsOf(() => requestChange(world, { caller: ADMIN, tokenId: HELD_TOKEN, ...asked }));
  const task = {
    ...holdInput(changeNow(), { prompted: false }),
    taskToken: world.services.workflow.openTask(changeNow().changeId),
  };
  const hold = await callsOf(() => holdChange(world, task));
  const jws = await signed(signers, ADMIN, changeNow(), {
    decision: 'APPROVE',
    bindingCode: changeNow().authorization.bindingCode ?? '',
  });
  const decided = { userId: ADMIN.userId, changeId: changeNow().changeId, decision: jws, requestId: 'r-2' };
  const decide = await callsOf(() => decideChange(world, decided));
  const apply = await callsOf(() => applyChange(world, task));
  return { request, hold, decide, apply };
}

it('a release takes eleven calls from the request to its effect', async () => {
  const calls = await release();
  expect(calls).toEqual({
    request: ['BatchGet', 'TransactWrite', 'StartExecution'],
    hold: ['Update', 'Publish', 'TransactWrite'],
    decide: ['BatchGet', 'TransactWrite', 'SendTaskSuccess'],
    apply: ['BatchGet', 'TransactWrite'],
  });
  expect(changeNow().status).toBe('APPLIED');
});

it('a held release is looked at by one read, and shown to its phone by three', async () => {
  await requestChange(world, { caller: ADMIN, tokenId: HELD_TOKEN, ...asked });
  const { changeId } = changeNow();
  const look = () => callsOf(() => getChange(world, ADMIN, changeId, NOW));
  expect([await look(), await look()]).toEqual([['BatchGet', 'BatchGet'], ['BatchGet']]);
  world.clock.advance(1);
  expect(await callsOf(() => listAuthorizations(world, ADMIN))).toEqual(['Query', 'Query', 'BatchGet']);
});

it('the reconciler only asks what is due, as it does where there is no release', async () => {
  const run = () => callsOf(() => reconcileChanges(world, world.clock.now().getTime() + 50_000));
  const nothing = await run();
  expect(nothing).toEqual(Array(8).fill('Query'));
  await requestChange(world, { caller: ADMIN, tokenId: HELD_TOKEN, ...asked });
  const task = {
    ...holdInput(changeNow(), { prompted: false }),
    taskToken: world.services.workflow.openTask(changeNow().changeId),
  };
  await holdChange(world, task);
  world.clock.advance(60_000);
  expect(await run()).toEqual(nothing);
});

it('the reconciler asks nothing more of a release that has ended well', async () => {
  await release();
  world.clock.advance(60_000);
  expect(await callsOf(() => reconcileChanges(world, world.clock.now().getTime() + 50_000))).toEqual(
    Array(8).fill('Query'),
  );
});
