import type { ChangeReference } from '../domain/change.ts';
import { changes, type Hold, holds, type NotificationStatus, openSort } from './items.ts';
import type { Tables, Write } from './tables.ts';

/** A prompt to a change's approvers, once it was made. */
export interface Prompt {
  readonly notification: NotificationStatus;
  /** True if it failed for a reason that may pass, so that another may succeed. */
  readonly passing: boolean;
}

/** Stores the task token of the execution that waits now, and gives the hold as it then is. It is kept as long as the change. */
export async function storeTaskToken(tables: Tables, changeId: string, taskToken: string): Promise<Hold | undefined> {
  const { item } = await tables.writeOne(holds.at(changeId), {
    UpdateExpression: 'SET taskToken = :token, notification = if_not_exists(notification, :pending)',
    ExpressionAttributeValues: { ':token': taskToken, ':pending': 'PENDING' },
  });
  return item && holds.parse(item);
}

/**
 * Stores the hold of a change that waits and that nobody was prompted of, and when the reconciler looks at it next; where
 * that is not said, it stays.
 */
export function holdWrites(
  { companyId, changeId }: Pick<ChangeReference, 'companyId' | 'changeId'>,
  { taskToken, notification, passing, prompts }: Hold,
  dueAt: string | undefined,
): Write[] {
  const waits = {
    TableName: 'main',
    Key: changes.key(companyId, changeId),
    ConditionExpression: '#status = :waits',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':waits': 'PENDING_AUTHORIZATION' },
  };
  return [
    {
      Update: {
        TableName: 'main',
        Key: holds.key(changeId),
        UpdateExpression:
          'SET taskToken = :token, notification = :notification, passing = :passing, prompts = :prompts',
        ConditionExpression: 'attribute_not_exists(prompts)',
        ExpressionAttributeValues: {
          ':token': taskToken,
          ':notification': notification,
          ':passing': passing,
          ':prompts': prompts,
        },
      },
    },
    dueAt === undefined
      ? { ConditionCheck: waits }
      : {
          Update: {
            ...waits,
            UpdateExpression: 'SET dueAt = :due, openSk = :sort',
            ExpressionAttributeValues: {
              ...waits.ExpressionAttributeValues,
              ':due': dueAt,
              ':sort': openSort(dueAt, changeId),
            },
          },
        },
  ];
}

/** Stores what became of a prompt, unless another has reached somebody; says whether, and whether it is the first. */
export async function storePrompt(
  tables: Tables,
  changeId: string,
  { notification, passing }: Prompt,
): Promise<{ stored: boolean; first: boolean }> {
  const { done, item } = await tables.writeOne(holds.at(changeId), {
    UpdateExpression: 'SET notification = :notification, passing = :passing ADD prompts :one',
    ConditionExpression: 'attribute_not_exists(notification) OR notification <> :sent',
    ExpressionAttributeValues: { ':notification': notification, ':passing': passing, ':one': 1, ':sent': 'SENT' },
  });
  return { stored: done, first: done && item !== undefined && holds.parse(item).prompts === 1 };
}

/** Notes that another execution of a change is to be started; false where somebody else has. */
export async function storeAttempt(tables: Tables, changeId: string, attempt: number): Promise<boolean> {
  const { done } = await tables.writeOne(holds.at(changeId), {
    UpdateExpression: 'SET attempt = :attempt, notification = if_not_exists(notification, :pending)',
    ConditionExpression: 'attribute_not_exists(attempt) OR attempt < :attempt',
    ExpressionAttributeValues: { ':attempt': attempt, ':pending': 'PENDING' },
  });
  return done;
}
