import type { Phone } from '../domain/approvers.ts';
import { readApprover } from '../repositories/items.ts';
import { companyKey } from '../repositories/keys.ts';
import { queryPages } from '../repositories/table.ts';

/** Administrators asked about one change at most; the others see it when they open the app. */
export const MAXIMUM_ASKED = 25;

/** The phones of a company's administrators who can authorize now; at most two of a page are not asked about a change. */
export async function* approverPages(companyId: string): AsyncGenerator<Phone[]> {
  const pages = queryPages({
    KeyConditionExpression: 'pk = :company AND begins_with(sk, :approver)',
    ExpressionAttributeValues: { ':company': companyKey(companyId).pk, ':approver': 'APPROVER#' },
    ConsistentRead: true,
    Limit: MAXIMUM_ASKED + 2,
  });
  for await (const items of pages) yield items.flatMap((item) => readApprover(item) ?? []);
}

/** The first page of them: enough for somebody to be among them who is neither the requester nor the holder. */
export async function administratorPhones(companyId: string): Promise<Phone[]> {
  for await (const phones of approverPages(companyId)) return phones;
  return [];
}
