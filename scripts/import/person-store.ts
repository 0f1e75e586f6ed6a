import { appendToCompany } from '../../shared/domain/company-record.ts';
import { isAdministrator, type User } from '../../shared/domain/user.ts';
import { deleteActivation, putActivation } from '../../shared/repositories/activations.ts';
import { listAdministrator } from '../../shared/repositories/administrators.ts';
import { endClaim, freeSerial, noteHolder, settleSerial } from '../../shared/repositories/claims.ts';
import {
  companyWrites,
  putFormerAddress,
  putSearchEntries,
  putUser,
  putUsernameOwner,
  retireUsername,
} from '../../shared/repositories/company-writes.ts';
import { deleteApprover, putApprover } from '../../shared/repositories/device-writes.ts';
import { moveIdentity } from '../../shared/repositories/identity-moves.ts';
import {
  type Activation,
  administrators,
  companies,
  serialKey,
  tokens,
  type UsernameOwner,
  usernameOwners,
  users,
} from '../../shared/repositories/items.ts';
import type { Tables, Write } from '../../shared/repositories/tables.ts';
import { putEvents, putToken } from '../../shared/repositories/writes.ts';
import { BANK, type ImportContext, type PersonDecision, type StoredPerson } from './decide-person.ts';

/** Reads whose the username is now. */
export async function readOwner(tables: Tables, username: string): Promise<UsernameOwner | undefined> {
  const { owner } = await tables.read({ owner: usernameOwners.at(username) });
  return owner;
}

/** Reads the people of these owners, in as few reads as there can be; undefined where one changed meanwhile. */
export async function readPeople(
  tables: Tables,
  owners: readonly UsernameOwner[],
): Promise<(StoredPerson | undefined)[]> {
  const read = await tables.read({
    users: owners.map(({ userId }) => users.at(userId)),
    virtual: owners.map(({ companyId, tokenId }) => tokens.at(companyId, tokenId)),
    physical: owners.flatMap(({ companyId, physicalTokenId }) =>
      physicalTokenId === null ? [] : [tokens.at(companyId, physicalTokenId)],
    ),
  });
  const acting = read.users.filter((user) => user !== undefined).filter(isAdministrator);
  const { listed } = await tables.read({
    listed: acting.map(({ companyId, userId }) => administrators.at(companyId, userId)),
  });
  const unlisted = new Set(acting.filter((_, index) => !listed[index]));
  const physicalTokens = new Map(read.physical.map((token) => [token?.tokenId, token]));
  return owners.map(({ physicalTokenId }, index) => {
    const [user, virtual] = [read.users[index], read.virtual[index]];
    const physical = (physicalTokenId !== null && physicalTokens.get(physicalTokenId)) || null;
    if (!user || !virtual || user.physicalTokenId !== (physical?.tokenId ?? null)) return undefined;
    return { user, virtual, physical, isUnlisted: unlisted.has(user) };
  });
}

/**
 * Writes a decision as one transaction.
 *
 * @throws StaleDecisionError where the person is no longer as they were read.
 */
export async function writePerson(
  tables: Tables,
  decision: PersonDecision,
  owner: UsernameOwner | undefined,
  activation: Activation | undefined,
  context: ImportContext,
): Promise<void> {
  const { before, user, approver, voidsActivation } = decision;
  const isMoved = before !== null && before.userId !== user.userId;
  const moves = isMoved ? await moveIdentity(tables, before, user) : [];
  await tables.transact([
    putUser(user, isMoved ? null : before),
    ...listAdministrator(before, user),
    ...moves,
    ...(before?.username === user.username ? [] : [endClaim(user.username, user.companyId)]),
    ...ownerWrites(user, owner),
    ...(before && owner && before.username !== user.username
      ? [retireUsername(before.username, owner, user.username)]
      : []),
    ...traitWrites(decision),
    ...decision.tokens.flatMap(({ before: tokenBefore, token, events }) => [
      putToken(token),
      ...putEvents(token, events),
      ...putSearchEntries(token, tokenBefore),
    ]),
    ...approverWrites(user, approver),
    ...activationWrites(user, activation, voidsActivation && !isMoved),
    ...(await companyRecordWrites(tables, decision, context)),
  ]);
}

/** The writes of what a decision is to the company, on its record as it is now. */
async function companyRecordWrites(
  tables: Tables,
  { before, user, ofCompany }: PersonDecision,
  context: ImportContext,
): Promise<Write[]> {
  if (ofCompany.length === 0) return [];
  const { company } = await tables.read({ company: companies.at(user.companyId) });
  if (!company) throw new Error('The company of a user is missing');
  const appended = appendToCompany(company, ofCompany, { actor: BANK, ...context });
  const moved = appended.events.filter(({ type }) => type === 'NOTICE_ADDRESS_CHANGED');
  return [...companyWrites(appended), ...(before ? moved.map((event) => putFormerAddress(before, event)) : [])];
}

/** Says that the pool now refuses the user's sign-in, as the profile has since before. */
export async function writeSignInRefused(tables: Tables, user: User): Promise<void> {
  await tables.transact([putUsernameOwner(user.username, buildOwner(user, { canSignIn: false }))]);
}

function buildOwner(
  { userId, companyId, tokenId, physicalTokenId }: User,
  canSignIn: Pick<UsernameOwner, 'canSignIn'>,
) {
  return { userId, companyId, tokenId, physicalTokenId, ...canSignIn };
}

/**
 * A user comes in, or back, only once the pool lets them sign in. One being disabled is not marked here, but when the
 * pool has done it too: until then another run finds what is left to do.
 */
function ownerWrites(user: User, before: UsernameOwner | undefined) {
  const canSignIn = user.enabled || (before?.canSignIn ?? true);
  const { userId, physicalTokenId } = user;
  if (before?.canSignIn === canSignIn && before.physicalTokenId === physicalTokenId && before.userId === userId)
    return [];
  return [putUsernameOwner(user.username, buildOwner(user, { canSignIn }), before?.userId)];
}

/** Settles a serial that the person gets, and notes by what they may be taken for somebody else. */
function traitWrites({ before, user, tokens }: PersonDecision): Write[] {
  const { companyId, username, email } = user;
  const isSame = before?.username === username;
  const writes = isSame && before.email === email ? [] : [noteHolder('EMAIL', email, username)];
  for (const { before: tokenBefore, token } of tokens) {
    if (token.kind !== 'PHYSICAL' || (isSame && tokenBefore?.serial === token.serial)) continue;
    const { serial, updatedAt } = token;
    writes.push(
      settleSerial({ companyId, username, serial }, new Date(updatedAt), before?.username),
      noteHolder('SERIAL', serial, username),
    );
    if (tokenBefore && serialKey(tokenBefore.serial) !== serialKey(serial)) {
      writes.push(freeSerial({ companyId, username, serial: tokenBefore.serial }));
    }
  }
  return writes;
}

/** A new code takes the place of any other. */
function activationWrites({ userId }: User, activation: Activation | undefined, voidsActivation: boolean) {
  if (activation) return [putActivation(activation)];
  return voidsActivation ? [deleteActivation(userId)] : [];
}

function approverWrites(user: User, approver: PersonDecision['approver']) {
  if (!approver) return [];
  return [approver.deviceId === null ? deleteApprover(user) : putApprover(user, approver.deviceId)];
}
