import { digest } from './canonical.ts';
import type { Company } from './company.ts';
import {
  type Actor,
  COMPANY_RECORD,
  chainEvents,
  type EventContent,
  type EventDetails,
  genesis,
  type TokenEvent,
} from './event.ts';
import { isAdministrator, type User } from './user.ts';

/** A company as a load describes it. */
export type CompanyFacts = Pick<Company, 'companyId' | 'name' | 'authorizationPolicy'>;

/** The writes of one transaction about a company: as it was (null where it is new), as it becomes, and its events. */
export interface CompanyTransition {
  readonly before: Company | null;
  readonly company: Company;
  readonly events: readonly TokenEvent[];
}

/** Who changes a company, when, and in which request or run. */
export interface CompanyContext {
  readonly actor: Actor;
  readonly now: Date;
  readonly requestId: string;
}

/** Makes a company say what is wanted of it; null where it does. */
export function updateCompany(
  before: Company | null,
  { companyId, name, authorizationPolicy }: CompanyFacts,
  context: CompanyContext,
): CompanyTransition | null {
  if (!before) {
    const created = composeEvent('COMPANY_CREATED', { name, policy: authorizationPolicy }, context);
    const head = genesis(companyId, COMPANY_RECORD);
    const { recordHead, events } = chainEvents(head, [created]);
    return { before, company: { companyId, name, authorizationPolicy, recordHead }, events };
  }
  const contents = [
    ...(before.name === name ? [] : [composeEvent('COMPANY_RENAMED', { from: before.name, to: name }, context)]),
    ...(before.authorizationPolicy === authorizationPolicy
      ? []
      : [composeEvent('POLICY_CHANGED', { from: before.authorizationPolicy, to: authorizationPolicy }, context)]),
  ];
  if (contents.length === 0) return null;
  const appended = appendToCompany(before, contents, context);
  return { ...appended, company: { ...appended.company, name, authorizationPolicy } };
}

/**
 * Appends events to the company's own record. One that was loaded before companies had a record begins it with the
 * state in which it is found.
 */
export function appendToCompany(
  before: Company,
  contents: readonly EventContent[],
  context: CompanyContext,
): CompanyTransition {
  const { companyId, name, authorizationPolicy: policy } = before;
  const found = before.recordHead ? [] : [composeEvent('COMPANY_FOUND', { name, policy }, context)];
  const head = before.recordHead ?? genesis(companyId, COMPANY_RECORD);
  const { recordHead, events } = chainEvents(head, [...found, ...contents]);
  return { before, company: { ...before, recordHead }, events };
}

/** Lists what a user's change is to their company: who may act in it, and the address that notices go to. */
export function listUserEvents(before: User | null, user: User, context: CompanyContext): EventContent[] {
  const { userId, fullName, role, enabled, email } = user;
  const changed = findChangedRight(before, user);
  const moved = before && before.userId !== userId ? { userIdFrom: before.userId } : {};
  return [
    ...(changed ? [composeEvent(changed, { userId, ...moved, fullName, role, enabled }, context)] : []),
    ...(before && before.email !== email
      ? [
          composeEvent(
            'NOTICE_ADDRESS_CHANGED',
            { userId, fullName, from: digestAddress(before), to: digestAddress(user) },
            context,
          ),
        ]
      : []),
  ];
}

/** A secondary user who comes in is told by their tokens' records alone: they take part in no decision yet. */
function findChangedRight(before: User | null, user: User): EventContent['type'] | undefined {
  const acted = before !== null && isAdministrator(before);
  if (acted !== isAdministrator(user)) return acted ? 'ADMINISTRATOR_REMOVED' : 'ADMINISTRATOR_ADDED';
  if (!before) return undefined;
  // An administrator who was renamed, or whom the pool had lost: the record of their rights goes on under the new id.
  if (acted && before.userId !== user.userId) return 'SIGN_IN_CHANGED';
  if (before.enabled === user.enabled) return undefined;
  return user.enabled ? 'USER_ENABLED' : 'USER_DISABLED';
}

/** An address as a record has it: whoever knows it can find it there, and nobody can read it out. */
export function digestAddress({ userId, email }: Pick<User, 'userId' | 'email'>): string {
  return digest({ userId, address: email });
}

function composeEvent(
  type: EventContent['type'],
  details: EventDetails,
  { actor, now, requestId }: CompanyContext,
): EventContent {
  return { type, at: now.toISOString(), actor, details: { ...details, requestId } };
}
