import { StaleDecisionError } from '../../shared/errors.ts';
import { createPerson, type ImportContext, updatePerson } from './decide-person.ts';
import type { BadLine } from './file/person-line.ts';
import type { FileFacts } from './file-facts.ts';
import { CHANGE_UNDER_WAY, type ImportWorld, isLost, isUpdate, type Loaded } from './load-person.ts';
import type { PreparedLine } from './prepare-batches.ts';

const NOTHING = { code: undefined, invitation: 'NOT_NEEDED' } as const;

/** Tells what loading a line would do, and writes nothing; only the pool's own refusals cannot be told. */
export async function tellPerson(
  { pool, companies, administrators }: ImportWorld,
  facts: FileFacts,
  { line, owner, stored }: PreparedLine,
  context: ImportContext,
): Promise<Loaded | BadLine> {
  if (owner && !stored) throw new StaleDecisionError('A user changed while they were read');
  if (!stored) {
    await companies.ensure(line.company);
    administrators.note(createPerson(line, line.username, context));
    return { ...NOTHING, outcome: facts.isRepeated(line.number) ? 'unchanged' : 'created' };
  }
  const lost = isLost(line, stored, await pool.find(stored.user.username));
  if (lost && stored.virtual.pendingChange) return { number: line.number, reason: CHANGE_UNDER_WAY };
  await companies.ensure(line.company);
  const decision = updatePerson(line, stored, context, lost ? { userId: line.username } : {});
  if (decision) administrators.note(decision);
  const isSame = !isUpdate(decision) || facts.isRepeated(line.number);
  return { ...NOTHING, outcome: isSame ? 'unchanged' : 'updated' };
}
