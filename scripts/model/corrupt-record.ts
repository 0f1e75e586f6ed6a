import type { NamedRecord, StoredEvent } from './stored-record.ts';

/**
 * Events that do not change the token's state: a record with one more, one less or another order of these is possible.
 */
const WITHOUT_STATE: readonly StoredEvent['type'][] = [
  'HOLDER_UPDATED',
  'ACTIVATION_CODE_CREATED',
  'SUSPENSION_CLEARED',
];

const OTHER_STATE: Readonly<Record<string, string>> = {
  PENDING_ENROLLMENT: 'RELEASED',
  ACTIVE: 'BLOCKED',
  BLOCKED: 'ACTIVE',
  RELEASED: 'PENDING_ENROLLMENT',
  ENABLED: 'DISABLED',
  DISABLED: 'ENABLED',
};

/**
 * The record with one fault each: an event removed, doubled, exchanged with the next, or with another state before or
 * after it. Whoever forges so numbers the events anew, so that no number gives them away. Left out is what makes another
 * record that may be.
 */
export function corruptRecord({ name, events, token }: NamedRecord): NamedRecord[] {
  return events.flatMap((event, index) => {
    const { from, to } = event.details;
    const next = events[index + 1];
    const corrupted = (fault: string, changed: StoredEvent[]): NamedRecord => ({
      name: `${name}: ${fault} event ${index + 1}, ${event.type}`,
      events: changed,
      token,
    });
    const altered = (details: StoredEvent['details']) =>
      events.with(index, { ...event, details: { ...event.details, ...details } });
    return [
      ...(from ? [corrupted('altered from of', altered({ from: OTHER_STATE[from] }))] : []),
      ...(to ? [corrupted('altered to of', altered({ to: OTHER_STATE[to] }))] : []),
      ...(WITHOUT_STATE.includes(event.type) ? [] : [corrupted('doubled', events.toSpliced(index, 0, event))]),
      ...(mayBeMissing(event, events) ? [] : [corrupted('removed', events.toSpliced(index, 1))]),
      ...(next && !mayBeExchanged(event, next)
        ? [corrupted('exchanged', events.with(index, next).with(index + 1, event))]
        : []),
    ];
  });
}

/** A rejection may be disowned at once, later or never. */
function mayBeMissing({ type, change }: StoredEvent, events: readonly StoredEvent[]): boolean {
  const rejections = events.filter((other) => other.type === type && other.change?.changeId === change?.changeId);
  return WITHOUT_STATE.includes(type) || (type === 'CHANGE_REJECTED' && rejections.length > 1);
}

/** A rescue may be proposed, and confirmed, before a block or after it. */
function mayBeExchanged(one: StoredEvent, other: StoredEvent): boolean {
  const isRescue = ({ type, details }: StoredEvent) => type !== 'CHANGE_APPLIED' && details.policy === 'BANK';
  const isBlock = ({ change }: StoredEvent) => change?.action === 'BLOCK';
  const isFree = ({ type }: StoredEvent) => WITHOUT_STATE.includes(type);
  return isFree(one) || isFree(other) || (isRescue(one) && isBlock(other)) || (isBlock(one) && isRescue(other));
}
