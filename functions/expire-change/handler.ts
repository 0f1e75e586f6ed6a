import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { changeReferenceSchema } from '../../shared/domain/change.ts';
import { workflowTask } from '../../shared/http/in-run.ts';
import { expireChange } from '../../shared/use-cases/expire-change.ts';

const world = {
  tables: openTables(process.env),
  clock: systemClock,
};

/** ExpireChange of the workflow. */
export const handler = workflowTask(changeReferenceSchema, async (reference) => {
  const { status } = await expireChange(world, reference);
  return { outcome: status };
});
