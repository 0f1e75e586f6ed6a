import { isAdministrator, type User } from '../domain/user.ts';
import { companies, tokens, users } from './items.ts';
import type { Tables } from './tables.ts';

/** The company's enabled administrators, found by their tokens, page by page: also those without a phone. */
export async function* administratorPages(tables: Tables, companyId: string): AsyncGenerator<User[]> {
  const pages = tables.queryPages({
    KeyConditionExpression: 'pk = :company AND begins_with(sk, :token)',
    FilterExpression: 'kind = :virtual AND holder.#role = :administrator',
    ExpressionAttributeNames: { '#role': 'role' },
    ExpressionAttributeValues: {
      ':company': companies.key(companyId).pk,
      ':token': 'TOKEN#',
      ':virtual': 'VIRTUAL',
      ':administrator': 'ADMINISTRATOR',
    },
    ConsistentRead: true,
  });
  for await (const items of pages) {
    const { holders } = await tables.read({ holders: items.map((item) => users.at(tokens.parse(item).holder.userId)) });
    yield holders.filter((holder) => holder !== undefined).filter(isAdministrator);
  }
}
