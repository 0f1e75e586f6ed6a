import { type Item, type Key, queryPage } from './table.ts';

/** Where a page of an index ended: the sort keys of the table and of the index. */
export interface IndexPosition {
  readonly sk: string;
  readonly sort: string;
}

/** One page of keys of a company's items in an index, and where it ended if there is more. */
export async function indexPage(query: {
  index: 'list' | 'status';
  companyId: string;
  partition: string;
  limit: number;
  newestFirst: boolean;
  after: IndexPosition | undefined;
}): Promise<{ keys: Key[]; next: IndexPosition | undefined }> {
  const { index, companyId, partition, limit, newestFirst, after } = query;
  const [partitionName, sortName] = [`${index}Pk`, `${index}Sk`];
  const { items, lastKey } = await queryPage({
    IndexName: index,
    KeyConditionExpression: '#partition = :partition',
    ExpressionAttributeNames: { '#partition': partitionName },
    ExpressionAttributeValues: { ':partition': partition },
    ScanIndexForward: !newestFirst,
    Limit: limit,
    ...(after
      ? {
          ExclusiveStartKey: {
            pk: `COMPANY#${companyId}`,
            sk: after.sk,
            [partitionName]: partition,
            [sortName]: after.sort,
          },
        }
      : {}),
  });
  return {
    keys: items.map(keyOf),
    next: lastKey && { sk: String(lastKey.sk), sort: String(lastKey[sortName]) },
  };
}

function keyOf({ pk, sk }: Item): Key {
  return { pk: String(pk), sk: String(sk) };
}
