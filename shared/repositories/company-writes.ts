import { isDeepStrictEqual } from 'node:util';
import type { Company } from '../domain/company.ts';
import type { CompanyTransition } from '../domain/company-record.ts';
import type { TokenEvent } from '../domain/event.ts';
import type { Token } from '../domain/token.ts';
import type { User } from '../domain/user.ts';
import {
  companies,
  companySpellings,
  formerAddresses,
  searchKey,
  type UsernameOwner,
  usernameOwners,
  users,
} from './items.ts';
import type { Write } from './tables.ts';
import { putCompanyEvents, tokenSortKeys } from './writes.ts';

/** Longer than a stream delivers an event again, and than a failure queue is redriven. */
const FORMER_ADDRESS_SECONDS = 7 * 86_400;

/** The writes of a company with the events of its own record. */
export function companyWrites({ before, company, events }: CompanyTransition): Write[] {
  return [putCompany(company, before), ...putCompanyEvents(company, events)];
}

/** Writes the company: a new one, or in place of exactly what was read, of which the head of its record tells. */
export function putCompany(company: Company, before: Company | null): Write {
  const put = { TableName: 'main', Item: { ...company, ...companies.key(company.companyId) } };
  if (!before) return { Put: { ...put, ConditionExpression: 'attribute_not_exists(pk)' } };
  if (!before.recordHead) {
    return { Put: { ...put, ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(recordHead)' } };
  }
  return {
    Put: {
      ...put,
      ConditionExpression: 'recordHead.#hash = :hash',
      ExpressionAttributeNames: { '#hash': 'hash' },
      ExpressionAttributeValues: { ':hash': before.recordHead.hash },
    },
  };
}

/**
 * Keeps the address that a user's notices no longer go to, for as long as it takes to tell it so. It is in no record.
 */
export function putFormerAddress({ companyId, email }: User, { seq, at }: TokenEvent): Write {
  const ttl = Math.ceil(Date.parse(at) / 1000) + FORMER_ADDRESS_SECONDS;
  return { Put: { TableName: 'main', Item: { ...formerAddresses.key(companyId, seq), email, ttl } } };
}

/** Notes a company's id among those that differ from it in case and punctuation alone. */
export function noteSpelling(companyId: string): Write {
  return { Put: { TableName: 'main', Item: { pk: companySpellings(companyId), sk: companyId } } };
}

/** Writes the user: a new one, or in place of exactly what was read. */
export function putUser(user: User, before: User | null): Write {
  const put = { TableName: 'main', Item: { ...user, ...users.key(user.userId) } };
  return before
    ? { Put: { ...put, ...asRead(before) } }
    : { Put: { ...put, ConditionExpression: 'attribute_not_exists(pk)' } };
}

/** Deletes exactly the user that was read. */
export function deleteUser(before: User): Write {
  return { Delete: { TableName: 'main', Key: users.key(before.userId), ...asRead(before) } };
}

function asRead({ fullName, email, role, enabled }: User) {
  return {
    ConditionExpression: 'fullName = :name AND email = :email AND #role = :role AND enabled = :enabled',
    ExpressionAttributeNames: { '#role': 'role' },
    ExpressionAttributeValues: { ':name': fullName, ':email': email, ':role': role, ':enabled': enabled },
  };
}

/**
 * Writes whose the username is; a taken one refuses the transaction unless it is this user's, or was under an id before,
 * and one that was given up always does.
 */
export function putUsernameOwner(username: string, owner: UsernameOwner, userIdBefore: string = owner.userId): Write {
  return {
    Put: {
      TableName: 'main',
      Item: { ...owner, ...usernameOwners.key(username) },
      ConditionExpression: 'attribute_not_exists(pk) OR (userId = :user AND attribute_not_exists(renamedTo))',
      ExpressionAttributeValues: { ':user': userIdBefore },
    },
  };
}

/** Gives up a username, exactly as it was read, for another one: nobody gets it again. */
export function retireUsername(username: string, owner: UsernameOwner, renamedTo: string): Write {
  return {
    Put: {
      TableName: 'main',
      Item: { ...owner, canSignIn: false, renamedTo, ...usernameOwners.key(username) },
      ConditionExpression: 'userId = :user AND canSignIn = :signsIn AND attribute_not_exists(renamedTo)',
      ExpressionAttributeValues: { ':user': owner.userId, ':signsIn': owner.canSignIn },
    },
  };
}

/** Makes the token found by its words, and no longer by those it had before. */
export function putSearchEntries(token: Token, before: Token | null): Write[] {
  const { companyId, kind, tokenId, searchWords } = token;
  const toKey = (word: string) => searchKey(companyId, kind, word, tokenId);
  const entry = buildSearchEntry(token);
  const gone = (before?.searchWords ?? []).filter((word) => !searchWords.includes(word));
  const isSame = before !== null && gone.length === 0 && isDeepStrictEqual(entry, buildSearchEntry(before));
  return [
    ...(isSame ? [] : searchWords.map((word) => ({ Put: { TableName: 'main', Item: { ...toKey(word), ...entry } } }))),
    ...gone.map((word) => ({ Delete: { TableName: 'main', Key: toKey(word) } })),
  ];
}

/** Each of a token's entries has all of its words, so that a search of several needs no other item. */
function buildSearchEntry(token: Token): { tokenId: string; words: string; byName: string } {
  // A space before each word: one is found by its beginning.
  const words = token.searchWords.map((word) => ` ${word}`).join('');
  return { tokenId: token.tokenId, words, byName: tokenSortKeys(token).byName };
}
