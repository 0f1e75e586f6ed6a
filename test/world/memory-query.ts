import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { type Item, sentItem, type Value } from './attribute-values.ts';
import { bind } from './bindings.ts';
import { type Bindings, checkCondition, holds, resolvePath } from './evaluate-condition.ts';
import { type Condition, type Operand, parseCondition } from './expressions.ts';
import type { KeyNames, MemoryTable } from './memory-table.ts';
import { invalid, refuseUnread } from './validation.ts';

/** One page of a query: at most `Limit` items are looked at, and of those the filter leaves some. */
export function query(table: MemoryTable, input: QueryCommandInput): object {
  const { IndexName, ScanIndexForward = true, Limit = Number.POSITIVE_INFINITY, ExclusiveStartKey } = input;
  checkRequest(input);
  const names = IndexName ? table.index(IndexName) : table.key;
  const keyCondition = parseCondition(input.KeyConditionExpression ?? '');
  const filter = input.FilterExpression ? parseCondition(input.FilterExpression) : undefined;
  const bindings = bind(input, [keyCondition, filter]);
  checkCondition(keyCondition.tree, bindings);
  if (filter) checkFilter(filter.tree, names, bindings);

  const partition = findPartition(keyCondition.tree, names, bindings);
  const isFound = (item: Item) => holds(keyCondition.tree, item, bindings);
  const inOrder = table.partition(names, partition).filter(isFound);
  if (!ScanIndexForward) inOrder.reverse();
  const start = ExclusiveStartKey && findStart(sentItem(ExclusiveStartKey), table, names, partition);
  if (start && !isFound(start)) throw invalid('The provided starting key does not match the range key predicate');
  const direction = ScanIndexForward ? 1 : -1;
  const left = start ? inOrder.filter((item) => table.compare(item, start, names) * direction > 0) : inOrder;
  const looked = left.slice(0, Limit);
  const last = looked.length === Limit ? looked.at(-1) : undefined;
  const projected = IndexName ? looked.map((item) => pickKeys(item, table, names)) : looked;
  const found = filter ? projected.filter((item) => holds(filter.tree, item, bindings)) : projected;
  return {
    Items: found.map(sentItem),
    Count: found.length,
    ScannedCount: looked.length,
    ...(last ? { LastEvaluatedKey: pickKeys(last, table, names) } : {}),
  };
}

const PARAMETERS = [
  'TableName',
  'IndexName',
  'KeyConditionExpression',
  'FilterExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
  'ScanIndexForward',
  'ConsistentRead',
  'Limit',
  'ExclusiveStartKey',
];

function checkRequest(input: QueryCommandInput): void {
  refuseUnread(input, PARAMETERS);
  if (input.IndexName && input.ConsistentRead) {
    throw invalid('Consistent reads are not supported on global secondary indexes');
  }
  if (input.Limit !== undefined && input.Limit < 1) throw invalid('Limit must be greater than or equal to 1');
}

/** The partition that the condition names; refuses a condition of another form than a query's. */
function findPartition(tree: Condition, names: KeyNames, bindings: Bindings): string {
  const parts = tree.kind === 'and' ? [tree.left, tree.right] : [tree];
  let partition: Value | undefined;
  let sorts = 0;
  for (const part of parts) {
    const name = keyNamed(part, bindings);
    if (name === names.sort && isSortCondition(part)) {
      sorts++;
    } else if (
      name === names.partition &&
      part.kind === 'compare' &&
      part.operator === '=' &&
      part.right.kind === 'value'
    ) {
      partition = bindings.values[part.right.name];
    } else {
      throw invalid('Query key condition not supported');
    }
  }
  if (partition === undefined) throw invalid(`Query condition missed key schema element: ${names.partition}`);
  if (sorts > 1) throw invalid('KeyConditionExpressions must only contain one condition per key');
  if (typeof partition !== 'string') {
    throw invalid('One or more parameter values were invalid: Condition parameter type does not match schema type');
  }
  return partition;
}

function isSortCondition(part: Condition): boolean {
  return (
    part.kind === 'between' ||
    (part.kind === 'compare' && part.operator !== '<>') ||
    (part.kind === 'test' && part.name === 'begins_with')
  );
}

function keyNamed(part: Condition, bindings: Bindings): string | undefined {
  const [operand] = listOperands(part);
  return operand?.kind === 'path' && operand.path.length === 1
    ? String(resolvePath(operand.path, bindings)[0])
    : undefined;
}

function listOperands(part: Condition): readonly Operand[] {
  if (part.kind === 'compare') return [part.left, part.right];
  if (part.kind === 'between') return [part.operand, part.low, part.high];
  if (part.kind === 'in') return [part.operand, ...part.options];
  return part.kind === 'test' ? part.args : [];
}

/** A filter judges what is found; the keys are for finding. */
function checkFilter(tree: Condition, names: KeyNames, bindings: Bindings): void {
  checkCondition(tree, bindings);
  const named = (part: Condition): unknown[] => {
    if (part.kind === 'and' || part.kind === 'or') return [...named(part.left), ...named(part.right)];
    if (part.kind === 'not') return named(part.part);
    return listOperands(part).flatMap(listPaths);
  };
  const listPaths = (operand: Operand): unknown[] => {
    if (operand.kind === 'path') return [resolvePath(operand.path, bindings)[0]];
    return operand.kind === 'call' ? operand.args.flatMap(listPaths) : [];
  };
  const key = named(tree).find((name) => name === names.partition || name === names.sort);
  if (key)
    throw invalid(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`);
}

function findStart(start: Item, table: MemoryTable, names: KeyNames, partition: string): Item {
  const wanted = new Set([names.partition, names.sort, table.key.partition, table.key.sort]);
  const complete = Object.keys(start).length === wanted.size && Object.keys(start).every((name) => wanted.has(name));
  if (!complete) throw invalid('The provided starting key is invalid');
  if (start[names.partition] !== partition) {
    throw invalid('The provided starting key is outside query boundaries based on provided conditions');
  }
  return start;
}

function pickKeys(item: Item, table: MemoryTable, names: KeyNames): Item {
  const keys = new Set([table.key.partition, table.key.sort, names.partition, names.sort]);
  return Object.fromEntries([...keys].flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));
}
