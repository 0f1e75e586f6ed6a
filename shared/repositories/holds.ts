import { type Hold, type NotificationStatus, readHold } from './items.ts';
import { holdKey } from './keys.ts';
import { writeOne } from './table.ts';

/** What became of a prompt to a change's approvers. */
export interface Prompt {
  readonly notification: NotificationStatus;
  /** Whether it failed for a reason that may pass, so that another may succeed. */
  readonly passing: boolean;
}

/** Stores the task token of the execution that waits now, and gives the hold as it then is. It is kept as long as the change. */
export async function storeTaskToken(changeId: string, taskToken: string): Promise<Hold | undefined> {
  const { item } = await writeOne({
    Key: holdKey(changeId),
    UpdateExpression: 'SET taskToken = :token, notification = if_not_exists(notification, :pending)',
    ExpressionAttributeValues: { ':token': taskToken, ':pending': 'PENDING' },
  });
  return readHold(item);
}

/** Stores what became of a prompt, unless another has reached somebody; true where it is the change's first. */
export async function storePrompt(changeId: string, { notification, passing }: Prompt): Promise<boolean> {
  const { done, item } = await writeOne({
    Key: holdKey(changeId),
    UpdateExpression: 'SET notification = :notification, passing = :passing ADD prompts :one',
    ConditionExpression: 'attribute_not_exists(notification) OR notification <> :sent',
    ExpressionAttributeValues: { ':notification': notification, ':passing': passing, ':one': 1, ':sent': 'SENT' },
  });
  return done && readHold(item)?.prompts === 1;
}

/** Notes that another execution of a change is to be started; false where somebody else has. */
export async function storeAttempt(changeId: string, attempt: number): Promise<boolean> {
  const { done } = await writeOne({
    Key: holdKey(changeId),
    UpdateExpression: 'SET attempt = :attempt, notification = if_not_exists(notification, :pending)',
    ConditionExpression: 'attribute_not_exists(attempt) OR attempt < :attempt',
    ExpressionAttributeValues: { ':attempt': attempt, ':pending': 'PENDING' },
  });
  return done;
}
