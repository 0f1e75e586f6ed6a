import { isAdministrator, type User } from '../domain/user.ts';
import { administrators, companies, users } from './items.ts';
import type { Tables, Write } from './tables.ts';

/** The company's enabled administrators, page by page: also those without a phone. */
export async function* administratorPages(tables: Tables, companyId: string): AsyncGenerator<User[]> {
  const pages = tables.queryPages({
    KeyConditionExpression: 'pk = :company AND begins_with(sk, :administrator)',
    ExpressionAttributeValues: { ':company': companies.key(companyId).pk, ':administrator': 'ADMINISTRATOR#' },
    ConsistentRead: true,
  });
  for await (const items of pages) {
    const { people } = await tables.read({ people: items.map((item) => users.at(administrators.parse(item).userId)) });
    yield people.filter((person) => person !== undefined).filter(isAdministrator);
  }
}

/** Keeps a company's list of administrators where one of its users is written: null where they were none before. */
export function listAdministrator(before: User | null, user: User): Write[] {
  const [was, is] = [before, user].map((each) => (each && isAdministrator(each) ? each.userId : undefined));
  const at = (userId: string) => administrators.key(user.companyId, userId);
  return [
    ...(was !== undefined && was !== is ? [{ Delete: { TableName: 'main', Key: at(was) } }] : []),
    ...(is !== undefined ? [{ Put: { TableName: 'main', Item: { userId: is, ...at(is) } } }] : []),
  ];
}
