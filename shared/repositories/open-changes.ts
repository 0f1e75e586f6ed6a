import type { Change } from '../domain/change.ts';
import { StaleDecisionError } from '../errors.ts';
import { changes, openPartition, openSort } from './items.ts';
import type { Item } from './stored-item.ts';
import type { Query, Tables } from './tables.ts';

/** An entry of the index of open changes. */
export interface OpenEntry {
  readonly companyId: string;
  readonly changeId: string;
  /** When the reconciler looks at the change next. */
  readonly dueAt: string;
}

/** A shard of the index of open changes page by page, the first due first. */
export function openPages(tables: Tables, shard: number): AsyncGenerator<OpenEntry[]> {
  return entryPages(tables, {
    KeyConditionExpression: 'openPk = :shard',
    ExpressionAttributeValues: { ':shard': openPartition(shard) },
  });
}

/** The entries of a shard that are due by that moment, page by page, the longest due first. */
export function duePages(tables: Tables, shard: number, by: Date): AsyncGenerator<OpenEntry[]> {
  return entryPages(tables, {
    KeyConditionExpression: 'openPk = :shard AND openSk <= :by',
    ExpressionAttributeValues: { ':shard': openPartition(shard), ':by': `${by.toISOString()}~` },
  });
}

async function* entryPages(tables: Tables, query: Query): AsyncGenerator<OpenEntry[]> {
  for await (const items of tables.queryPages({ IndexName: 'open', ...query })) yield items.map(asEntry);
}

function asEntry({ pk, sk, openSk }: Item): OpenEntry {
  return {
    companyId: String(pk).replace(/^COMPANY#/, ''),
    changeId: String(sk).replace(/^CHANGE#/, ''),
    dueAt: String(openSk).split('#', 1)[0] ?? '',
  };
}

/**
 * Moves when the reconciler looks at a change next, or takes it from the index.
 *
 * @throws StaleDecisionError where somebody has written the change meanwhile, whose time of it stays.
 */
export async function setDue(
  tables: Tables,
  { companyId, changeId, version }: Change,
  dueAt: string | undefined,
): Promise<void> {
  const { done } = await tables.writeOne(changes.at(companyId, changeId), {
    UpdateExpression: dueAt ? 'SET dueAt = :due, openSk = :sort' : 'REMOVE dueAt, openPk, openSk',
    ConditionExpression: '#version = :seen',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: {
      ':seen': version,
      ...(dueAt ? { ':due': dueAt, ':sort': openSort(dueAt, changeId) } : {}),
    },
  });
  if (!done) throw new StaleDecisionError('The change moved on');
}
