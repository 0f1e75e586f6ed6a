import { type Actor, eventHash, genesis, type TokenEvent } from '../domain/event.ts';
import type { ReceiptRecord, UnsignedReceipt } from '../domain/receipt.ts';
import { assertStep, type Step } from './receipt-step.ts';

/** The event's hash is that of its contents. */
export function verifyEventHash(event: TokenEvent, step: Step): void {
  const { hash, ...rest } = event;
  assertStep(eventHash(rest) === hash, step, 'EVENT_HASH_WRONG');
}

/** RECORD: each event is whole, and follows the one before it without a gap. */
export function verifyRecord({ before, events, after, head }: ReceiptRecord): void {
  const chain = [before, ...events, after].filter((event) => event !== null);
  assertStep(events.length > 0, 'RECORD', 'MEMBER_MISSING');
  for (const [index, event] of chain.entries()) {
    verifyEventHash(event, 'RECORD');
    const previous = chain[index - 1];
    if (!previous) continue;
    assertStep(event.previousHash === previous.hash && event.seq === previous.seq + 1, 'RECORD', 'EVENTS_NOT_LINKED');
  }
  const last = chain.at(-1);
  assertStep(last !== undefined && head.seq >= last.seq, 'RECORD', 'HEAD_WRONG');
  // With nothing after the change, or nothing after what follows it, the last event is the record's head.
  const isHead = after === null || head.seq === last.seq;
  assertStep(!isHead || (head.seq === last.seq && head.hash === last.hash), 'RECORD', 'HEAD_WRONG');
}

/** Each time is its own function's: their clocks may differ by this much. */
const CLOCK_SKEW_MS = 10_000;

/** CHANGE: the events are this change's and this token's, by the persons and at the times that it names. */
export function verifyChange({ change, record, issuedAt }: UnsignedReceipt): void {
  const { before, events, after } = record;
  const [first] = events;
  const applied = events.at(-1);
  assertStep(first !== undefined && applied !== undefined, 'CHANGE', 'MEMBER_MISSING');
  assertStep(before !== null || first.seq === 1, 'CHANGE', 'MEMBER_MISSING');
  const ofToken = [before, ...events, after].every((event) => event === null || beginsRecord(event, change));
  assertStep(ofToken, 'CHANGE', 'FOREIGN_RECORD');

  const { authorization } = change;
  const told = events.filter((event) => event.change?.changeId === change.changeId);
  const expected = authorization ? ['CHANGE_REQUESTED', 'CHANGE_AUTHORIZED', 'CHANGE_APPLIED'] : ['CHANGE_APPLIED'];
  const inOrder = told.map(({ type }) => type).join() === expected.join();
  const sameWords = told.every(
    (event) =>
      event.change?.action === change.action &&
      event.change.reason === change.reason &&
      event.change.note === change.note,
  );
  const isPart = inOrder && told[0] === first && told.at(-1) === applied && sameWords;
  assertStep(isPart && isAlone(change, events), 'CHANGE', 'EVENTS_OF_ANOTHER_CHANGE');

  const actorType = authorization?.policy === 'BANK' ? 'BANK' : 'USER';
  const asTold =
    isBy(first, change.requestedBy, actorType) &&
    first.at === change.createdAt &&
    applied.at === change.appliedAt &&
    (!authorization || isAuthorizedAsTold(authorization, told, actorType));
  assertStep(asTold, 'CHANGE', 'PERSON_OR_TIME_DIFFERS');
  const times = [change.createdAt, authorization?.decidedAt ?? change.createdAt, change.appliedAt, issuedAt];
  assertStep(areInOrder(times), 'CHANGE', 'TIMES_OUT_OF_ORDER');
}

/** The first event of a record follows the hash of its company and token; of any other nothing is said. */
export function beginsRecord({ seq, previousHash }: TokenEvent, of: { companyId: string; tokenId: string }): boolean {
  return seq > 1 || previousHash === genesis(of.companyId, of.tokenId).hash;
}

/** No other change is requested, authorized or applied meanwhile; but a block takes effect while a rescue is held. */
function isAlone({ changeId, authorization }: UnsignedReceipt['change'], events: readonly TokenEvent[]): boolean {
  return events.every(({ type, change }) => {
    if (!change || change.changeId === changeId) return true;
    if (type === 'CHANGE_APPLIED') return authorization?.policy === 'BANK' && change.action === 'BLOCK';
    return type !== 'CHANGE_REQUESTED' && type !== 'CHANGE_AUTHORIZED';
  });
}

/** Its policy is that of the request and of the decision; the service applies what a person decided. */
function isAuthorizedAsTold(
  { decidedBy, decidedAt, policy }: NonNullable<UnsignedReceipt['change']['authorization']>,
  [requested, authorized, applied]: readonly TokenEvent[],
  actorType: Actor['type'],
): boolean {
  return (
    requested?.details.policy === policy &&
    authorized?.details.policy === policy &&
    isBy(authorized, decidedBy, actorType) &&
    authorized.at === decidedAt &&
    applied?.actor.type === 'SYSTEM'
  );
}

function isBy({ actor }: TokenEvent, person: { userId: string; fullName: string }, type: Actor['type']): boolean {
  return actor.type === type && actor.userId === person.userId && actor.fullName === person.fullName;
}

function areInOrder(times: readonly string[]): boolean {
  const moments = times.map((time) => Date.parse(time));
  return moments.every((moment, index) => moment >= (moments[index - 1] ?? moment) - CLOCK_SKEW_MS);
}
