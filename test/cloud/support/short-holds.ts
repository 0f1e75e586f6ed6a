import { DescribeStateMachineCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { aws } from './aws.ts';
import type { Change } from './shapes.ts';
import { stack } from './stack.ts';

/**
 * Moves the end of a stored hold, in every item that has it: the change, its token and what waits for the approver. To
 * be done before a phone is shown the challenge, which says when the hold ends.
 */
export async function moveEnd(change: Change, companyId: string, approverId: string | null, end: Date): Promise<void> {
  const { changeId, tokenId, createdAt } = change;
  const company = `COMPANY#${companyId}`;
  const expiresAt = end.toISOString();
  const moved = [
    { pk: company, sk: `CHANGE#${changeId}`, path: '#hold.expiresAt', names: { '#hold': 'authorization' } },
    { pk: company, sk: `TOKEN#${tokenId}`, path: '#hold.expiresAt', names: { '#hold': 'pendingChange' } },
    ...(approverId === null
      ? []
      : [
          {
            pk: `USER#${approverId}`,
            sk: `WAITING#${createdAt}#${changeId}`,
            path: '#end',
            names: { '#end': 'expiresAt' },
          },
        ]),
  ];
  for (const { pk, sk, path, names } of moved) {
    await aws.dynamodb().send(
      new UpdateCommand({
        TableName: stack().tableName,
        Key: { pk, sk },
        UpdateExpression: `SET ${path} = :end`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':end': expiresAt },
      }),
    );
  }
}

/** Runs the body while a new execution waits so long for an authorization; `moveEnd` does the same for its change. */
export async function withHoldSeconds<T>(seconds: number, body: () => Promise<T>): Promise<T> {
  const { stateMachineArn } = stack();
  const set = (definition = '') => aws.states().send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
  const deployed = (await aws.states().send(new DescribeStateMachineCommand({ stateMachineArn }))).definition;
  const definition = JSON.parse(deployed ?? '');
  definition.States.AwaitAuthorization.TimeoutSeconds = seconds;
  try {
    await set(JSON.stringify(definition));
    return await body();
  } finally {
    await set(deployed);
  }
}
