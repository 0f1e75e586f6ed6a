import { approvalPolicySchema, type Company } from './company.ts';
import { digestAddress } from './company-record.ts';
import type { EventDetails, TokenEvent } from './event.ts';
import { isAdministrator, roleSchema, type User } from './user.ts';

/** A person as a company's own record leads to them. */
export interface ReplayedPerson {
  readonly administrator?: boolean;
  readonly enabled?: boolean;
  /** Digest of the address that notices go to, once it changed. */
  readonly address?: string;
}

/** A company as its own record leads to it; a member is undefined where the record does not say. */
export interface ReplayedCompany {
  readonly name: string | undefined;
  readonly policy: Company['authorizationPolicy'] | undefined;
  /** The administrators there were, and everybody else whose rights or address changed. */
  readonly people: ReadonlyMap<string, ReplayedPerson>;
}

/** The state to which a company's record with no event leads. */
export const NO_COMPANY: ReplayedCompany = { name: undefined, policy: undefined, people: new Map() };

/** Follows a company's own record by one event. */
export function replayCompany(company: ReplayedCompany, { type, details }: TokenEvent): ReplayedCompany {
  switch (type) {
    case 'COMPANY_CREATED':
    case 'COMPANY_FOUND':
      return { ...company, name: readText(details.name), policy: readPolicy(details.policy) };
    case 'COMPANY_RENAMED':
      return { ...company, name: readText(details.to) };
    case 'POLICY_CHANGED':
      return { ...company, policy: readPolicy(details.to) };
    case 'ADMINISTRATOR_ADDED':
    case 'ADMINISTRATOR_REMOVED':
    case 'USER_ENABLED':
    case 'USER_DISABLED':
    case 'SIGN_IN_CHANGED':
      return withPerson(company, details, readRights(details));
    case 'NOTICE_ADDRESS_CHANGED': {
      const address = readText(details.to);
      return withPerson(company, details, address === undefined ? {} : { address });
    }
    default:
      return company;
  }
}

/** Under another id than before, a person is told anew: the digest of their address has the earlier id in it. */
function withPerson(
  company: ReplayedCompany,
  { userId, userIdFrom }: EventDetails,
  told: ReplayedPerson,
): ReplayedCompany {
  if (typeof userId !== 'string') return company;
  const others = [...company.people].filter(([id]) => id !== userIdFrom);
  return { ...company, people: new Map([...others, [userId, { ...company.people.get(userId), ...told }]]) };
}

function readRights({ role, enabled }: EventDetails): ReplayedPerson {
  const known = roleSchema.options.find((option) => option === role);
  if (known === undefined || typeof enabled !== 'boolean') return {};
  return { enabled, administrator: enabled && known === 'ADMINISTRATOR' };
}

/** The stored state of a person, as a company's own record tells of them. */
export function tellPerson(user: User): Required<ReplayedPerson> {
  return { administrator: isAdministrator(user), enabled: user.enabled, address: digestAddress(user) };
}

const readText = (value: unknown) => (typeof value === 'string' ? value : undefined);
const readPolicy = (value: unknown) => approvalPolicySchema.options.find((option) => option === value);
