import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { changeReferenceSchema } from '../../shared/domain/change.ts';
import { workflowTask } from '../../shared/http/in-run.ts';
import { applyChange } from '../../shared/use-cases/apply-change.ts';

const world = {
  tables: openTables(process.env),
  clock: systemClock,
};

/** ApplyChange of the workflow: a permanent outcome is a value, an error is worth another try. */
export const handler = workflowTask(changeReferenceSchema, async (reference) => {
  const { status } = await applyChange(world, reference);
  return { outcome: status };
});
