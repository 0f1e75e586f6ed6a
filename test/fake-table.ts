import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AwsClientStub } from 'aws-sdk-client-mock';
import type { Key } from '../shared/repositories/table.ts';

/** Has the client find these items of the main table by their keys, and no others. */
export function storeItems(dynamodb: AwsClientStub<DynamoDBDocumentClient>, items: readonly Key[]): void {
  dynamodb.on(BatchGetCommand).callsFake(({ RequestItems }) => {
    const keys: Key[] = RequestItems.llavero.Keys;
    return {
      Responses: { llavero: items.filter((item) => keys.some(({ pk, sk }) => pk === item.pk && sk === item.sk)) },
    };
  });
}
