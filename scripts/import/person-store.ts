import type { User } from '../../shared/domain/user.ts';
import { deleteActivation, putActivation } from '../../shared/repositories/activations.ts';
import {
  putSearchTerms,
  putUser,
  putUsernameOwner,
  readUsernameOwner,
  type UsernameOwner,
  usernameOwnerKey,
} from '../../shared/repositories/company-writes.ts';
import { deleteApprover, putApprover } from '../../shared/repositories/device-writes.ts';
import type { Activation } from '../../shared/repositories/items.ts';
import { readToken, readUser } from '../../shared/repositories/items.ts';
import { tokenKey, userKey } from '../../shared/repositories/keys.ts';
import { getAll, type Item, type Key, transact } from '../../shared/repositories/table.ts';
import { putEvents, putToken } from '../../shared/repositories/writes.ts';
import type { PersonDecision, StoredPerson } from './decide-person.ts';

/** Whose the username is now. */
export async function readOwner(username: string): Promise<UsernameOwner | undefined> {
  const [item] = await getAll([usernameOwnerKey(username)]);
  return readUsernameOwner(item);
}

/** The people of these usernames' owners, in as few reads as there can be; undefined where one changed meanwhile. */
export async function readPeople(owners: readonly UsernameOwner[]): Promise<(StoredPerson | undefined)[]> {
  const keys = owners.map(keysOf);
  const items = (await getAll(keys.flat())).values();
  return keys.map((ofOne) => personOf(ofOne.map(() => items.next().value)));
}

function keysOf({ companyId, userId, tokenId, physicalTokenId }: UsernameOwner): Key[] {
  const tokenIds = physicalTokenId === null ? [tokenId] : [tokenId, physicalTokenId];
  return [userKey(userId), ...tokenIds.map((id) => tokenKey(companyId, id))];
}

function personOf([userItem, virtualItem, physicalItem]: readonly (Item | undefined)[]): StoredPerson | undefined {
  const user = readUser(userItem);
  const virtual = readToken(virtualItem);
  const physical = readToken(physicalItem) ?? null;
  if (!user || !virtual || user.physicalTokenId !== (physical?.tokenId ?? null)) return undefined;
  return { user, virtual, physical };
}

/**
 * Writes a decision as one transaction.
 *
 * @throws StaleDecisionError where the person is no longer as they were read.
 */
export async function writePerson(
  decision: PersonDecision,
  owner: UsernameOwner | undefined,
  activation: Activation | undefined,
): Promise<void> {
  const { before, user, tokens, approver, voidsActivation } = decision;
  await transact([
    putUser(user, before),
    ...ownerWrites(user, owner),
    ...tokens.flatMap(({ before: tokenBefore, token, events }) => [
      putToken(token),
      ...putEvents(token, events),
      ...putSearchTerms(token, tokenBefore),
    ]),
    ...approverWrites(user, approver),
    ...activationWrites(user, activation, voidsActivation),
  ]);
}

/** Says that the pool now refuses the user's sign-in, as the profile has since before. */
export async function writeSignInRefused(user: User): Promise<void> {
  await transact([putUsernameOwner(user.username, ownerOf(user, { canSignIn: false }))]);
}

function ownerOf({ userId, companyId, tokenId, physicalTokenId }: User, canSignIn: Pick<UsernameOwner, 'canSignIn'>) {
  return { userId, companyId, tokenId, physicalTokenId, ...canSignIn };
}

/**
 * A user comes in, or back, only once the pool lets them sign in. One being disabled is not marked here, but when the
 * pool has done it too: until then another run finds what is left to do.
 */
function ownerWrites(user: User, before: UsernameOwner | undefined) {
  const canSignIn = user.enabled || (before?.canSignIn ?? true);
  if (before?.canSignIn === canSignIn && before.physicalTokenId === user.physicalTokenId) return [];
  return [putUsernameOwner(user.username, ownerOf(user, { canSignIn }))];
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
