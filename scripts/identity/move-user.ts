import { randomUUID } from 'node:crypto';
import type { Random } from '../../shared/clock.ts';
import { StaleDecisionError } from '../../shared/errors.ts';
import { retireUsername } from '../../shared/repositories/company-writes.ts';
import { companies, type UsernameOwner } from '../../shared/repositories/items.ts';
import { Administrators } from '../import/administrators.ts';
import type { StoredPerson } from '../import/decide-person.ts';
import type { PersonLine } from '../import/file/person-line.ts';
import { type ImportWorld, type Known, loadPerson, readKnown } from '../import/load-person.ts';
import { readOwner } from '../import/person-store.ts';
import { refuseFormerName } from '../import/prepare-batches.ts';
import { describePerson, prepareOne } from '../import/prepare-one.ts';
import { retryPatiently } from '../import/retry-patiently.ts';
import { openScratch } from '../import/scratch.ts';
import { Turns } from '../import/turns.ts';
import { Warnings } from '../import/warnings.ts';
import { isSameName, nameTaken, noSuchCompany, noSuchUser, parseUsername, sameCompany } from './names.ts';
import type { IdentityWorld, NewIdentity } from './rename-user.ts';

/** A person's move: under this name they leave, and under that one they come in. */
export interface Move {
  readonly username: string;
  readonly to: string;
  readonly companyId: string;
}

export interface Moved extends NewIdentity {
  readonly warnings: readonly string[];
}

/**
 * Moves a person to another company, where they come in under a name of that company's. Where they were, they are disabled
 * for good, and their record stays. First they leave: at no moment may they act in both. What was done already is not
 * done again.
 */
export async function moveUser(
  world: IdentityWorld & { readonly random: Random },
  { username, to: wanted, companyId }: Move,
): Promise<Moved> {
  const { tables } = world;
  const scratch = openScratch();
  const administrators = new Administrators(scratch);
  const warnings = new Warnings(scratch);
  const moving: Moving = {
    world: { ...world, companies: { ensure: async () => {} }, administrators, turns: new Turns(), invite: false },
    now: world.now,
    contextNow: contextsOfOneRun(world.now),
  };
  const move = { username, to: parseUsername(wanted), companyId };
  const moved = await retryPatiently(() => tables.decideAgain(() => moveOnce(moving, move)));
  await administrators.warn(tables, warnings);
  return { ...moved, warnings: [...warnings.list()] };
}

interface Moving {
  readonly world: ImportWorld;
  readonly now: () => Date;
  readonly contextNow: Parameters<typeof loadPerson>[3];
}

function contextsOfOneRun(now: () => Date): Moving['contextNow'] {
  const requestId = randomUUID();
  return () => ({ now: now(), requestId, activationCodeSeconds: undefined });
}

async function moveOnce(moving: Moving, { username, to, companyId }: Move): Promise<NewIdentity> {
  const { tables, pool } = moving.world;
  const [{ owner, stored }, { company }] = await Promise.all([
    readKnown({ tables }, username),
    tables.read({ company: companies.at(companyId) }),
  ]);
  if (!owner) throw noSuchUser(username);
  if (!company) throw noSuchCompany(companyId);
  if (owner.companyId === companyId) throw sameCompany(username);
  const { renamedTo } = owner;
  if (renamedTo !== undefined && !isSameName(renamedTo, to)) throw new Error(refuseFormerName(renamedTo));
  if (!stored) throw new StaleDecisionError('A user changed while they were read');

  const line = { ...describePerson(stored, company), username: to };
  const there = await readOwner(tables, to);
  if (there?.companyId === companyId && renamedTo === undefined) throw nameTaken(to);
  const { owner: arrived } = await prepareOne(line, { tables, now: moving.now });
  if (!arrived) {
    // A name or address that the pool does not take is found before anything is done.
    await pool.ensureUser(to, line.email, { enabled: false });
    if (renamedTo === undefined) await leave(moving, owner, stored, to);
    await load(moving, line, { owner: undefined, stored: undefined });
  }
  const now = arrived ?? (await readOwner(tables, to));
  if (!now) throw new StaleDecisionError('A user changed while they were read');
  return { userIdFrom: owner.userId, userIdTo: now.userId };
}

/** Takes the person's rights where they are, and then their name, so that no load gives the rights back. */
async function leave(moving: Moving, owner: UsernameOwner, stored: StoredPerson, to: string): Promise<void> {
  const { tables } = moving.world;
  const { user } = stored;
  const { company } = await tables.read({ company: companies.at(user.companyId) });
  if (!company) throw new Error('The company of a user is missing');
  await load(moving, { ...describePerson(stored, company), role: 'DISABLED' }, { owner, stored });
  await tables.transact([retireUsername(user.username, { ...owner, canSignIn: false }, to)]);
}

async function load({ world, contextNow }: Moving, line: PersonLine, known: Known): Promise<void> {
  const loaded = await loadPerson(world, line, known, contextNow);
  if ('reason' in loaded) throw new Error(loaded.reason);
}
