import { decide, enrolmentRequest, signPushToken } from '../../phone/protocol/index.ts';
import { type Action, buildChallenge, type Change, changeStatusAt, isHeld } from '../../shared/domain/change.ts';
import type { TokenStatus } from '../../shared/domain/token.ts';
import type { User } from '../../shared/domain/user.ts';
import { ProblemError, StaleDecisionError } from '../../shared/errors.ts';
import { changes, tokens, users } from '../../shared/repositories/items.ts';
import { cancelChange } from '../../shared/use-cases/cancel-change.ts';
import { createActivationCode } from '../../shared/use-cases/create-activation-code.ts';
import { decideChange } from '../../shared/use-cases/decide-change.ts';
import { enrolDevice } from '../../shared/use-cases/enrol-device.ts';
import { getChange } from '../../shared/use-cases/get-change.ts';
import { getToken } from '../../shared/use-cases/get-token.ts';
import { listAuthorizations } from '../../shared/use-cases/list-authorizations.ts';
import { requestChange } from '../../shared/use-cases/request-change.ts';
import { updatePushToken } from '../../shared/use-cases/update-push-token.ts';
import { verifyOtp } from '../../shared/use-cases/verify-otp.ts';
import type { SeededRandom } from '../world/seeded-random.ts';
import { COMPANY, FIRST_CODE, PEOPLE } from './company.ts';
import type { Actor } from './scheduler.ts';
import { type Stage, typeCode } from './stage.ts';

const REASONS = { RELEASE: ['PHONE_CHANGED', 'PHONE_LOST'], BLOCK: ['PHONE_LOST'], UNBLOCK: ['FALSE_ALARM'] } as const;

const [FIRST, SECOND, HOLDER, FOURTH] = PEOPLE as [User, User, User, User];
export const ADMINISTRATORS = [FIRST, SECOND, FOURTH];

/** A request as somebody sends it, and sends it again. */
export interface Request {
  readonly caller: User;
  readonly tokenId: string;
  readonly action: Action;
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** Calls until there is an answer that says something; undefined where there was none. */
export async function insist<T>(self: Actor, call: () => Promise<T>): Promise<T | undefined> {
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

export const requestId = (self: Actor) => `request of ${self.name}`;

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

/** Requests that were made before the schedule begins, where the tokens' states and the policy allow them. */
export async function haveAsked(stage: Stage, caller: User, tokenIds: readonly string[]): Promise<void> {
  for (const tokenId of tokenIds) {
    const request = { ...aRequest(stage, caller, tokenId), note: null, requestId: 'an earlier request' };
    await stage.before(async (world) => {
      await requestChange(world, request).catch((error: unknown) => {
        if (!(error instanceof ProblemError)) throw error;
      });
    });
  }
}

export function aRequest(
  { stored, random }: Pick<Stage, 'stored' | 'random'>,
  caller: User,
  tokenId: string,
  action = pickAction(random, stored.is(tokens.at(COMPANY, tokenId))?.status),
): Request {
  return { caller, tokenId, action, reason: random.pick<string>([...REASONS[action]]), idempotencyKey: random.uuid() };
}

function pickAction(random: SeededRandom, status: TokenStatus | undefined): Action {
  return random.pick(
    status === 'BLOCKED' ? ['UNBLOCK', 'RELEASE', 'UNBLOCK'] : ['RELEASE', 'RELEASE', 'RELEASE', 'BLOCK'],
  );
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
    const looksAtChange = async () => {
      if (!change) return;
      const now = self.now();
      const { found } = await getChange(stage.enter(self, 'getChange'), reader, change.changeId, now);
      stage.shown(change.changeId, changeStatusAt(found.change, now));
    };
    const tokenId = change?.tokenId ?? HOLDER.tokenId;
    const looksAtToken = () => getToken(stage.enter(self, 'getToken'), reader, tokenId, self.now());
    const looks: (() => Promise<unknown>)[] = [looksAtChange, looksAtToken];
    for (const look of self.random() < 0.5 ? looks : looks.reverse()) await insist(self, look);
  }
}

/** Makes a code for a token that has no phone, and enrols a handset with it. */
export async function enrols(
  stage: Stage,
  self: Actor,
  user: User,
  by: User,
  handset = stage.random.pick(stage.handsets.slice(self.random() < 0.7 ? PEOPLE.length : 0)),
  pushToken = self.random() < 0.5 ? `push-${handset.name}` : pickPushToken(self),
): Promise<void> {
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
  const { name, platform, ...proven } = await enrolmentRequest(
    {
      userId: user.userId,
      activationCode: code ?? FIRST_CODE,
      name: handset.name,
      platform: 'ANDROID',
      pushToken,
    },
    handset.keys,
    self.now(),
  );
  const caller = stage.stored.is(users.at(user.userId)) ?? user;
  await insist(self, async () => {
    const enrolment = { caller, name, platform, ...proven, requestId: requestId(self) };
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

const pickPushToken = (self: Actor) => `push-shared-${Math.floor(self.random() * 3)}`;

/** Sends decisions that are none, as somebody does who tries: after thirty in a minute they must wait. */
export async function guesses(stage: Stage, self: Actor, user: User): Promise<void> {
  for (let times = 0; times < 16; times++) {
    const request = { userId: user.userId, changeId: 'nobodys', decision: '..', requestId: requestId(self) };
    await decideChange(stage.enter(self, 'decideChange'), request).catch(() => undefined);
  }
}

/** A phone gets another push token, which it may share with another. */
export async function movesPushToken(stage: Stage, self: Actor, user: User): Promise<void> {
  const phone = stage.phones.get(user.userId)?.at(-1);
  if (!phone) return;
  for (let times = 0; times < 3; times++) {
    const pushToken = pickPushToken(self);
    const signer = { deviceId: phone.deviceId, userId: user.userId, signingKey: phone.handset.keys.signing.privateKey };
    const signed = await signPushToken(pushToken, signer, self.now());
    const request = { userId: user.userId, deviceId: phone.deviceId, ...signed };
    await insist(self, () => updatePushToken(stage.enter(self, 'updatePushToken'), request));
    await self.sleep(Math.floor(self.random() * 1500));
  }
}

export { FIRST, HOLDER, SECOND };
