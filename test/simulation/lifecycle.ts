import { compareToken, readPresent } from '../../scripts/verify-record/present-token.ts';
import { type Change, isOpen, isRescue } from '../../shared/domain/change.ts';
import type { Device } from '../../shared/domain/device.ts';
import type { Endpoint } from '../../shared/domain/endpoint.ts';
import { replayAll } from '../../shared/domain/replay.ts';
import type { Token } from '../../shared/domain/token.ts';
import { endpoints, holds } from '../../shared/repositories/items.ts';
import { eventsNewestFirst } from '../../shared/repositories/record.ts';
import { getReceipt } from '../../shared/use-cases/get-receipt.ts';

import { reconcileChanges } from '../../shared/use-cases/reconcile-changes.ts';
import { NOW } from '../fixtures.ts';
import { worldOver } from '../world/world.ts';
import { ensure } from './commit-rules.ts';
import { COMPANY } from './company.ts';
import { Executions } from './executions.ts';
import * as people from './people.ts';
import { ReleasedPhones } from './released-phones.ts';
import { type Actor, Scheduler } from './scheduler.ts';
import { type Fault, HOLD_SECONDS, Stage } from './stage.ts';

interface Options {
  readonly fault?: Fault;
}

/** Rounds of a reconciler that nothing disturbs, in which every change comes to an end. */
const ROUNDS = 8;

/**
 * Runs the use cases under one seed: people, the workflow and the reconciler, while calls are lost and functions die; then
 * the reconciler alone, undisturbed.
 *
 * @throws SimulationError with the seed and the story where a rule was broken.
 */
export async function simulate(seed: number, { fault }: Options = {}): Promise<Scheduler> {
  const scheduler = new Scheduler(seed, { start: NOW });
  const stage = await Stage.open(scheduler, fault);
  const executions = new Executions({
    scheduler,
    workflow: stage.services.workflow,
    enter: stage.enter,
    holdSeconds: HOLD_SECONDS,
  });
  const released = new ReleasedPhones({ scheduler, stored: stage.stored, enter: stage.enter });
  const check = () => {
    stage.check();
    executions.tick();
    released.tick();
  };
  await cast(stage, scheduler);
  await scheduler.run({ check });

  scheduler.calm();
  for (let round = 1; round <= ROUNDS && (round === 1 || hasOpen(stage)); round++) {
    scheduler.spawn(`last reconciler ${round}`, async (actor) => {
      await actor.sleep(round === 1 ? 10_000 : 60_000);
      await reconciles(stage, actor);
    });
    await scheduler.run({ check });
  }
  const differences = await findDifferences(stage);
  const refused = await refusedReceipts(stage, scheduler);
  scheduler.judge(() => {
    judgeEnd(stage);
    ensure(differences.length === 0, `A token is not what its record leads to: ${differences.join('; ')}`);
    ensure(refused.length === 0, `A receipt is not signed: ${refused.join()}`);
  });
  return scheduler;
}

async function cast(stage: Stage, scheduler: Scheduler): Promise<void> {
  const { random } = stage;
  const { FIRST, SECOND, HOLDER } = people;
  const everybody = [FIRST, SECOND, HOLDER];
  const administrators = [FIRST, SECOND];
  const token = random.pick([HOLDER.tokenId, HOLDER.tokenId, HOLDER.tokenId, SECOND.tokenId]);
  // At once, each step is anybody's; else they come one after another, and time passes.
  const atOnce = random.below(4) > 0;
  const spawn = (name: string, within: number, act: (self: Actor) => Promise<void>) => {
    const wait = atOnce ? 0 : random.below(within);
    scheduler.spawn(name, async (self) => {
      if (wait > 0) await self.sleep(wait);
      await act(self);
    });
  };

  const earlier = Math.min(2, random.below(4));
  for (const tokenId of [token, FIRST.tokenId].slice(0, earlier)) {
    await stage.before((world) => people.hasAsked(stage, world, random.pick(administrators), tokenId));
  }
  const request = people.aRequest(stage, random.pick(administrators), token);
  if (earlier === 0 || random.below(3) === 0) spawn('requester', 1000, (self) => people.asks(stage, self, request));
  if (random.below(4) === 0) spawn('requester again', 3000, (self) => people.asks(stage, self, request));
  if (random.below(3) === 0) {
    const other = people.aRequest(stage, random.pick(administrators), random.pick([token, HOLDER.tokenId]));
    spawn('other requester', random.pick([2000, 20_000, 60_000]), (self) => people.asks(stage, self, other));
  }
  const answers = ['APPROVE', 'APPROVE', 'APPROVE', 'REJECT', 'NOT_ME', 'WRONG_CODE'] as const;
  for (const [index, user] of everybody.entries()) {
    if (random.below(3) === 0) continue;
    const decisions = Array.from({ length: 1 + random.below(3) }, () => random.pick([...answers]));
    spawn(`approver ${index}`, random.pick([4000, 50_000]), (self) => people.decides(stage, self, user, decisions));
  }

  const disturbers: readonly (() => void)[] = [
    () => spawn('canceller', 20_000, (self) => people.cancels(stage, self, random.pick(administrators))),
    () => spawn('watcher', 30_000, (self) => people.watches(stage, self, random.pick(everybody))),
    () => {
      const user = random.pick(everybody);
      const by = random.pick(administrators);
      const times = 1 + random.below(2);
      for (let time = 1; time <= times; time++) {
        spawn(`enrolling ${time}`, 15_000, (self) => people.enrols(stage, self, user, by));
      }
    },
    () => {
      const user = random.pick(everybody);
      for (const time of [1, 2]) spawn(`verifier ${time}`, 2000, (self) => people.verifies(stage, self, user));
    },
    () => {
      const [user, key] = [random.pick(administrators), random.uuid()];
      for (const time of [1, 2]) spawn(`rescuers ${time}`, 20_000, (self) => people.rescues(stage, self, user, key));
    },
    () => spawn('import', 20_000, (self) => people.imports(stage, self, random.pick(everybody))),
    () => spawn('import of administrators', 20_000, (self) => people.imports(stage, self, random.pick(administrators))),
    () => {
      const user = random.pick(everybody);
      for (const time of [1, 2]) spawn(`push token ${time}`, 5000, (self) => people.movesPushToken(stage, self, user));
    },
  ];
  const first = random.below(disturbers.length);
  const second = random.below(disturbers.length);
  // One or two of them, each once.
  for (const index of new Set([first, second].slice(random.below(2)))) disturbers[index]?.();
  const runs = 1 + random.below(2);
  for (let run = 0; run < runs; run++) {
    scheduler.spawn(`reconciler ${run}`, async (actor) => {
      await actor.sleep(atOnce ? random.below(8000) : 4000 + random.below(60_000));
      await reconciles(stage, actor);
    });
  }
}

