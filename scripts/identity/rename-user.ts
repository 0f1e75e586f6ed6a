import { randomUUID } from 'node:crypto';
import { StaleDecisionError } from '../../shared/errors.ts';
import { companies, type UsernameOwner } from '../../shared/repositories/items.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import { type StoredPerson, updatePerson } from '../import/decide-person.ts';
import { readKnown } from '../import/load-person.ts';
import { readOwner, writePerson } from '../import/person-store.ts';
import { refuseFormerName } from '../import/prepare-batches.ts';
import { describePerson, prepareOne } from '../import/prepare-one.ts';
import { retryPatiently } from '../import/retry-patiently.ts';
import type { UserPool } from '../import/user-pool.ts';
import { changeUnderWay, disabledUser, isSameName, nameTaken, noSuchUser, parseUsername } from './names.ts';

/** Everything outside the rules of a person's names. */
export interface IdentityWorld {
  readonly tables: Tables;
  readonly pool: UserPool;
  readonly now: () => Date;
}

/** The ids that the pool gave a person under their former name and under the new one. */
export interface NewIdentity {
  readonly userIdFrom: string;
  readonly userIdTo: string;
}

interface Wish {
  readonly username: string;
  readonly to: string;
  readonly requestId: string;
}

/**
 * Gives a person another username in their company. The pool renames nobody: they get a new sign-in, everything that is
 * theirs goes to it in one transaction, and the former one ends. What was done already is not done again.
 */
export async function renameUser(world: IdentityWorld, username: string, wanted: string): Promise<NewIdentity> {
  const wish = { username, to: parseUsername(wanted), requestId: randomUUID() };
  const renamed = await retryPatiently(() => world.tables.decideAgain(() => renameOnce(world, wish)));
  // By now its user is gone, so that it opens nothing any more.
  const pooled = await world.pool.find(username);
  if (pooled?.sub === renamed.userIdFrom) await world.pool.disable(username);
  return renamed;
}

async function renameOnce(world: IdentityWorld, wish: Wish): Promise<NewIdentity> {
  const { username, to } = wish;
  const { owner, stored } = await readKnown(world, username);
  if (!owner) throw noSuchUser(username);
  if (owner.renamedTo !== undefined) return readRenamed(world.tables, owner, to);
  if (!stored) throw new StaleDecisionError('A user changed while they were read');
  if (!stored.user.enabled) throw disabledUser(username);
  if (stored.virtual.pendingChange) throw changeUnderWay(username);
  return rename(world, owner, stored, wish);
}

async function readRenamed(tables: Tables, { userId, companyId, renamedTo = '' }: UsernameOwner, to: string) {
  const now = await readOwner(tables, renamedTo);
  if (!isSameName(renamedTo, to) || now?.companyId !== companyId) throw new Error(refuseFormerName(renamedTo));
  return { userIdFrom: userId, userIdTo: now.userId };
}

async function rename(
  { tables, pool, now }: IdentityWorld,
  owner: UsernameOwner,
  stored: StoredPerson,
  { to, requestId }: Wish,
): Promise<NewIdentity> {
  const { company } = await tables.read({ company: companies.at(owner.companyId) });
  if (!company) throw new Error('The company of a user is missing');
  const line = describePerson(stored, company);
  const claimed = await prepareOne({ ...line, username: to, physicalSerial: null }, { tables, now });
  if (claimed.owner) throw nameTaken(to);
  const { userId } = await pool.ensureUser(to, line.email, { enabled: true });
  const context = { now: now(), requestId, activationCodeSeconds: undefined };
  const decision = updatePerson(line, stored, context, { userId, username: to });
  if (!decision) throw new Error('A user was renamed without a change');
  await writePerson(tables, decision, owner, undefined, context);
  return { userIdFrom: stored.user.userId, userIdTo: userId };
}
