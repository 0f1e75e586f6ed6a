import * as z from 'zod/mini';
import type { Company } from '../domain/company.ts';
import { searchTerms } from '../domain/search-terms.ts';
import type { Token } from '../domain/token.ts';
import type { User } from '../domain/user.ts';
import { companyKey, searchKey, userKey, usernameKey } from './keys.ts';
import { type Item, type Key, TABLE, type TransactItem } from './table.ts';

/** Whose a username is. With the ids of what is the user's, so that one more read finds all of it. */
export const usernameOwnerSchema = z.object({
  userId: z.string(),
  companyId: z.string(),
  tokenId: z.string(),
  physicalTokenId: z.nullable(z.string()),
  /** Whether the user pool lets the user sign in, as far as this table knows. */
  canSignIn: z.boolean(),
});
export type UsernameOwner = z.infer<typeof usernameOwnerSchema>;

/** The owner as stored, or undefined where the username is nobody's. */
export function readUsernameOwner(item: Item | undefined): UsernameOwner | undefined {
  return item === undefined ? undefined : usernameOwnerSchema.parse(item);
}

/** The pool takes usernames without regard to case, and so does their owner's key. */
export function usernameOwnerKey(username: string): Key {
  return usernameKey(username.toLowerCase());
}

/** Writes the company; the last writer's name and policy hold. */
export function putCompany(company: Company): TransactItem {
  return { Put: { TableName: TABLE, Item: { ...company, ...companyKey(company.companyId) } } };
}

/** Writes the user: a new one, or in place of exactly what was read. */
export function putUser(user: User, before: User | null): TransactItem {
  const put = { TableName: TABLE, Item: { ...user, ...userKey(user.userId) } };
  if (!before) return { Put: { ...put, ConditionExpression: 'attribute_not_exists(pk)' } };
  return {
    Put: {
      ...put,
      ConditionExpression: 'fullName = :name AND email = :email AND #role = :role AND enabled = :enabled',
      ExpressionAttributeNames: { '#role': 'role' },
      ExpressionAttributeValues: {
        ':name': before.fullName,
        ':email': before.email,
        ':role': before.role,
        ':enabled': before.enabled,
      },
    },
  };
}

/** Writes whose the username is; a taken one refuses the transaction unless it is this user's. */
export function putUsernameOwner(username: string, owner: UsernameOwner): TransactItem {
  return {
    Put: {
      TableName: TABLE,
      Item: { ...owner, ...usernameOwnerKey(username) },
      ConditionExpression: 'attribute_not_exists(pk) OR userId = :user',
      ExpressionAttributeValues: { ':user': owner.userId },
    },
  };
}

/** Makes the token found by its holder's terms, and no longer by those it had before. */
export function putSearchTerms(token: Token, before: Token | null): TransactItem[] {
  const { companyId, kind, tokenId, holder } = token;
  const terms = new Set(searchTerms(holder));
  const termsBefore = new Set(before ? searchTerms(before.holder) : []);
  const keyOf = (term: string) => searchKey(companyId, kind, term, tokenId);
  return [
    ...[...terms.difference(termsBefore)].map((term) => ({
      Put: { TableName: TABLE, Item: { ...keyOf(term), tokenId } },
    })),
    ...[...termsBefore.difference(terms)].map((term) => ({ Delete: { TableName: TABLE, Key: keyOf(term) } })),
  ];
}
