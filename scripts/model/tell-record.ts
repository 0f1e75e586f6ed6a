import type { StoredEvent, StoredRecord } from './stored-record.ts';

/** The model's name for something absent. */
const NONE = 'NONE';

/** A record as the model tells it: its events, and the token that it must end with. */
export interface ToldRecord {
  readonly events: readonly (readonly (string | boolean)[])[];
  readonly token: {
    readonly status: string;
    readonly before: string;
    readonly phone: boolean;
    readonly pending: string;
  };
  readonly persons: readonly string[];
}

/** Names an id; the same each time. */
type Naming = (id: string | undefined) => string;

/** Numbers ids in the order in which they are first seen: two records that differ in ids alone are told the same. */
function numbered(prefix: string, names: Map<string, string>): Naming {
  return (id) => {
    if (id === undefined) return NONE;
    const name = names.get(id) ?? `${prefix}${names.size + 1}`;
    names.set(id, name);
    return name;
  };
}

/** Tells a stored record as the model does. */
export function tellRecord({ events, token }: StoredRecord): ToldRecord {
  const persons = new Map<string, string>();
  const held = numbered('c', new Map());
  const naming = { held, block: numbered('b', new Map()), person: numbered('p', persons) };
  return {
    events: events.map((event) => tellEvent(event, naming)),
    token: {
      status: token.status,
      before: token.statusBeforeBlock ?? NONE,
      phone: token.device !== null,
      pending: held(token.pendingChange?.changeId),
    },
    persons: [...persons.values()],
  };
}

function tellEvent(
  { type, actor, change, details }: StoredEvent,
  { held, block, person }: { held: Naming; block: Naming; person: Naming },
): (string | boolean)[] {
  const { from = NONE, to = NONE, policy = NONE, cause } = details;
  const about = (change?.action === 'BLOCK' ? block : held)(change?.changeId);
  switch (type) {
    case 'TOKEN_CREATED':
      return [type, to];
    case 'TOKEN_ENROLLED':
    case 'PHYSICAL_TOKEN_DISABLED':
      return [type, from, to];
    case 'CHANGE_REQUESTED':
      return [type, about, change?.action ?? NONE, policy, policy === 'BANK' ? NONE : person(actor.userId)];
    case 'CHANGE_AUTHORIZED':
      return [type, about, policy];
    case 'CHANGE_REJECTED':
      return [type, about, details.disowned ? 'NOT_ME' : (REJECTIONS[cause ?? ''] ?? 'REJECTED')];
    case 'CHANGE_CANCELLED':
      return [type, about, cause ?? 'CANCELLED'];
    case 'CHANGE_EXPIRED':
    case 'CHANGE_SUPERSEDED':
      return [type, about];
    case 'CHANGE_APPLIED': {
      const told = [type, about, change?.action ?? NONE, from, to];
      return details.seedDestroyed === undefined ? told : [...told, details.seedDestroyed];
    }
    case 'SUSPENSION_CLEARED':
      return [type, person(details.requesterId), held(details.changeId)];
    case 'HOLDER_UPDATED':
    case 'ACTIVATION_CODE_CREATED':
      return [type];
  }
}

const REJECTIONS: Readonly<Record<string, string>> = { BINDING_CODE_MISMATCH: 'WRONG_CODES', DISOWNED: 'DISOWNED' };

/** The module `Records` that TraceCheck reads. */
export function recordsModule(records: readonly ToldRecord[]): string {
  const names = records.flatMap(({ events, persons }) => [...events.flat().map(String), ...persons]);
  const all = (pattern: RegExp) => [...new Set(names.filter((name) => pattern.test(name)))].sort();
  return `---- MODULE Records ----
HeldIds == ${set(all(/^c\d+$/))}
BlockIds == ${set(all(/^b\d+$/))}
PersonIds == ${set(all(/^p\d+$/))}
Records == <<
${records.map(tla).join(',\n')}
>>
====
`;
}

function tla({ events, token, persons }: ToldRecord): string {
  const { status, before, phone, pending } = token;
  const stored = `[status |-> ${value(status)}, before |-> ${value(before)}, phone |-> ${value(phone)}, pending |-> ${value(pending)}]`;
  const told = events.map((event) => `<<${event.map(value).join(', ')}>>`).join(', ');
  return `[events |-> <<${told}>>, token |-> ${stored}, persons |-> ${set(persons)}]`;
}

const set = (names: readonly string[]): string => `{${names.map(value).join(', ')}}`;
const value = (member: string | boolean): string =>
  typeof member === 'string' ? `"${member}"` : member ? 'TRUE' : 'FALSE';
