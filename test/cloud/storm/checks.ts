import type { Push } from '../support/relay.ts';
import type { Change, Token, TokenEvent } from '../support/shapes.ts';
import type { Chronicle } from './chronicle.ts';
import type { Crew, Request } from './crew.ts';
import type { Damage } from './weather.ts';

/** A broken rule, and the change or token whose story tells why. */
export interface Finding {
  readonly what: string;
  readonly subject: string;
}

const OPEN = ['PENDING_AUTHORIZATION', 'AUTHORIZED'];
export const isOpen = ({ status }: Pick<Change, 'status'>) => OPEN.includes(status);

/** Every code of the contract that these clients may be told. */
const CODES = new Set([
  'USER_DISABLED',
  'OWN_TOKEN',
  'PROOF_REFUSED',
  'BINDING_CODE_MISMATCH',
  'NOT_FOUND',
  'ACTION_NOT_AVAILABLE',
  'CHANGE_ALREADY_PENDING',
  'CHANGE_CLOSED',
  'NO_APPROVER_AVAILABLE',
  'DEVICE_ALREADY_ENROLLED',
  'ACTIVATION_CODE_INVALID',
  'TOO_MANY_REQUESTS',
  'UNAVAILABLE',
]);

/** A worker that was killed may have been at its call, or have been given it before the engine saw that it was gone. */
const AFTER_KILL_MS = 3_000;

/** Each answer is one of the contract's; none comes from the inside but for a killed worker. */
export function checkAnswers({ calls }: Chronicle, { kills }: Damage): Finding[] {
  return calls.flatMap((call) => {
    const wrong = findWrong(call, kills);
    if (wrong === undefined) return [];
    const subject = call.changes[0]?.changeId ?? (call.about || call.what);
    return [{ what: `${wrong}: ${call.who} ${call.what} ${JSON.stringify(call.answer?.body)}`, subject }];
  });
}

/** Tells why an answer is none of the contract's; undefined where it is one. */
function findWrong({ answer, code, sentAt, answeredAt }: Chronicle['calls'][number], kills: Damage['kills']) {
  if (!answer || answer.status === 502) {
    const wasKilled = kills.some(({ at }) => at >= sentAt - AFTER_KILL_MS && at <= answeredAt);
    return wasKilled ? undefined : 'no answer of the service, and no worker killed';
  }
  const { status, headers } = answer;
  if (status < 300) return undefined;
  if (code === undefined || !CODES.has(code)) return `an answer that the contract does not have (${status})`;
  return [429, 503].includes(status) && !headers.get('retry-after') ? 'no Retry-After' : undefined;
}

/** A change that was once shown as ended is never anything else. */
export function checkSightings({ calls }: Chronicle, ends: ReadonlyMap<string, Change>): Finding[] {
  const ended = new Map<string, { status: string; at: number }>();
  const seen = calls.flatMap((call) => call.changes.map((change) => ({ ...change, call })));
  for (const { changeId, status, call } of seen.toSorted((one, other) => one.call.answeredAt - other.call.answeredAt)) {
    if (!OPEN.includes(status) && !ended.has(changeId)) ended.set(changeId, { status, at: call.answeredAt });
  }
  return seen.flatMap(({ changeId, status, call }) => {
    const end = ended.get(changeId);
    const found = (what: string) => [{ what: `${what} at +${call.sentAt} ms (${call.what})`, subject: changeId }];
    if (!OPEN.includes(status) && status !== ends.get(changeId)?.status) {
      return found(`shown ${status}, and ended ${ends.get(changeId)?.status}`);
    }
    return end && OPEN.includes(status) && call.sentAt > end.at ? found(`shown ${status} after ${end.status}`) : [];
  });
}

/** One key is one change: no request has two, and none is of no request. */
export function checkEffects(requests: readonly Request[], changes: readonly Change[]): Finding[] {
  const byNote = Map.groupBy(changes, ({ note }) => note);
  const stray = changes.filter(({ note }) => !requests.some((request) => request.note === note));
  return [
    ...stray.map(({ changeId }) => ({ what: 'a change that nobody asked for', subject: changeId })),
    ...requests.flatMap(({ note, changeId }) => {
      const made = (byNote.get(note) ?? []).map((change) => change.changeId);
      if (changeId === undefined ? made.length <= 1 : made.length === 1 && made[0] === changeId) return [];
      return [{ what: `one key made ${made.length} changes: ${made.join(', ')}`, subject: note }];
    }),
  ];
}

const CLOSING = new Map([
  ['CHANGE_APPLIED', 'APPLIED'],
  ['CHANGE_REJECTED', 'REJECTED'],
  ['CHANGE_EXPIRED', 'EXPIRED'],
  ['CHANGE_CANCELLED', 'CANCELLED'],
  ['CHANGE_SUPERSEDED', 'SUPERSEDED'],
]);

/** Each change is requested once and ended once in the record, as it says itself; a block is applied at once. */
export function checkEvents(changes: readonly Change[], events: readonly TokenEvent[]): Finding[] {
  const byChange = Map.groupBy(events, ({ change }) => change?.changeId);
  return changes.flatMap(({ changeId, action, status, authorization }) => {
    const types = (byChange.get(changeId) ?? []).map(({ type }) => type);
    const before = [
      ...(action === 'BLOCK' ? [] : ['CHANGE_REQUESTED']),
      ...(authorization?.decidedBy && status !== 'REJECTED' ? ['CHANGE_AUTHORIZED'] : []),
    ];
    const isRight =
      types.length === before.length + 1 &&
      before.every((type, index) => types[index] === type) &&
      CLOSING.get(types.at(-1) ?? '') === status;
    return isRight ? [] : [{ what: `${action} ${status}, and its events are ${types.join(', ')}`, subject: changeId }];
  });
}

