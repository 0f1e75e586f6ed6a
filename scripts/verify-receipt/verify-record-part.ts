import { type Actor, eventHash, genesis, type TokenEvent } from '../../shared/domain/event.ts';
import type { Receipt, ReceiptRecord } from '../../shared/domain/receipt.ts';
import { assertStep, type Step } from './step.ts';

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

/** CHANGE: the events are this change's, by the persons and at the times that it names. */
export function verifyChange({ change, record }: Receipt): void {
  const { before, events } = record;
  const first = events[0];
  const applied = events.at(-1);
  assertStep(first !== undefined && applied !== undefined, 'CHANGE', 'MEMBER_MISSING');

  const firstOfRecord = genesis(change.companyId, change.tokenId).hash;
  assertStep(before !== null || (first.seq === 1 && first.previousHash === firstOfRecord), 'CHANGE', 'MEMBER_MISSING');

  const told = events.filter((event) => event.change?.changeId === change.changeId);
  const expected = change.authorization
    ? ['CHANGE_REQUESTED', 'CHANGE_AUTHORIZED', 'CHANGE_APPLIED']
    : ['CHANGE_APPLIED'];
  const inOrder = told.map(({ type }) => type).join() === expected.join();
  assertStep(inOrder && told[0] === first && told.at(-1) === applied, 'CHANGE', 'EVENTS_OF_ANOTHER_CHANGE');
  const sameWords = told.every(
    (event) =>
      event.change?.action === change.action &&
      event.change.reason === change.reason &&
      event.change.note === change.note,
  );
  assertStep(sameWords, 'CHANGE', 'EVENTS_OF_ANOTHER_CHANGE');

  const actorType = change.authorization?.policy === 'BANK' ? 'BANK' : 'USER';
  assertStep(
    isBy(first, change.requestedBy, actorType) && first.at === change.createdAt,
    'CHANGE',
    'PERSON_OR_TIME_DIFFERS',
  );
  assertStep(applied.at === change.appliedAt, 'CHANGE', 'PERSON_OR_TIME_DIFFERS');
  if (!change.authorization) return;
  const authorized = told[1];
  const { decidedBy, decidedAt, policy } = change.authorization;
  const sameDecision =
    authorized !== undefined &&
    isBy(authorized, decidedBy, actorType) &&
    authorized.at === decidedAt &&
    authorized.details.policy === policy;
  assertStep(sameDecision, 'CHANGE', 'PERSON_OR_TIME_DIFFERS');
}

function isBy({ actor }: TokenEvent, person: { userId: string; fullName: string }, type: Actor['type']): boolean {
  return actor.type === type && actor.userId === person.userId && actor.fullName === person.fullName;
}

/** EFFECT: what the application did to the token is what the action does. */
export function verifyEffect({ change, record }: Receipt): void {
  const { from, to, seedDestroyed } = record.events.at(-1)?.details ?? {};
  const done = {
    RELEASE: to === 'RELEASED' && (from === 'ACTIVE' || from === 'BLOCKED') && typeof seedDestroyed === 'boolean',
    BLOCK: to === 'BLOCKED',
    UNBLOCK: from === 'BLOCKED' && (to === 'PENDING_ENROLLMENT' || to === 'ACTIVE' || to === 'RELEASED'),
  };
  assertStep(done[change.action], 'EFFECT', 'EFFECT_DIFFERS');
}
