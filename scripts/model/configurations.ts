const INVARIANTS = [
  'NothingDecidedAfterShownExpired',
  'SeedOnlyWithItsPhone',
  'PhoneOnlyWithItsSeed',
  'OnePendingChange',
  'AppliedWasAuthorized',
  'RecordAgrees',
  'OverruledHasNoEffect',
  'RescueIsTheBanks',
  'WrongCodesReject',
];

/** Each guard of the lifecycle with a property that does not hold without it. */
export const GUARDS: readonly (readonly [guard: string, property: string])[] = [
  ['TOKEN_VERSION', 'RecordAgrees'],
  ['CHANGE_VERSION', 'RecordAgrees'],
  ['ONE_PENDING', 'OnePendingChange'],
  ['REQUESTER', 'AppliedWasAuthorized'],
  ['BINDING_CODE', 'AppliedWasAuthorized'],
  ['WRONG_CODES', 'WrongCodesReject'],
  ['SECOND_PERSON', 'AppliedWasAuthorized'],
  ['SUPERSEDE', 'OverruledHasNoEffect'],
  ['RESCUE_STAYS', 'RescueIsTheBanks'],
  ['FENCE', 'NothingDecidedAfterShownExpired'],
  ['AUTHORIZED', 'AppliedWasAuthorized'],
  ['SEED_DESTROYED', 'SeedOnlyWithItsPhone'],
  ['EVENTS', 'RecordAgrees'],
];

interface Size {
  readonly requests: readonly string[];
  readonly policies: readonly string[];
  readonly wrongCodes: number;
  readonly off: readonly string[];
}

function constants({ requests, policies, wrongCodes, off }: Size): string {
  return `CONSTANTS
  Held = {h1, h2}
  Blocks = {b1}
  Persons = {p1}
  Policies = {${policies.map((policy) => `"${policy}"`).join(', ')}}
  Elsewhere = {}
  WrongCodes = ${wrongCodes}
  Requests = {${requests.join(', ')}}
  Reconciler = ${requests[0]}
  Off = {${off.map((guard) => `"${guard}"`).join(', ')}}
  None = None
  Unread = Unread
`;
}

/** Every state of two held changes, a block and two requests at the same time; without the guards that are named. */
export function safety(...off: readonly string[]): string {
  return `${constants({ requests: ['r1', 'r2'], policies: ['HOLDER', 'REQUESTER', 'BANK'], wrongCodes: 3, off })}INIT Init
NEXT Next
VIEW View
SYMMETRY Symmetry
INVARIANTS ${INVARIANTS.join(' ')}
`;
}

/** Every change ends while the reconciler runs, whatever another request does; the record and what ends nothing are left out. */
export function liveness({ fair }: { readonly fair: boolean }): string {
  return `${constants({ requests: ['reconciler', 'r1'], policies: ['HOLDER', 'BANK'], wrongCodes: 1, off: ['EVENTS'] })}SPECIFICATION ${fair ? 'Spec' : 'Unfair'}
PROPERTY EveryChangeEnds
`;
}

/** Follows stored records, whose ids the module that is written beside it names. */
export function traces(): string {
  return `CONSTANTS
  Held <- HeldIds
  Blocks <- BlockIds
  Persons <- PersonIds
  Policies = {"HOLDER", "REQUESTER", "OTHER_ADMINISTRATOR", "BANK"}
  Elsewhere = {"ANOTHER_TOKEN"}
  WrongCodes = 3
  Requests = {r1}
  Reconciler = r1
  Off = {}
  None = "NONE"
  Unread = Unread
INIT TraceInit
NEXT TraceNext
INVARIANTS ReportFollowed ReportAccepted
`;
}
