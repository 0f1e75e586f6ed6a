import type { Person } from '../../cloud/support/company.ts';
import { pageSchema, tokenSchema } from '../../cloud/support/shapes.ts';
import type { Web } from '../../cloud/support/web.ts';

/** Finds the virtual token of a user, of a company with few, as an administrator. */
export async function findToken(web: Web, { username }: Person): Promise<string> {
  const { items } = await web.get('/tokens?kind=VIRTUAL&limit=100', pageSchema(tokenSchema));
  const found = items.find(({ holder }) => holder.username === username);
  if (!found) throw new Error(`${username} has no token`);
  return found.tokenId;
}
