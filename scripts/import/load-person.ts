import type { Random } from '../../shared/clock.ts';
import { StaleDecisionError } from '../../shared/errors.ts';
import type { Activation, UsernameOwner } from '../../shared/repositories/items.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import { hashActivationCode, newActivationCode } from '../../shared/security/activation-code.ts';
import {
  createPerson,
  type ImportContext,
  type PersonDecision,
  type StoredPerson,
  updatePerson,
} from './decide-person.ts';
import type { BadLine, PersonLine } from './person-line.ts';
import { readOwner, readPeople, writePerson, writeSignInRefused } from './person-store.ts';
import { retryPatiently } from './retry-patiently.ts';
import type { Turns } from './turns.ts';
import { RefusedByPoolError, type UserPool } from './user-pool.ts';

/** Everything outside the rules of an import. */
export interface ImportWorld {
  readonly tables: Tables;
  readonly pool: UserPool;
  readonly random: Random;
  /** Whose turn it is to write in a company's own record. */
  readonly turns: Turns;
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
}

/** The stored state of the line's person, read together with others'; no owner for a new person. */
export interface Known {
  readonly owner: UsernameOwner | undefined;
  readonly stored: StoredPerson | undefined;
}

/** Why a line may not name a user of another company's. */
export const OTHER_COMPANY = 'username: belongs to another company';

/** Makes the pool and the tables say of one person what the line says. What was done already is not done again. */
export async function loadPerson(
  world: ImportWorld,
  line: PersonLine,
  known: Known,
  contextNow: () => ImportContext,
): Promise<Loaded | BadLine> {
  let first: Known | undefined = known;
  let begun: Loaded['outcome'] | undefined;
  const begin = (outcome: Loaded['outcome']) => {
    begun ??= outcome;
  };
  try {
    const result = await retryPatiently(() =>
      world.tables.decideAgain(() => {
        const seen = first;
        first = undefined;
        return decideAndWrite(world, line, seen, { context: contextNow(), begin });
      }),
    );
    // Where the answer of a write was lost, the next try finds it written.
    return 'outcome' in result && begun ? { ...result, outcome: begun } : result;
  } catch (error) {
    if (!(error instanceof RefusedByPoolError)) throw error;
    return { number: line.number, reason: 'username or email: refused by the user pool' };
  }
}

/** One try, and whom it tells what it is about to write. */
interface Try {
  readonly context: ImportContext;
  readonly begin: (outcome: Loaded['outcome']) => void;
}

async function decideAndWrite(
  world: ImportWorld,
  line: PersonLine,
  seen: Known | undefined,
  thisTry: Try,
): Promise<Loaded | BadLine> {
  const { owner, stored } = seen ?? (await readKnown(world, line.username));
  if (owner && owner.companyId !== line.company.companyId) return { number: line.number, reason: OTHER_COMPANY };
  if (!owner) return create(world, line, thisTry);
  if (!stored) throw new StaleDecisionError('A user changed while they were read');
  return update(world, line, { owner, stored }, thisTry);
}

async function readKnown({ tables }: ImportWorld, username: string): Promise<Known> {
  const owner = await readOwner(tables, username);
  const [stored] = owner ? await readPeople(tables, [owner]) : [];
  return { owner, stored };
}

async function create(world: ImportWorld, line: PersonLine, { context, begin }: Try): Promise<Loaded> {
  const enabled = line.role !== 'DISABLED';
  const userId = await world.pool.ensureUser(line.username, line.email, { enabled });
  const decision = createPerson(line, userId, context);
  begin('created');
  const code = await write(world, decision, undefined, context);
  if (!enabled) await refuseSignIn(world, decision);
  return { outcome: 'created', code };
}

/** The pool is written before the tables, so that they never promise too much; only removing a right comes first. */
async function update(
  world: ImportWorld,
  line: PersonLine,
  { owner, stored }: { readonly owner: UsernameOwner; readonly stored: StoredPerson },
  { context, begin }: Try,
): Promise<Loaded> {
  const { pool } = world;
  const { username } = stored.user;
  const decision = updatePerson(line, stored, context);
  const outcome = isUpdate(decision) ? 'updated' : 'unchanged';
  if (outcome === 'updated') begin(outcome);
  if (decision && decision.user.email !== stored.user.email) await pool.updateEmail(username, decision.user.email);
  if (decision?.user.enabled && !owner.canSignIn) await pool.enable(username);
  const code = decision ? await write(world, decision, owner, context) : undefined;
  if (line.role === 'DISABLED' && owner.canSignIn) await refuseSignIn(world, decision ?? stored);
  return { outcome, code };
}

/** A new activation code alone is no change of the person. */
function isUpdate(decision: PersonDecision | null): boolean {
  if (!decision) return false;
  return decision.ofCompany.length > 0 || decision.tokens.some(hasMoreThanACode);
}

function hasMoreThanACode({ events }: PersonDecision['tokens'][number]): boolean {
  return events.some(({ type }) => type !== 'ACTIVATION_CODE_CREATED');
}

async function write(
  { tables, random, turns }: ImportWorld,
  decision: PersonDecision,
  owner: UsernameOwner | undefined,
  context: ImportContext,
): Promise<IssuedCode | undefined> {
  const { activationExpiresAt: expiresAt, user } = decision;
  const writeWith = (activation: Activation | undefined) => {
    const writing = () => writePerson(tables, decision, owner, activation, context);
    // Many lines of one company would fight for the head of its record, and each that lost ask the pool again.
    return decision.ofCompany.length > 0 ? turns.take(user.companyId, writing) : writing();
  };
  if (expiresAt === undefined) {
    await writeWith(undefined);
    return undefined;
  }
  const { companyId, userId, username } = user;
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
