import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';

/** The refusal of a request that DynamoDB does not take; the SDK has no class of its own for it. */
export function invalid(message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', message, $metadata: {} });
}

/** Refuses an option that the answer would not take into account, so that no test passes by its being passed over. */
export function refuseUnread(options: object, passedOver: readonly string[]): void {
  const unread = Object.entries(options).filter(([name, value]) => value !== undefined && !passedOver.includes(name));
  if (unread.length > 0) throw new Error(`DynamoDB in memory does not know ${unread.map(([name]) => name).join(', ')}`);
}