async function reconciles(stage: Stage, actor: Actor): Promise<void> {
  const world = stage.enter(actor, 'reconcileChanges');
  await reconcileChanges(world, world.clock.now().getTime() + 50_000);
}

function hasOpen(stage: Stage): boolean {
  return stage.stored.all<Change & { openPk?: string }>('main', 'change').some(({ openPk }) => openPk !== undefined);
}

function judgeEnd(stage: Stage): void {
  for (const change of stage.stored.all<Change & { openPk?: string }>('main', 'change')) {
    ensure(!isOpen(change.status) && change.openPk === undefined, 'A change has no end');
    const hold = change.authorization && stage.stored.is(holds.at(change.changeId));
    const lasted = Date.parse(change.updatedAt) - Date.parse(change.createdAt);
    const wasOpen = change.outcome?.cause === 'EXPIRED' && lasted > 90_000;
    ensure(!wasOpen || isRescue(change) || (hold && hold.notification !== 'PENDING'), 'Nobody was prompted');
  }
  for (const { name, status } of stage.services.workflow.executions.values()) {
    ensure(status !== 'RUNNING', `The execution ${name} has no end`);
  }
  stage.judgePromises();
  judgeEndpoints(stage);
}

/** Of every change that was applied, the bank's own verifier accepts the receipt; otherwise why not. */
async function refusedReceipts(stage: Stage, scheduler: Scheduler): Promise<string[]> {
  const refused: string[] = [];
  const applied = stage.stored.all<Change>('main', 'change').filter(({ status }) => status === 'APPLIED');
  await stage.afterwards(scheduler.now(), async (world) => {
    for (const { companyId, changeId } of applied) {
      await getReceipt(world, companyId, changeId).catch((error: unknown) => refused.push(String(error)));
    }
  });
  return refused;
}

/** Tells where a token as it is stored is not what its record leads to, or a record contradicts itself. */
async function findDifferences({ stored, services, random }: Stage): Promise<string[]> {
  const clock = { now: () => NOW, sleep: async () => {} };
  const { tables } = worldOver(services, { hooks: {}, clock, random });
  const found: string[] = [];
  for (const { tokenId } of stored.all<Token>('main', 'token')) {
    const events = (await Array.fromAsync(eventsNewestFirst(tables, COMPANY, tokenId))).reverse();
    const { token, contradictions } = replayAll(events);
    const differences = compareToken(await readPresent(tables, COMPANY, tokenId), token);
    found.push(...contradictions, ...differences.map(({ field, ...told }) => `${field} ${JSON.stringify(told)}`));
  }
  return found;
}

/** Every phone that is not retired is woken where it is noted to be, and one that is retired is noted nowhere. */
function judgeEndpoints(stage: Stage): void {
  for (const { deviceId, endpointArn, leftEndpointArn, retiredAt } of stage.stored.all<Device>('main', 'device')) {
    const noted = endpointArn ?? leftEndpointArn;
    ensure(retiredAt === undefined || noted === undefined, 'A retired phone still notes an endpoint');
    if (!endpointArn) continue;
    const endpoint: Endpoint | undefined = stage.stored.is(endpoints.at(endpointArn));
    ensure(endpoint?.devices.includes(deviceId), 'A phone is not among those of its endpoint');
    ensure(stage.services.push.endpoints.has(endpointArn), 'The endpoint of a phone is gone');
  }
}
