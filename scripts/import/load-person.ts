import type { Random } from '../../shared/clock.ts';
import { StaleDecisionError } from '../../shared/errors.ts';
import { claimUsername, endClaim, freeSerial } from '../../shared/repositories/claims.ts';
import type { Activation, UsernameOwner } from '../../shared/repositories/items.ts';
import type { Tables, Write } from '../../shared/repositories/tables.ts';
import { hashActivationCode, newActivationCode } from '../../shared/security/activation-code.ts';
import type { Administrators } from './administrators.ts';
import type { CompanyRows } from './company-rows.ts';
import {
  createPerson,
  type ImportContext,
  type PersonDecision,
  type StoredPerson,
  updatePerson,
} from './decide-person.ts';
import type { BadLine, PersonLine } from './file/person-line.ts';
import { readOwner, readPeople, writePerson, writeSignInRefused } from './person-store.ts';
import { OTHER_COMPANY, refuseFormerName } from './prepare-batches.ts';
import { retryPatiently } from './retry-patiently.ts';
import { faultIn, say } from './say.ts';
import type { Turns } from './turns.ts';
import { type EnsuredUser, type Invitation, type PooledUser, RefusedByPoolError, type UserPool } from './user-pool.ts';

/** Everything outside the rules of an import. */
export interface ImportWorld {
  readonly tables: Tables;
  readonly pool: UserPool;
  readonly random: Random;
  readonly companies: Pick<CompanyRows, 'ensure'>;
  readonly administrators: Pick<Administrators, 'note'>;
  /** Whose turn it is to write in a company's own record. */
  readonly turns: Turns;
  /** True if whoever never signed in is to be invited again. */
  readonly invite: boolean;
}

/** A new activation code, in the clear this once. */
export interface IssuedCode {
  readonly companyId: string;
  readonly username: string;
  readonly activationCode: string;
  readonly expiresAt: string;
}

/** The outcome of a good line. */
export interface Loaded {
  readonly outcome: 'created' | 'updated' | 'unchanged';
  readonly code: IssuedCode | undefined;
  readonly invitation: Invitation;
}

/** The stored state of the line's person, read together with others'; no owner for a new person. */
export interface Known {
  readonly owner: UsernameOwner | undefined;
  readonly stored: StoredPerson | undefined;
}

const REFUSED_BY_POOL = say(
  'el directorio de usuarios no acepta el username o el email: corríjalos',
  'the user pool does not take the username or the email: correct them',
);
export const CHANGE_UNDER_WAY = faultIn(
  'username',
  'el directorio perdió a este usuario y su token tiene un cambio en curso: cargue de nuevo en diez minutos',
  'the pool lost this user while their token has a change under way: load again in ten minutes',
);

/** Makes the pool and the tables say of one person what the line says. What was done already is not done again. */
export async function loadPerson(
  world: ImportWorld,
  line: PersonLine,
  known: Known,
  contextNow: () => ImportContext,
): Promise<Loaded | BadLine> {
  let first: Known | undefined = known;
  let begun: Loaded['outcome'] | undefined;
  let invitation: Invitation = 'NOT_NEEDED';
  const begin = (outcome: Loaded['outcome']) => {
    begun ??= outcome;
  };
  const invited = (made: Invitation) => {
    if (made !== 'NOT_NEEDED') invitation = made;
  };
  try {
    const result = await retryPatiently(() =>
      world.tables.decideAgain(() => {
        const seen = first;
        first = undefined;
        return decideAndWrite(world, line, seen, { context: contextNow(), begin, invited });
      }),
    );
    if (!('outcome' in result)) return result;
    // Where the answer of a write was lost, the next try finds it written.
    return { ...result, outcome: begun ?? result.outcome, invitation };
  } catch (error) {
    if (!(error instanceof RefusedByPoolError)) throw error;
    await giveUpClaims(world.tables, line, known.owner);
    return { number: line.number, reason: REFUSED_BY_POOL };
  }
}

/** One try, and whom it tells what it is about to write and whom it invited. */
interface Try {
  readonly context: ImportContext;
  readonly begin: (outcome: Loaded['outcome']) => void;
  readonly invited: (invitation: Invitation) => void;
}

type Done = Omit<Loaded, 'invitation'>;

async function decideAndWrite(
  world: ImportWorld,
  line: PersonLine,
  seen: Known | undefined,
  thisTry: Try,
): Promise<Done | BadLine> {
  const { owner, stored } = seen ?? (await readKnown(world, line.username));
  if (owner && owner.companyId !== line.company.companyId) return { number: line.number, reason: OTHER_COMPANY };
  if (owner?.renamedTo !== undefined) return { number: line.number, reason: refuseFormerName(owner.renamedTo) };
  if (!owner) {
    // The claim that was made with the batch may have ended with what this try is repeated for.
    if (!seen) await world.tables.transact(claimUsername(line.username, line.company.companyId, thisTry.context.now));
    return create(world, line, thisTry);
  }
  if (!stored) throw new StaleDecisionError('A user changed while they were read');
  const pooled = await world.pool.find(stored.user.username);
  if (isLost(line, stored, pooled)) {
    if (stored.virtual.pendingChange) return { number: line.number, reason: CHANGE_UNDER_WAY };
    return bringBack(world, line, { owner, stored }, thisTry);
  }
  return update(world, line, { owner, stored, pooled }, thisTry);
}

/** Reads whoever has this username now. */
export async function readKnown({ tables }: Pick<ImportWorld, 'tables'>, username: string): Promise<Known> {
  const owner = await readOwner(tables, username);
  const [stored] = owner ? await readPeople(tables, [owner]) : [];
  return { owner, stored };
}

