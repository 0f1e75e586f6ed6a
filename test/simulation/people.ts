import { decide, enrolmentRequest, signPushToken } from '../../phone/protocol/index.ts';
import { updatePerson } from '../../scripts/import/decide-person.ts';
import { readOwner, readPeople, writePerson } from '../../scripts/import/person-store.ts';
import { type Action, buildChallenge, type Change, changeStatusAt, isHeld } from '../../shared/domain/change.ts';
import type { Staff } from '../../shared/domain/staff.ts';
import type { User } from '../../shared/domain/user.ts';
import { ProblemError, StaleDecisionError } from '../../shared/errors.ts';
import { changes, tokens, users } from '../../shared/repositories/items.ts';
import { cancelChange } from '../../shared/use-cases/cancel-change.ts';
import { confirmRescue } from '../../shared/use-cases/confirm-rescue.ts';
import { createActivationCode } from '../../shared/use-cases/create-activation-code.ts';
import { decideChange } from '../../shared/use-cases/decide-change.ts';
import { enrolDevice } from '../../shared/use-cases/enrol-device.ts';
import { getChange } from '../../shared/use-cases/get-change.ts';
import { getToken } from '../../shared/use-cases/get-token.ts';
import { listAuthorizations } from '../../shared/use-cases/list-authorizations.ts';
import { proposeRescue } from '../../shared/use-cases/propose-rescue.ts';
import { requestChange } from '../../shared/use-cases/request-change.ts';
import { updatePushToken } from '../../shared/use-cases/update-push-token.ts';
import { verifyOtp } from '../../shared/use-cases/verify-otp.ts';
import type { World } from '../../shared/world.ts';
import { COMPANY, FIRST_CODE, PEOPLE } from './company.ts';
import type { Actor } from './scheduler.ts';
import { type Stage, typeCode } from './stage.ts';

const REASONS = { RELEASE: ['PHONE_CHANGED', 'PHONE_LOST'], BLOCK: ['PHONE_LOST'], UNBLOCK: ['FALSE_ALARM'] } as const;

const [FIRST, SECOND, HOLDER] = PEOPLE as [User, User, User];

