import { clearSuspension } from '../../scripts/clear-suspension/clear-suspension.ts';
import { updatePerson } from '../../scripts/import/decide-person.ts';
import { readOwner, readPeople, writePerson } from '../../scripts/import/person-store.ts';
import type { Staff } from '../../shared/domain/staff.ts';
import type { User } from '../../shared/domain/user.ts';
import { StaleDecisionError } from '../../shared/errors.ts';
import { suspensions, tokens } from '../../shared/repositories/items.ts';
import type { Item } from '../../shared/repositories/stored-item.ts';
import { confirmRescue } from '../../shared/use-cases/confirm-rescue.ts';
import { proposeRescue } from '../../shared/use-cases/propose-rescue.ts';
import { COMPANY, PEOPLE } from './company.ts';
import { insist, requestId } from './people.ts';
import type { Actor } from './scheduler.ts';
import type { Stage } from './stage.ts';

const STAFF = ['Analista Uno', 'Analista Dos'].map((fullName, index): Staff => {
  return { userId: `AIDA${index}`, fullName, arn: `arn:aws:iam::000000000000:user/${index}` };
}) as [Staff, Staff];

/** The bank's staff propose and confirm a rescue of an administrator; one of them cannot do both. */
export async function rescues(stage: Stage, self: Actor, user: User, key: string): Promise<void> {
  const status = stage.stored.is(tokens.at(COMPANY, user.tokenId))?.status;
  const action = status === 'BLOCKED' && self.random() < 0.5 ? 'UNBLOCK' : 'RELEASE';
  const reason = action === 'UNBLOCK' ? 'FALSE_ALARM' : 'PHONE_LOST';
  const { username } = user;
  const request = { operation: 'PROPOSE', username, action, reason, note: null, key } as const;
  const [first, second] = STAFF;
  const proposal = { staff: first, request, requestId: requestId(self) };
  const proposed = await insist(self, () => proposeRescue(stage.enter(self, 'proposeRescue'), proposal));
  if (!proposed) return;
  await self.sleep(Math.floor(self.random() * 20_000));
  for (const staff of [first, second]) {
    const confirmation = { operation: 'CONFIRM', username, action, changeId: proposed.changeId } as const;
    const confirmed = { staff, request: confirmation, requestId: requestId(self) };
    await insist(self, () => confirmRescue(stage.enter(self, 'confirmRescue'), confirmed));
  }
}

/** The bank's import says that somebody is disabled or has another role or address, and later that all is as before. */
export async function imports(stage: Stage, self: Actor, user: User): Promise<void> {
  const { username, fullName } = user;
  const other = self.random() < 0.5 ? 'DISABLED' : user.role === 'SECONDARY' ? 'ADMINISTRATOR' : 'SECONDARY';
  const onlyMoves = self.random() < 0.2;
  for (const role of onlyMoves ? [user.role] : ([other, user.role] as const)) {
    const email = onlyMoves ? 'otro@example.com' : user.email;
    const company = { companyId: COMPANY, name: 'Demo', authorizationPolicy: 'HOLDER' } as const;
    const line = { number: 1, company, username, fullName, email, role, physicalSerial: null };
    const { tables } = stage.enter(self, 'import');
    await insist(self, () =>
      tables.decideAgain(async () => {
        const owner = await readOwner(tables, username);
        const [person] = owner ? await readPeople(tables, [owner]) : [];
        if (!person) throw new StaleDecisionError('Read again');
        const context = { now: self.now(), requestId: requestId(self), activationCodeSeconds: undefined };
        const decision = updatePerson(line, person, context);
        if (decision) await writePerson(tables, decision, owner, undefined, context);
      }),
    ).catch(() => undefined);
    await self.sleep(Math.floor(self.random() * 20_000));
  }
}

/** Ends a suspension, as the bank's staff does once it is cleared up. */
export async function clears(stage: Stage, self: Actor): Promise<void> {
  for (let times = 0; times < 6; times++) {
    await self.sleep(Math.floor(self.random() * 3000));
    const [suspension] = stage.stored.all<Item>('main', 'suspension').flatMap(suspensions.parse);
    const user = PEOPLE.find(({ userId }) => userId === suspension?.requesterId);
    if (!suspension || !user) continue;
    const { tables, clock } = stage.enter(self, 'clearSuspension');
    const sts = { send: async () => ({ Arn: STAFF[0].arn, UserId: STAFF[0].userId }) };
    await clearSuspension({ tables, clock, sts }, user.username, suspension.onlyToken).catch(() => undefined);
  }
}

/** Disturbs the services as happens by itself: items past their time go, SNS disables endpoints, executions stop. */
export async function disturbs(stage: Stage, self: Actor): Promise<void> {
  const { push, workflow } = stage.services;
  for (let times = 0; times < 4; times++) {
    await self.sleep(Math.floor(self.random() * 10_000));
    stage.expire(self.now());
    const endpoints = [...push.endpoints.keys()];
    push.disable(endpoints[Math.floor(self.random() * endpoints.length)] ?? '');
    const [execution] = workflow.executions.values();
    if (execution && self.random() < 0.5) workflow.end(execution, 'ABORTED');
  }
}
