import { applyUpdate, checkUpdate } from './apply-update.ts';
import { type Item, sentItem } from './attribute-values.ts';
import { bind } from './bindings.ts';
import { checkCondition, holds } from './evaluate-condition.ts';
import { parseCondition, parseUpdate } from './expressions.ts';
import type { MemoryTable } from './memory-table.ts';
import { invalid, refuseUnread } from './validation.ts';

/** The members of any of the four kinds of write; the types of the client's commands agree with it. */
interface WriteParameters {
  readonly TableName?: string | undefined;
  readonly Item?: object | undefined;
  readonly Key?: object | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, unknown> | undefined;
  readonly ReturnValues?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

const PARAMETERS = [
  'TableName',
  'Item',
  'Key',
  'UpdateExpression',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ReturnValues',
  'ReturnValuesOnConditionCheckFailure',
];

/** One write or check, alone or of a transaction. */
export type WriteRequest = {
  readonly [kind in 'Put' | 'Update' | 'Delete' | 'ConditionCheck']?: WriteParameters | undefined;
};

/** Either the item before and after the write, or why nothing is written. */
export type Outcome =
  | { readonly before: Item | undefined; readonly after: Item | undefined }
  | { readonly failed: 'condition' | Error };

/** A write whose request is in order; what it comes to depends on the item. */
export interface Prepared {
  readonly table: MemoryTable;
  readonly key: Item;
  readonly id: string;
  readonly returned: 'ALL_OLD' | 'ALL_NEW' | undefined;
  /** True where a failed condition is to come with the item that did not meet it. */
  readonly showsUnmet: boolean;
  readonly judge: () => Outcome;
}

/**
 * Checks a write's request as DynamoDB does before it looks at the item.
 *
 * @throws DynamoDBServiceException `ValidationException` naming what is wrong with it.
 */
export function prepareWrite(table: MemoryTable, { Put, Update, Delete, ConditionCheck }: WriteRequest): Prepared {
  const request = Put ?? Update ?? Delete ?? ConditionCheck;
  if (!request) throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  refuseUnread(request, PARAMETERS);
  const item = Put && sentItem(Put.Item ?? {});
  const key = item ? keyFrom(item, table) : sentItem((Update ?? Delete ?? ConditionCheck)?.Key ?? {});
  if (Object.keys(key).length !== 2) throw invalid('The provided key element does not match the schema');

  const condition = request.ConditionExpression ? parseCondition(request.ConditionExpression) : undefined;
  const update = Update?.UpdateExpression ? parseUpdate(Update.UpdateExpression) : undefined;
  const bindings = bind(request, [condition, update]);
  if (condition) checkCondition(condition.tree, bindings);
  if (ConditionCheck && !condition) throw invalid('The expression can not be empty');
  if (update) checkUpdate(update.tree, bindings, Object.values(table.key));

  const after = (before: Item | undefined): Item | undefined => {
    if (item) return item;
    if (Delete) return undefined;
    return Update ? applyUpdate(before ?? key, update?.tree ?? NOTHING, bindings) : before;
  };
  return {
    table,
    key,
    id: table.id(key),
    returned: returnedBy(request.ReturnValues),
    showsUnmet: returnedBy(request.ReturnValuesOnConditionCheckFailure) === 'ALL_OLD',
    judge: () => {
      const before = table.get(key);
      if (condition && !holds(condition.tree, before ?? {}, bindings)) return { failed: 'condition' };
      try {
        return { before, after: after(before) };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return { failed: error };
      }
    },
  };
}

const NOTHING = { set: [], remove: [], add: [], delete: [] };

function keyFrom(item: Item, { key: { partition, sort } }: MemoryTable): Item {
  return Object.fromEntries(
    [partition, sort].map((name) => {
      const value = item[name];
      if (value === undefined)
        throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
      return [name, value];
    }),
  );
}

function returnedBy(values: string | undefined): 'ALL_OLD' | 'ALL_NEW' | undefined {
  if (values === undefined || values === 'NONE') return undefined;
  if (values === 'ALL_OLD' || values === 'ALL_NEW') return values;
  throw new Error(`DynamoDB in memory does not know ReturnValues ${values}`);
}
