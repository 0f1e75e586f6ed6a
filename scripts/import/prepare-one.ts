import type { Company } from '../../shared/domain/company.ts';
import type { StoredPerson } from './decide-person.ts';
import type { PersonLine } from './file/person-line.ts';
import { type PreparedLine, type Preparing, prepareBatches } from './prepare-batches.ts';

/** Describes a person as the line of a file that changes nothing of them. */
export function describePerson({ user, physical }: StoredPerson, company: Company): PersonLine {
  const { username, fullName, email, role } = user;
  return { number: 0, company, username, fullName, email, role, physicalSerial: physical?.serial ?? null };
}

/**
 * Claims the username and the serial of one person, as a load does of its lines, and reads whose they are.
 *
 * @throws an error with the reason and the remedy where a load would call the line bad.
 */
export async function prepareOne(
  line: PersonLine,
  { tables, now }: Pick<Preparing, 'tables' | 'now'>,
): Promise<PreparedLine> {
  const alone = { companies: { remember: async () => {} }, traits: { compare: async () => {} }, dryRun: false };
  const [batch] = await Array.fromAsync(prepareBatches([line], { ...alone, tables, now }));
  const [entry] = batch?.entries ?? [];
  if (!entry || 'reason' in entry) throw new Error(entry?.reason ?? 'There is no line');
  return entry;
}
