import type { Change } from '../domain/change.ts';
import { changes } from './items.ts';
import type { Tables } from './tables.ts';

/** Reads, page by page, a company's changes that the index has as held; each as it is now. */
export async function* heldChangePages(tables: Tables, companyId: string): AsyncGenerator<Change[]> {
  const pages = tables.queryPages({
    IndexName: 'status',
    KeyConditionExpression: 'statusPk = :held',
    ExpressionAttributeValues: { ':held': `COMPANY#${companyId}#CHANGES#PENDING_AUTHORIZATION` },
  });
  for await (const items of pages) {
    const ids = items.map(({ sk }) => String(sk).replace(/^CHANGE#/, ''));
    const { held } = await tables.read({ held: ids.map((changeId) => changes.at(companyId, changeId)) });
    yield held.filter((change) => change !== undefined);
  }
}
