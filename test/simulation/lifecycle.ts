import { compareToken, readPresent } from '../../scripts/verify-record/present-token.ts';
import { type Change, isOpen, isRescue } from '../../shared/domain/change.ts';
import type { Device } from '../../shared/domain/device.ts';
import type { Endpoint } from '../../shared/domain/endpoint.ts';
import { replayAll } from '../../shared/domain/replay.ts';
import type { Token } from '../../shared/domain/token.ts';
import { endpoints, holds } from '../../shared/repositories/items.ts';
import { eventsNewestFirst } from '../../shared/repositories/record.ts';
import { getReceipt } from '../../shared/use-cases/get-receipt.ts';
import { NOW } from '../fixtures.ts';
import { worldOver } from '../world/world.ts';
import { ensure } from './broken-rule.ts';
import { cast, reconciles } from './cast.ts';
import { COMPANY } from './company.ts';
import { useOneThread } from './cryptography.ts';
import { Executions } from './executions.ts';
import { ReleasedPhones } from './released-phones.ts';
import { Scheduler } from './scheduler.ts';
import { type Fault, HOLD_SECONDS, Stage } from './stage.ts';

interface Options {
  readonly fault?: Fault;
}

useOneThread();

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
