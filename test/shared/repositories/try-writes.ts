import { StaleDecisionError } from '../../../shared/errors.ts';
import type { Write } from '../../../shared/repositories/tables.ts';
import type { MemoryWorld } from '../../world/world.ts';

/** Makes these writes in one transaction, unless a condition refuses them. */
export async function tryWrites({ tables }: MemoryWorld, ...writes: Write[]): Promise<'WRITTEN' | 'REFUSED'> {
  try {
    await tables.transact(writes);
    return 'WRITTEN';
  } catch (error) {
    if (error instanceof StaleDecisionError) return 'REFUSED';
    throw error;
  }
}
