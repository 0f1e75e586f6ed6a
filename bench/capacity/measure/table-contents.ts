import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { aws, DATA_STACK, resourceNamed } from '../../../test/cloud/support/aws.ts';
import { seedTable } from '../../../test/cloud/support/seeds.ts';
import { stack } from '../../../test/cloud/support/stack.ts';
import type { Item } from '../../../test/world/attribute-values.ts';
import type { IndexDefinition } from '../../../test/world/memory-table.ts';
import { itemSize } from '../rules/item-size.ts';
import { indexEntry } from '../rules/units.ts';
import type { FollowedTable } from './table-mirror.ts';

/** The product's tables with the indexes they are deployed with. */
export async function followedTables(recordTableName: string): Promise<FollowedTable[]> {
  return [
    await describe(stack().tableName, 'main'),
    await describe(recordTableName, 'record'),
    await describe(await seedTable(), 'seeds'),
    await describe(await resourceNamed(DATA_STACK, 'AWS::DynamoDB::Table', 'TablesSignIns'), 'sign-ins'),
  ];
}

async function describe(TableName: string, label: FollowedTable['label']): Promise<FollowedTable> {
  const { Table } = await aws.dynamodb().send(new DescribeTableCommand({ TableName }));
  const indexes = (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => {
    if (Projection?.ProjectionType !== 'KEYS_ONLY') throw new Error(`The index ${IndexName} has more than keys`);
    const findKeyName = (type: string) => KeySchema?.find(({ KeyType }) => KeyType === type)?.AttributeName ?? '';
    return { name: IndexName ?? '', partition: findKeyName('HASH'), sort: findKeyName('RANGE') };
  });
  return { tableName: TableName, label, indexes };
}

/** Every item of a table. */
export async function readContents(TableName: string): Promise<Item[]> {
  const items: Item[] = [];
  const pages = paginateScan({ client: aws.dynamodb() }, { TableName, ConsistentRead: true });
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}

/** DynamoDB bills, of each item and of each entry of an index, a hundred bytes beside what it holds. */
const STORED_OVERHEAD = 100;

/** Bytes that items take in a table and in its indexes, as storage is billed. */
export function storedBytes(items: readonly Item[], indexes: readonly IndexDefinition[]): number {
  return items.reduce((sum, item) => {
    const entries = indexes.map((index) => indexEntry(index, item)).filter((entry) => entry !== undefined);
    return [item, ...entries].reduce((bytes, each) => bytes + itemSize(each) + STORED_OVERHEAD, sum);
  }, 0);
}
