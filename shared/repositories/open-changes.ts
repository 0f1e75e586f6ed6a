import type { Change } from '../domain/change.ts';
import { StaleDecisionError } from '../errors.ts';
import { changeKey } from './keys.ts';
import { writeOne } from './table.ts';

/**
 * Moves when the reconciler looks at a change next, or takes it from the index.
 *
 * @throws StaleDecisionError where somebody has written the change meanwhile, whose time of it stays.
 */
export async function setDue({ companyId, changeId, version }: Change, dueAt: string | undefined): Promise<void> {
  const { done } = await writeOne({
    Key: changeKey(companyId, changeId),
    UpdateExpression: dueAt ? 'SET dueAt = :due, openSk = :sort' : 'REMOVE dueAt, openPk, openSk',
    ConditionExpression: '#version = :seen',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: {
      ':seen': version,
      ...(dueAt ? { ':due': dueAt, ':sort': `${dueAt}#${changeId}` } : {}),
    },
  });
  if (!done) throw new StaleDecisionError('The change moved on');
}
