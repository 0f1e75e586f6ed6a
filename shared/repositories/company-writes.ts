import type { Company } from '../domain/company.ts';
import { searchTerms } from '../domain/search-terms.ts';
import type { Token } from '../domain/token.ts';
import type { User } from '../domain/user.ts';
import { companies, searchKey, type UsernameOwner, usernameOwners, users } from './items.ts';
import type { Write } from './tables.ts';

/** Writes the company; the last writer's name and policy hold. */
export function putCompany(company: Company): Write {
  return { Put: { TableName: 'main', Item: { ...company, ...companies.key(company.companyId) } } };
}

/** Writes the user: a new one, or in place of exactly what was read. */
export function putUser(user: User, before: User | null): Write {
  const put = { TableName: 'main', Item: { ...user, ...users.key(user.userId) } };
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
export function putUsernameOwner(username: string, owner: UsernameOwner): Write {
  return {
    Put: {
      TableName: 'main',
      Item: { ...owner, ...usernameOwners.key(username) },
      ConditionExpression: 'attribute_not_exists(pk) OR userId = :user',
      ExpressionAttributeValues: { ':user': owner.userId },
    },
  };
}

/** Makes the token found by its holder's terms, and no longer by those it had before. */
export function putSearchTerms(token: Token, before: Token | null): Write[] {
  const { companyId, kind, tokenId, holder } = token;
  const terms = new Set(searchTerms(holder));
  const termsBefore = new Set(before ? searchTerms(before.holder) : []);
  const toTermKey = (term: string) => searchKey(companyId, kind, term, tokenId);
  return [
    ...[...terms.difference(termsBefore)].map((term) => ({
      Put: { TableName: 'main', Item: { ...toTermKey(term), tokenId } },
    })),
    ...[...termsBefore.difference(terms)].map((term) => ({ Delete: { TableName: 'main', Key: toTermKey(term) } })),
  ];
}
