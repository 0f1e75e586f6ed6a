import type { User } from '../../shared/domain/user.ts';
import { reconcileChanges } from '../../shared/use-cases/reconcile-changes.ts';
import * as bank from './bank.ts';
import { PEOPLE } from './company.ts';
import * as people from './people.ts';
import type { Act, Actor, Scheduler } from './scheduler.ts';
import type { Stage } from './stage.ts';

const { ADMINISTRATORS, FIRST, HOLDER, SECOND } = people;

type Spawn = (name: string, within: number, act: Act) => void;

/** Who acts in a schedule, and when they begin. */
export async function cast(stage: Stage, scheduler: Scheduler): Promise<void> {
  const { random } = stage;
  // At once, each step is anybody's; else they come one after another, and time passes.
  const atOnce = random.below(4) > 0;
  const spawn: Spawn = (name, within, act) => {
    const wait = atOnce ? 0 : random.below(within);
    scheduler.spawn(name, async (self) => {
      if (wait > 0) await self.sleep(wait);
      await act(self);
    });
  };
  const token = random.pick([HOLDER.tokenId, HOLDER.tokenId, HOLDER.tokenId, SECOND.tokenId]);
  const requester = random.pick(ADMINISTRATORS);
  await people.haveAsked(stage, random.pick(ADMINISTRATORS), [token, FIRST.tokenId].slice(0, random.below(4)));
  requests(stage, spawn, requester, token);
  approvals(stage, spawn);
  if (random.below(6) === 0) await disowning(stage, spawn);
  else disturbances(stage, spawn, requester);
  const runs = 1 + random.below(2);
  for (let run = 0; run < runs; run++) {
    scheduler.spawn(`reconciler ${run}`, async (actor) => {
      await actor.sleep(atOnce ? random.below(8000) : 4000 + random.below(60_000));
      await reconciles(stage, actor);
    });
  }
}

function requests(stage: Stage, spawn: Spawn, requester: User, token: string): void {
  const { random } = stage;
  const request = people.aRequest(stage, requester, token);
  if (stage.heldChanges().length === 0 || random.below(3) === 0) {
    spawn('requester', 1000, (self) => people.asks(stage, self, request));
  }
  if (random.below(4) === 0) spawn('requester again', 3000, (self) => people.asks(stage, self, request));
  if (random.below(3) > 0) return;
  const other = people.aRequest(stage, random.pick(ADMINISTRATORS), random.pick([token, random.pick(PEOPLE).tokenId]));
  spawn('other requester', random.pick([2000, 20_000, 60_000]), (self) => people.asks(stage, self, other));
}

const ANSWERS = ['APPROVE', 'APPROVE', 'APPROVE', 'REJECT', 'NOT_ME', 'WRONG_CODE'] as const;

function approvals(stage: Stage, spawn: Spawn): void {
  const { random } = stage;
  for (const [index, user] of PEOPLE.entries()) {
    if (random.below(5) < 2) continue;
    const decisions = Array.from({ length: 1 + random.below(3) }, () => random.pick([...ANSWERS]));
    spawn(`approver ${index}`, random.pick([4000, 50_000]), (self) => people.decides(stage, self, user, decisions));
  }
}

/** Two changes of one requester, whom some disown, while others approve, the bank clears, and the requester asks again. */
async function disowning(stage: Stage, spawn: Spawn): Promise<void> {
  const { random } = stage;
  const requester = random.pick(ADMINISTRATORS);
  await people.haveAsked(stage, requester, [HOLDER.tokenId, SECOND.tokenId, FIRST.tokenId]);
  const decisions = [['NOT_ME'], ['NOT_ME'], ['APPROVE'], ['APPROVE', 'APPROVE']] as const;
  for (const [index, those] of decisions.entries()) {
    const user = random.pick(PEOPLE);
    spawn(`other approver ${index}`, 4000, (self) => people.decides(stage, self, user, those));
  }
  const again = people.aRequest(stage, requester, random.pick(PEOPLE).tokenId);
  spawn('requester of another', 4000, (self) => people.asks(stage, self, again));
  twice(spawn, 'clearer', 4000, (self) => bank.clears(stage, self));
  const other = people.aRequest(stage, random.pick(ADMINISTRATORS), random.pick([HOLDER.tokenId, SECOND.tokenId]));
  spawn('other requester', 4000, (self) => people.asks(stage, self, other));
  spawn('import', 4000, (self) => bank.imports(stage, self, random.pick(PEOPLE)));
}

