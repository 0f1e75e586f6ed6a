import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Change, changeStatusAt, isHeld } from '../domain/change.ts';
import { aboutChange, log } from '../logger.ts';
import { count, judgeObjective, measure } from '../metrics.ts';
import { type NotificationStatus, readChange, readHold } from '../repositories/items.ts';
import { changeKey, holdKey } from '../repositories/keys.ts';
import { getAll, TABLE, table } from '../repositories/table.ts';
import { answerHold, type ChangeReference } from '../workflow.ts';
import { notifyApprovers } from './notify-approvers.ts';

/**
 * Starts the wait: stores the task token, then reads the change; one that is decided already is answered here, for
 * whoever decided it found no task token. Otherwise its approvers are woken up, once.
 */
export async function holdChange(reference: ChangeReference & { taskToken: string }): Promise<void> {
  const { changeId, companyId, taskToken } = reference;
  const notified = await storeTaskToken(changeId, taskToken);
  const [item] = await getAll([changeKey(companyId, changeId)]);
  const change = readChange(item);
  if (!change || !isHeld(change)) throw new Error('The change to hold is missing');

  const now = new Date();
  const status = changeStatusAt(change, now);
  if (status !== 'PENDING_AUTHORIZATION') {
    await answerHold(taskToken, { changeId, status });
    return;
  }
  if (notified) return;
  count('ChangesHeld', change.action);
  const notification = await notifyApprovers(change);
  measurePush(notification, Date.now() - Date.parse(change.createdAt));
  log.info('change held', { ...aboutChange(change), status: notification });
  await table.send(
    new UpdateCommand({
      TableName: TABLE,
      Key: holdKey(changeId),
      UpdateExpression: 'SET notification = :notification',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':notification': notification },
    }),
  );
}

/** What is over a phone's budget was not to be pushed, and says nothing of how soon that is done. */
function measurePush(notification: NotificationStatus, elapsedMs: number): void {
  if (notification === 'SENT') measure('TimeToPush', elapsedMs);
  if (notification !== 'NOT_NEEDED') judgeObjective('PushObjective', notification === 'SENT' ? elapsedMs : undefined);
}

/**
 * Stores the task token; true where an earlier try of the same task has notified the approvers. The item is kept as long
 * as the change, which shows whether they were reached; a token whose execution has ended opens nothing.
 */
async function storeTaskToken(changeId: Change['changeId'], taskToken: string): Promise<boolean> {
  const { Attributes } = await table.send(
    new UpdateCommand({
      TableName: TABLE,
      Key: holdKey(changeId),
      UpdateExpression: 'SET taskToken = :token, notification = if_not_exists(notification, :pending)',
      ExpressionAttributeValues: { ':token': taskToken, ':pending': 'PENDING' },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return readHold(Attributes)?.notification !== 'PENDING';
}
