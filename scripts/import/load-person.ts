import { StaleDecisionError } from '../../shared/errors.ts';
import type { UsernameOwner } from '../../shared/repositories/company-writes.ts';
import type { Activation } from '../../shared/repositories/items.ts';
import { decideAgain } from '../../shared/repositories/table.ts';
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
import { RefusedByPoolError, type UserPool } from './user-pool.ts';

/** A new activation code, in the clear this once. */
export interface IssuedCode {
  readonly companyId: string;
  readonly username: string;
  readonly activationCode: string;
  readonly expiresAt: string;
}

/** What became of a good line. */
export interface Loaded {
  readonly outcome: 'created' | 'updated' | 'unchanged';
  readonly code: IssuedCode | undefined;
}

/** What was read of the line's person before, with that of others: no owner for a new one. */
export interface Known {
  readonly owner: UsernameOwner | undefined;
  readonly stored: StoredPerson | undefined;
}

/** Why a line may not name a user of another company's. */
export const OTHER_COMPANY = 'username: belongs to another company';

/** Makes the pool and the tables say of one person what the line says. What was done already is not done again. */
export async function loadPerson(
  line: PersonLine,
  known: Known,
  pool: UserPool,
  contextNow: () => ImportContext,
): Promise<Loaded | BadLine> {
  let first: Known | undefined = known;
  let begun: Loaded['outcome'] | undefined;
  const begin = (outcome: Loaded['outcome']) => {
    begun ??= outcome;
  };
  try {
    const result = await retryPatiently(() =>
      decideAgain(() => {
        const seen = first;
        first = undefined;
        return decideAndWrite(line, seen, { pool, context: contextNow(), begin });
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
  readonly pool: UserPool;
  readonly context: ImportContext;
  readonly begin: (outcome: Loaded['outcome']) => void;
}

async function decideAndWrite(line: PersonLine, seen: Known | undefined, attempt: Try): Promise<Loaded | BadLine> {
  const { owner, stored } = seen ?? (await readKnown(line.username));
  if (owner && owner.companyId !== line.company.companyId) return { number: line.number, reason: OTHER_COMPANY };
  if (!owner) return create(line, attempt);
  if (!stored) throw new StaleDecisionError('A user changed while they were read');
  return update(line, owner, stored, attempt);
}

async function readKnown(username: string): Promise<Known> {
  const owner = await readOwner(username);
  const [stored] = owner ? await readPeople([owner]) : [];
  return { owner, stored };
}

async function create(line: PersonLine, { pool, context, begin }: Try): Promise<Loaded> {
  const enabled = line.role !== 'DISABLED';
  const userId = await pool.ensureUser(line.username, line.email, { enabled });
  const decision = createPerson(line, userId, context);
  begin('created');
  const code = await write(decision, undefined);
  if (!enabled) await refuseSignIn(decision, pool);
  return { outcome: 'created', code };
}

/** The pool comes before the tables, so that these never promise what is not yet so; only a right is taken first. */
async function update(
  line: PersonLine,
  owner: UsernameOwner,
  stored: StoredPerson,
  { pool, context, begin }: Try,
): Promise<Loaded> {
  const { username } = stored.user;
  const decision = updatePerson(line, stored, context);
  const outcome = isUpdate(decision) ? 'updated' : 'unchanged';
  if (outcome === 'updated') begin(outcome);
  if (decision && decision.user.email !== stored.user.email) await pool.updateEmail(username, decision.user.email);
  if (decision?.user.enabled && !owner.canSignIn) await pool.enable(username);
  const code = decision ? await write(decision, owner) : undefined;
  if (line.role === 'DISABLED' && owner.canSignIn) await refuseSignIn(decision ?? stored, pool);
  return { outcome, code };
}

/** A new activation code alone is no change of the person. */
function isUpdate(decision: PersonDecision | null): boolean {
  if (!decision) return false;
  return decision.user.email !== decision.before?.email || decision.tokens.some(hasMoreThanACode);
}

function hasMoreThanACode({ events }: PersonDecision['tokens'][number]): boolean {
  return events.some(({ type }) => type !== 'ACTIVATION_CODE_CREATED');
}

async function write(decision: PersonDecision, owner: UsernameOwner | undefined): Promise<IssuedCode | undefined> {
  const { activationExpiresAt: expiresAt, user } = decision;
  if (expiresAt === undefined) {
    await writePerson(decision, owner, undefined);
    return undefined;
  }
  const { companyId, userId, username } = user;
  const activationCode = newActivationCode();
  const codeHash = hashActivationCode(userId, activationCode);
  const activation: Activation = { userId, codeHash, expiresAt, wrongTries: 0, wrongHashes: [] };
  await writePerson(decision, owner, activation);
  return { companyId, username, activationCode, expiresAt };
}

async function refuseSignIn({ user }: Pick<StoredPerson, 'user'>, pool: UserPool): Promise<void> {
  await pool.disable(user.username);
  await writeSignInRefused(user);
}