/** A token with its whole record, and the phone whose seed is stored for it. */
export interface StoredToken {
  readonly token: Token;
  readonly events: readonly TokenEvent[];
  readonly seed: string | null;
}

/** The token is as its events say, one after another, and has a seed of its own phone or none. */
export function checkToken({ token, events, seed }: StoredToken): Finding[] {
  const { status, deviceId, wrong } = followRecord(events);
  const device = token.device?.deviceId ?? null;
  const all = [
    ...wrong,
    ...(token.status !== status || device !== deviceId
      ? [`${token.status} with ${device}; its record: ${status} with ${deviceId}`]
      : []),
    ...(token.pendingChange ? ['a change is still pending'] : []),
    ...(seed !== device ? [`a seed of ${seed}, and the phone is ${device}`] : []),
  ];
  return all.map((what) => ({ what, subject: token.tokenId }));
}

/** Follows a token's record to the state and the phone that it leads to, and tells what does not fit on the way. */
function followRecord(events: readonly TokenEvent[]) {
  let [status, deviceId]: [string, unknown] = ['PENDING_ENROLLMENT', null];
  const wrong: string[] = [];
  for (const { seq, type, details, change } of events) {
    if (type !== 'TOKEN_ENROLLED' && type !== 'CHANGE_APPLIED') continue;
    if (details.from !== status) wrong.push(`event ${seq} is of a ${details.from} token, and it was ${status}`);
    status = String(details.to);
    if (type === 'TOKEN_ENROLLED') deviceId = details.deviceId;
    if (!change || details.seedDestroyed === undefined) continue;
    if (details.deviceId !== deviceId) wrong.push(`event ${seq} retires ${details.deviceId}, not ${deviceId}`);
    if (details.seedDestroyed !== (deviceId !== null))
      wrong.push(`event ${seq}: seedDestroyed ${details.seedDestroyed}`);
    deviceId = null;
  }
  return { status, deviceId, wrong };
}

/** Only an approver of the change's policy decided it, with the right code and a phone that was then theirs. */
export function checkDecisions(
  crew: Crew,
  chronicle: Chronicle,
  changes: readonly Change[],
  events: readonly TokenEvent[],
): Finding[] {
  const administrators = crew.administrators.map(({ phone }) => phone.userId);
  const holders = new Map(crew.apps.map(({ tokenId, userId }) => [tokenId, userId]));
  const wrong = changes.filter(({ tokenId, requestedBy, authorization }) => {
    const by = authorization?.decidedBy?.userId;
    if (!authorization || by === undefined) return false;
    if (authorization.policy === 'HOLDER') return by !== holders.get(tokenId);
    return !administrators.includes(by) || (authorization.policy === 'REQUESTER') !== (by === requestedBy.userId);
  });
  const approved = new Set(crew.decisions.flatMap(({ kind, changeId }) => (kind === 'APPROVE' ? changeId : [])));
  const unasked = events.filter(
    ({ type, change }) => type === 'CHANGE_AUTHORIZED' && !approved.has(change?.changeId ?? ''),
  );
  const accepted = crew.decisions.filter(({ status }) => status === 200);
  const refusable = accepted.filter(({ kind }) => kind === 'IMPOSTOR' || kind === 'WRONG_CODE');
  const late = accepted.filter(({ phone, sentAt }) => {
    const retired = events.find(
      ({ type, details }) => type === 'CHANGE_APPLIED' && details.deviceId === phone.deviceId,
    );
    return retired?.change && sentAt > shownAt(chronicle, retired.change.changeId, 'APPLIED');
  });
  return [
    ...wrong.map(({ changeId }) => ({ what: 'decided by somebody who may not', subject: changeId })),
    ...unasked.map(({ change }) => ({ what: 'authorized without an approval', subject: change?.changeId ?? '' })),
    ...refusable.map(({ changeId, kind }) => ({ what: `a decision was accepted: ${kind}`, subject: changeId })),
    ...late.map(({ changeId }) => ({ what: 'decided by a phone that was retired', subject: changeId })),
  ];
}

/** When somebody was first told that the change is in this status. */
function shownAt({ calls }: Chronicle, changeId: string, status: string): number {
  const telling = calls.filter(({ changes }) =>
    changes.some((change) => change.changeId === changeId && change.status === status),
  );
  return Math.min(...telling.map(({ answeredAt }) => answeredAt));
}

/** A hold that nobody closed was prompted, or says that it could not be; one that says it was had a push. */
export function checkPrompts(changes: readonly Change[], pushes: readonly Push[]): Finding[] {
  const prompted = new Set(
    pushes.flatMap(({ payload }) => {
      const text = JSON.stringify(payload);
      return text.includes('AUTHORIZATION_PENDING') ? changes.filter(({ changeId }) => text.includes(changeId)) : [];
    }),
  );
  return changes.flatMap((change) => {
    const { status, authorization, notification, changeId } = change;
    if (!authorization) return [];
    if (notification.status === 'SENT' && !prompted.has(change))
      return [{ what: 'SENT without a push', subject: changeId }];
    const isUnprompted = status === 'EXPIRED' && notification.status === 'PENDING';
    return isUnprompted ? [{ what: 'nobody was prompted until its time was over', subject: changeId }] : [];
  });
}
