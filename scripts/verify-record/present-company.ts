import type { Company } from '../../shared/domain/company.ts';
import { type ReplayedCompany, tellPerson } from '../../shared/domain/replay-company.ts';
import type { User } from '../../shared/domain/user.ts';
import { companies, users } from '../../shared/repositories/items.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import type { Difference } from './present-token.ts';

/** A company as the tables have it now, with the people of whom its own record tells. */
export interface PresentCompany {
  readonly company: Company | undefined;
  readonly people: ReadonlyMap<string, User | undefined>;
}

export async function readPresentCompany(
  tables: Tables,
  companyId: string,
  { people }: ReplayedCompany,
): Promise<PresentCompany> {
  const { company } = await tables.read({ company: companies.at(companyId) });
  const userIds = [...people.keys()];
  const { found } = await tables.read({ found: userIds.map((userId) => users.at(userId)) });
  return { company, people: new Map(userIds.map((userId, index) => [userId, found[index]])) };
}

/** Compares a company as it is stored with what its own record leads to; what that does not tell of is not compared. */
export function compareCompany({ company, people }: PresentCompany, replayed: ReplayedCompany): Difference[] {
  const compared: Difference[] = [
    { field: 'name', stored: company?.name, recorded: replayed.name },
    { field: 'authorizationPolicy', stored: company?.authorizationPolicy, recorded: replayed.policy },
    ...[...replayed.people].flatMap(([userId, told]) => {
      const user = people.get(userId);
      // Whoever is no administrator may have come back under another id: their token's record alone tells of that.
      if (!user && !told.administrator) return [];
      const stored = user && tellPerson(user);
      return (['administrator', 'enabled', 'address'] as const)
        .filter((member) => told[member] !== undefined)
        .map((member) => ({ field: `user ${userId}.${member}`, stored: stored?.[member], recorded: told[member] }));
    }),
  ];
  return compared.filter(({ stored, recorded }) => stored !== recorded);
}
