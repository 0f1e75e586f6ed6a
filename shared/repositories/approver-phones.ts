import type { Phone } from '../domain/approvers.ts';
import { approvers, companies } from './items.ts';
import type { Tables } from './tables.ts';

/** Administrators asked about one change at most; the others see it when they open the app. */
export const MAXIMUM_ASKED = 25;

/** Reads, page by page, the phones of a company's administrators who can authorize now. */
export async function* approverPages(tables: Tables, companyId: string): AsyncGenerator<Phone[]> {
  const pages = tables.queryPages({
    KeyConditionExpression: 'pk = :company AND begins_with(sk, :approver)',
    ExpressionAttributeValues: { ':company': companies.key(companyId).pk, ':approver': 'APPROVER#' },
    ConsistentRead: true,
    // At most two of a page are not asked about a change: its requester and its holder.
    Limit: MAXIMUM_ASKED + 2,
  });
  for await (const items of pages) yield items.map(approvers.parse);
}

/** Reads the first page of them: enough for somebody to be among them who is neither the requester nor the holder. */
export async function administratorPhones(tables: Tables, companyId: string): Promise<Phone[]> {
  for await (const phones of approverPages(tables, companyId)) return phones;
  return [];
}
