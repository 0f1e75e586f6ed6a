import type { TokenEvent } from '../domain/event.ts';
import type { UnsignedReceipt } from '../domain/receipt.ts';
import { assertStep } from './receipt-step.ts';

const BEFORE_A_BLOCK: readonly unknown[] = ['PENDING_ENROLLMENT', 'ACTIVE', 'RELEASED'];

/** EFFECT: the application did to the token what the action does, from the state that the events before left it in. */
export function verifyEffect({ change, device, record }: UnsignedReceipt): void {
  const { from, to, seedDestroyed, deviceId } = record.events.at(-1)?.details ?? {};
  const done = {
    RELEASE: to === 'RELEASED' && (from === 'ACTIVE' || from === 'BLOCKED') && typeof seedDestroyed === 'boolean',
    BLOCK: to === 'BLOCKED' && (from === 'BLOCKED' || BEFORE_A_BLOCK.includes(from)),
    UNBLOCK: from === 'BLOCKED' && BEFORE_A_BLOCK.includes(to),
  };
  assertStep(done[change.action], 'EFFECT', 'EFFECT_DIFFERS');
  // The holder's own phone decides only while the token is active with it, so that the release unbinds that very phone.
  const isOwn = device?.tokenId === change.tokenId;
  const unbinds = !isOwn || (change.action === 'RELEASE' && from === 'ACTIVE' && deviceId === device.deviceId);
  const chain = [record.before, ...record.events, record.after].filter((event) => event !== null);
  assertStep(unbinds && areLinked(chain), 'EFFECT', 'STATES_NOT_LINKED');
}

/** Where the events have left the token; a member is undefined as long as none of them tells it. */
interface TokenState {
  readonly status?: unknown;
  /** The phone that it is bound to. */
  readonly deviceId?: unknown;
  readonly beforeBlock?: unknown;
}

function areLinked(events: readonly TokenEvent[]): boolean {
  let state: TokenState | undefined = {};
  for (const event of events) {
    state = stateAfter(state, event);
    if (!state) return false;
  }
  return true;
}

/** The token's state after an event; undefined where the event contradicts what is known. */
function stateAfter(known: TokenState, event: TokenEvent): TokenState | undefined {
  const { from, to, deviceId } = event.details;
  if (event.type === 'TOKEN_CREATED') return { status: to };
  if (event.type !== 'TOKEN_ENROLLED' && event.type !== 'CHANGE_APPLIED') return known;
  if (!agrees(known.status, from)) return undefined;
  if (event.type === 'CHANGE_APPLIED') return stateAfterChange(known, event);
  return to === 'ACTIVE' ? { status: to, deviceId } : undefined;
}

function stateAfterChange(known: TokenState, { change, details }: TokenEvent): TokenState | undefined {
  const { from, to, deviceId } = details;
  if (change?.action === 'BLOCK') return { ...known, status: to, ...(from === 'BLOCKED' ? {} : { beforeBlock: from }) };
  if (change?.action === 'UNBLOCK') {
    return agrees(known.beforeBlock, to) ? { status: to, deviceId: known.deviceId } : undefined;
  }
  // An active token has a phone.
  const unbinds = agrees(known.deviceId, deviceId) && (from !== 'ACTIVE' || typeof deviceId === 'string');
  return unbinds ? { status: to } : undefined;
}

function agrees(known: unknown, told: unknown): boolean {
  return known === undefined || known === told;
}