/** A request as somebody sends it, and sends it again. */
export interface Request {
  readonly caller: User;
  readonly tokenId: string;
  readonly action: Action;
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** Calls until there is an answer that says something; undefined where there was none. */
async function insist<T>(self: Actor, call: () => Promise<T>): Promise<T | undefined> {
  for (let tries = 0; tries < 4; tries++) {
    try {
      const answer = await call();
      if (self.random() < 0.9) return answer;
    } catch (error) {
      if (error instanceof StaleDecisionError) throw error;
      if (error instanceof ProblemError && error.code !== 'UNAVAILABLE') return undefined;
    }
    await self.sleep(Math.floor(self.random() * 2000));
  }
  return undefined;
}

const requestId = (self: Actor) => `request of ${self.name}`;

/** A request, whose answer promises that the change is there. */
export async function asks(stage: Stage, self: Actor, request: Request): Promise<void> {
  const world = stage.enter(self, 'requestChange');
  await insist(self, async () => {
    const answer = await requestChange(world, { ...request, note: null, requestId: requestId(self) });
    stage.promised(answer.change.changeId, 'exists');
    stage.shown(answer.change.changeId, changeStatusAt(answer.change, answer.shownAt));
    return answer;
  });
}

/** A request that was made before the schedule begins, where the token's state and the policy allow it. */
export async function hasAsked(stage: Stage, world: World, caller: User, tokenId: string): Promise<void> {
  const request = { ...aRequest(stage, caller, tokenId), note: null, requestId: 'an earlier request' };
  await requestChange(world, request).catch((error: unknown) => {
    if (!(error instanceof ProblemError)) throw error;
  });
}

export function aRequest(stage: Stage, caller: User, tokenId: string): Request {
  const status = stage.stored.is(tokens.at(COMPANY, tokenId))?.status;
  const action = stage.random.pick<Action>(
    status === 'BLOCKED' ? ['UNBLOCK', 'RELEASE', 'UNBLOCK'] : ['RELEASE', 'RELEASE', 'RELEASE', 'BLOCK'],
  );
  const reason = stage.random.pick<string>([...REASONS[action]]);
  return { caller, tokenId, action, reason, idempotencyKey: stage.random.uuid() };
}

type Decision = 'APPROVE' | 'REJECT' | 'NOT_ME' | 'WRONG_CODE';

/** Looks what waits, as the app does, and decides it with one of the person's phones. */
export async function decides(stage: Stage, self: Actor, user: User, decisions: readonly Decision[]): Promise<void> {
  for (const decision of decisions) {
    const change = await findWaiting(stage, self, user);
    if (change) await decideOne(stage, self, user, change, decision);
    await self.sleep(Math.floor(self.random() * 6000));
  }
}

/** Mostly what the app shows; sometimes any held change, of which the person knows by other means. */
async function findWaiting(stage: Stage, self: Actor, user: User): Promise<Change | undefined> {
  const any = stage.heldChanges();
  if (self.random() < 0.4) return any[Math.floor(self.random() * any.length)];
  const caller = stage.stored.is(users.at(user.userId)) ?? user;
  const shown = await insist(self, () => listAuthorizations(stage.enter(self, 'listAuthorizations'), caller));
  const [first] = shown ?? [];
  return first && stage.stored.is(changes.at(COMPANY, first.changeId));
}

async function decideOne(stage: Stage, self: Actor, user: User, change: Change, decision: Decision): Promise<void> {
  if (!isHeld(change)) return;
  const phones = stage.phones.get(user.userId) ?? [];
  // Mostly the newest.
  const phone = self.random() < 0.8 ? phones.at(-1) : phones[Math.floor(self.random() * phones.length)];
  if (!phone) return;
  const right = change.authorization.bindingCode ?? '000000';
  const answer =
    decision === 'APPROVE' || decision === 'WRONG_CODE'
      ? ({ decision: 'APPROVE', bindingCode: decision === 'APPROVE' ? right : typeCode(self) } as const)
      : ({ decision: 'REJECT', ...(decision === 'NOT_ME' ? { reason: 'NOT_ME' as const } : {}) } as const);
  const signer = { deviceId: phone.deviceId, userId: user.userId, signingKey: phone.handset.keys.signing.privateKey };
  const jws = await decide(buildChallenge(change), answer, signer, self.now());
  const { changeId } = change;
  const request = { userId: user.userId, changeId, decision: jws, requestId: requestId(self) };
  await insist(self, async () => {
    const decided = await decideChange(stage.enter(self, 'decideChange'), request);
    stage.promised(changeId, answer.decision);
    return decided;
  });
}

export async function cancels(stage: Stage, self: Actor, caller: User): Promise<void> {
  const [change] = stage.heldChanges();
  if (!change) return;
  const request = { caller, changeId: change.changeId, requestId: requestId(self) };
  await insist(self, async () => {
    const answer = await cancelChange(stage.enter(self, 'cancelChange'), request);
    stage.shown(change.changeId, answer.change.status);
    return answer;
  });
}

/** Looks at the changes and tokens as the web does, and remembers what it was shown. */
export async function watches(stage: Stage, self: Actor, reader: User): Promise<void> {
  for (let times = 0; times < 3; times++) {
    await self.sleep(Math.floor(self.random() * 30_000));
    const [change] = stage.stored.all<Change>('main', 'change').slice(-1);
    if (change) {
      await insist(self, async () => {
        const now = self.now();
        const { found } = await getChange(stage.enter(self, 'getChange'), reader, change.changeId, now);
        stage.shown(change.changeId, changeStatusAt(found.change, now));
      });
    }
    const tokenId = change?.tokenId ?? HOLDER.tokenId;
    await insist(self, () => getToken(stage.enter(self, 'getToken'), reader, tokenId, self.now()));
  }
}

/** Makes a code for a token that has no phone, and enrols a handset with it. */
export async function enrols(stage: Stage, self: Actor, user: User, by: User): Promise<void> {
  const codes = [FIRST_CODE];
  const request = { caller: by, tokenId: user.tokenId, requestId: requestId(self) };
  for (let times = 0; times < 3; times++) {
    if (stage.stored.is(tokens.at(COMPANY, user.tokenId))?.device === null) break;
    await self.sleep(8000);
  }
  if (stage.stored.is(tokens.at(COMPANY, user.tokenId))?.status === 'RELEASED' || self.random() < 0.4) {
    const made = await insist(self, () => createActivationCode(stage.enter(self, 'createActivationCode'), request));
    if (made) codes.push(made.activationCode);
  }
  const code = self.random() < 0.8 ? codes.at(-1) : typeCode(self);
  const handset = stage.random.pick(stage.handsets.slice(self.random() < 0.7 ? 3 : 0));
  const { name, platform, pushToken, ...proven } = await enrolmentRequest(
    {
      userId: user.userId,
      activationCode: code ?? FIRST_CODE,
      name: handset.name,
      platform: 'ANDROID',
      pushToken: `push-${handset.name}`,
    },
    handset.keys,
    self.now(),
  );
  const caller = stage.stored.is(users.at(user.userId)) ?? user;
  await insist(self, async () => {
    const enrolment = { caller, name, platform, pushToken, ...proven, requestId: requestId(self) };
    const enrolled = await enrolDevice(stage.enter(self, 'enrolDevice'), enrolment);
    stage.enrolled(user.userId, enrolled.deviceId, handset);
    return enrolled;
  });
}

/** A system of the bank's asks whether a code is good; each is good once. */
export async function verifies(stage: Stage, self: Actor, user: User): Promise<void> {
  const code = stage.oneTimeCode(self.now());
  for (const each of [code, code, '000000']) {
    // Of an answer that was lost nobody knows, and the code is not sent again.
    const valid = await verifyOtp(stage.enter(self, 'verifyOtp'), user.userId, each).catch(() => undefined);
    if (valid) stage.codeAccepted(user.userId, each);
  }
}

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

/** The bank's import says that somebody is disabled, or has another role, and perhaps later that all is as before. */
export async function imports(stage: Stage, self: Actor, user: User): Promise<void> {
  const { username, fullName, email } = user;
  const other = self.random() < 0.5 ? 'DISABLED' : user.role === 'SECONDARY' ? 'ADMINISTRATOR' : 'SECONDARY';
  for (const role of [other, user.role] as const) {
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

/** A phone gets another push token, which it may share with another. */
export async function movesPushToken(stage: Stage, self: Actor, user: User): Promise<void> {
  const phone = stage.phones.get(user.userId)?.at(-1);
  if (!phone) return;
  for (let times = 0; times < 2; times++) {
    const pushToken = `push-shared-${Math.floor(self.random() * 2)}`;
    const signer = { deviceId: phone.deviceId, userId: user.userId, signingKey: phone.handset.keys.signing.privateKey };
    const signed = await signPushToken(pushToken, signer, self.now());
    const request = { userId: user.userId, deviceId: phone.deviceId, ...signed };
    await insist(self, () => updatePushToken(stage.enter(self, 'updatePushToken'), request));
    await self.sleep(1500);
  }
}

export { FIRST, HOLDER, SECOND };