/** One or two things that get in the way. */
function disturbances(stage: Stage, spawn: Spawn, requester: User): void {
  const { random } = stage;
  const disturbers = [...byPeople(stage, spawn), ...byPhones(stage, spawn), ...byTheBank(stage, spawn, requester)];
  const chosen = [random.below(disturbers.length), random.below(disturbers.length)];
  for (const index of new Set(chosen.slice(random.below(2)))) disturbers[index]?.();
}

/** The same is done twice, at the same time or one after the other. */
const twice = (spawn: Spawn, name: string, within: number, act: (self: Actor, time: 1 | 2) => Promise<void>): void => {
  for (const time of [1, 2] as const) spawn(`${name} ${time}`, within, (self) => act(self, time));
};

function byPeople(stage: Stage, spawn: Spawn): (() => void)[] {
  const { random } = stage;
  return [
    () => spawn('canceller', 20_000, (self) => people.cancels(stage, self, random.pick(ADMINISTRATORS))),
    () => spawn('watcher', 30_000, (self) => people.watches(stage, self, random.pick(PEOPLE))),
    () => {
      const user = random.pick(PEOPLE);
      twice(spawn, 'verifier', 2000, (self) => people.verifies(stage, self, user));
    },
    () => {
      // Somebody's token is blocked while they decide.
      const user = random.pick(PEOPLE);
      const request = people.aRequest(stage, random.pick(ADMINISTRATORS), user.tokenId, 'BLOCK');
      spawn('blocker', 4000, (self) => people.asks(stage, self, request));
      spawn('blocked approver', 4000, (self) => people.decides(stage, self, user, ['APPROVE', 'APPROVE']));
    },
    () => {
      // Takes as long as four other schedules: seldom.
      if (random.below(4) > 0) return;
      const user = random.pick(PEOPLE);
      for (const time of [1, 2, 3]) spawn(`guesser ${time}`, 1000, (self) => people.guesses(stage, self, user));
    },
  ];
}

function byPhones(stage: Stage, spawn: Spawn): (() => void)[] {
  const { random } = stage;
  return [
    () => {
      const [user, by] = [random.pick(PEOPLE), random.pick(ADMINISTRATORS)];
      twice(spawn, 'enrolling', 15_000, (self) => people.enrols(stage, self, user, by));
      if (random.below(2) === 0) spawn('import', 15_000, (self) => bank.imports(stage, self, random.pick([user, by])));
    },
    () => {
      // Two people with one handset, or with two that have one push token.
      const oneHandset = random.below(2) === 0;
      const spare = stage.handsets.slice(PEOPLE.length);
      const users = [random.pick([SECOND, HOLDER]), random.pick(PEOPLE)];
      twice(spawn, 'enrolling', 5000, (self, time) => {
        const handset = spare[oneHandset ? 0 : time];
        const pushToken = `push-shared-${oneHandset ? time : 0}`;
        return people.enrols(stage, self, users[time - 1] ?? HOLDER, FIRST, handset, pushToken);
      });
      spawn('push token', 5000, (self) => people.movesPushToken(stage, self, FIRST));
    },
    () => {
      const user = random.pick(PEOPLE);
      for (const time of [1, 2, 3])
        spawn(`push token ${time}`, 5000, (self) => people.movesPushToken(stage, self, user));
      if (random.below(2) === 0) spawn('import', 5000, (self) => bank.imports(stage, self, user));
    },
    () => {
      const users = [FIRST, random.pick(PEOPLE)];
      twice(spawn, 'push token', 5000, (self, time) => people.movesPushToken(stage, self, users[time - 1] ?? FIRST));
    },
  ];
}

function byTheBank(stage: Stage, spawn: Spawn, requester: User): (() => void)[] {
  const { random } = stage;
  return [
    () => {
      const [user, key] = [random.pick(ADMINISTRATORS), random.uuid()];
      twice(spawn, 'rescuers', 20_000, (self) => bank.rescues(stage, self, user, key));
    },
    () => spawn('import', 20_000, (self) => bank.imports(stage, self, random.pick(PEOPLE))),
    () => {
      spawn('import of the requester', 2000, (self) => bank.imports(stage, self, requester));
      spawn('canceller', 2000, (self) => people.cancels(stage, self, requester));
    },
    () => {
      const user = random.pick(PEOPLE);
      twice(spawn, 'import', 5000, (self) => bank.imports(stage, self, user));
    },
    () => spawn('services', 10_000, (self) => bank.disturbs(stage, self)),
  ];
}

/** Runs the reconciler, once. */
export async function reconciles(stage: Stage, actor: Actor): Promise<void> {
  const world = stage.enter(actor, 'reconcileChanges');
  await reconcileChanges(world, world.clock.now().getTime() + 50_000);
}