/** True if the pool has the person no more, or somebody else by their name, and they are to sign in. */
export function isLost({ role }: PersonLine, { user }: StoredPerson, pooled: PooledUser | undefined): boolean {
  return role !== 'DISABLED' && pooled?.sub !== user.userId;
}

async function create(world: ImportWorld, line: PersonLine, thisTry: Try): Promise<Done> {
  const enabled = line.role !== 'DISABLED';
  const { userId } = await ensureUser(world, line, line.username, thisTry);
  const decision = createPerson(line, userId, thisTry.context);
  thisTry.begin('created');
  const code = await write(world, line, decision, undefined, thisTry.context);
  if (!enabled) await refuseSignIn(world, decision);
  return { outcome: 'created', code };
}

/** Gives the person a new sign-in, with everything that was theirs. */
async function bringBack(
  world: ImportWorld,
  line: PersonLine,
  { owner, stored }: { readonly owner: UsernameOwner; readonly stored: StoredPerson },
  thisTry: Try,
): Promise<Done> {
  const { userId } = await ensureUser(world, line, stored.user.username, thisTry);
  const decision = updatePerson(line, stored, thisTry.context, { userId });
  if (!decision) throw new Error('A user came back without a change');
  thisTry.begin('updated');
  return { outcome: 'updated', code: await write(world, line, decision, owner, thisTry.context) };
}

async function ensureUser(
  { pool }: ImportWorld,
  { email, role }: PersonLine,
  username: string,
  { invited }: Try,
): Promise<EnsuredUser> {
  const ensured = await pool.ensureUser(username, email, { enabled: role !== 'DISABLED' });
  invited(ensured.invitation);
  return ensured;
}

/** The pool is written before the tables, so that they never promise too much; only removing a right comes first. */
async function update(
  world: ImportWorld,
  line: PersonLine,
  { owner, stored, pooled }: Pooled,
  { context, begin, invited }: Try,
): Promise<Done> {
  const decision = updatePerson(line, stored, context);
  const outcome = isUpdate(decision) ? 'updated' : 'unchanged';
  if (outcome === 'updated') begin(outcome);
  const mended = await mendSignIn(world, line, { owner, stored, pooled });
  if (!decision) await world.companies.ensure(line.company);
  const code = decision ? await write(world, line, decision, owner, context) : undefined;
  if (line.role === 'DISABLED') {
    if (owner.canSignIn || pooled?.enabled) await refuseSignIn(world, decision ?? stored);
  } else if (pooled?.neverSignedIn && (world.invite || mended)) {
    invited(await world.pool.invite(stored.user.username));
  }
  return { outcome, code };
}

interface Pooled {
  readonly owner: UsernameOwner;
  readonly stored: StoredPerson;
  readonly pooled: PooledUser | undefined;
}

/** Makes the pool have the line's address and let the person in; true if an invitation before it went astray. */
async function mendSignIn(
  { pool }: ImportWorld,
  line: PersonLine,
  { owner, stored, pooled }: Pooled,
): Promise<boolean> {
  const newEmail = pooled !== undefined && pooled.email !== line.email;
  const comesIn = line.role !== 'DISABLED' && (pooled?.enabled === false || !owner.canSignIn);
  if (newEmail) await pool.updateEmail(stored.user.username, line.email);
  if (comesIn) await pool.enable(stored.user.username);
  return newEmail || comesIn;
}

/** A new activation code alone is no change of the person. */
export function isUpdate(decision: PersonDecision | null): boolean {
  if (!decision) return false;
  return decision.ofCompany.length > 0 || decision.tokens.some(hasMoreThanACode);
}

function hasMoreThanACode({ events }: PersonDecision['tokens'][number]): boolean {
  return events.some(({ type }) => type !== 'ACTIVATION_CODE_CREATED');
}

/** By now the line is known to be good, so that its company may be written as well. */
async function write(
  { tables, random, companies, administrators, turns }: ImportWorld,
  line: PersonLine,
  decision: PersonDecision,
  owner: UsernameOwner | undefined,
  context: ImportContext,
): Promise<IssuedCode | undefined> {
  await companies.ensure(line.company);
  const { activationExpiresAt: expiresAt, user } = decision;
  const { companyId, userId, username } = user;
  const writeWith = async (activation: Activation | undefined) => {
    const writing = () => writePerson(tables, decision, owner, activation, context);
    // Many lines of one company would fight for the head of its record, and each that lost ask the pool again.
    await (decision.ofCompany.length > 0 ? turns.take(companyId, writing) : writing());
    administrators.note(decision);
  };
  if (expiresAt === undefined) {
    await writeWith(undefined);
    return undefined;
  }
  const activationCode = newActivationCode(random);
  const codeHash = hashActivationCode(userId, activationCode);
  const activation: Activation = { userId, codeHash, expiresAt, wrongTries: 0, wrongHashes: [] };
  await writeWith(activation);
  return { companyId, username, activationCode, expiresAt };
}

async function refuseSignIn({ tables, pool }: ImportWorld, { user }: Pick<StoredPerson, 'user'>): Promise<void> {
  await pool.disable(user.username);
  await writeSignInRefused(tables, user);
}

/** Gives up what was claimed for a line that turned out bad. */
async function giveUpClaims(tables: Tables, line: PersonLine, owner: UsernameOwner | undefined): Promise<void> {
  const { username, physicalSerial: serial, company } = line;
  const { companyId } = company;
  const writes: Write[] = owner ? [] : [endClaim(username, companyId)];
  if (serial !== null) writes.push(freeSerial({ companyId, username, serial }, { claimed: true }));
  for (const write of writes) {
    await tables.transact([write]).catch((error: unknown) => {
      if (!(error instanceof StaleDecisionError)) throw error;
    });
  }
}
