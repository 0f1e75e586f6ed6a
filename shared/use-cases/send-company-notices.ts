import { companyNoticeTexts, findCompanyNoticed } from '../domain/company-notice.ts';
import { COMPANY_RECORD, type TokenEvent } from '../domain/event.ts';
import { noticeMail } from '../domain/notice-mail.ts';
import { administratorPages } from '../repositories/administrators.ts';
import { companies, eventNotices, formerAddresses, type NotificationStatus, users } from '../repositories/items.ts';
import { readMovedUser } from '../repositories/later-ids.ts';
import { storeNotices } from '../repositories/notices.ts';
import { log } from '../telemetry/log.ts';
import type { Uses } from '../world.ts';
import { KEEP_SECONDS, mailTo } from './send-notices.ts';

type World = Uses<'tables' | 'mailbox' | 'clock', 'noticeSender'>;

/** An event of a company's own record. */
export interface CompanyEvent {
  readonly companyId: string;
  readonly event: TokenEvent;
}

/**
 * Mails an event of a company's own record to each of its administrators, and to the person that it is about. A changed
 * address is told to the earlier one, too. Repeatable: an event that was mailed is not mailed again. A mail that cannot
 * be delivered is counted, never thrown.
 */
export async function sendCompanyNotices(world: World, { companyId, event }: CompanyEvent): Promise<void> {
  const { tables, clock, settings } = world;
  const noticed = findCompanyNoticed(event);
  if (!noticed) return;
  const told = eventNotices.at(companyId, COMPANY_RECORD, event.seq);
  const { userId } = event.details;
  const { before, company, found, former } = await tables.read({
    before: told,
    company: companies.at(companyId),
    found: typeof userId === 'string' ? users.at(userId) : undefined,
    former: formerAddresses.at(companyId, event.seq),
  });
  if (before) return;
  if (!company) throw new Error('The company of an event is missing');

  const person = found ?? (typeof userId === 'string' ? await readMovedUser(tables, userId) : undefined);
  const sender = settings.noticeSender;
  const mail = noticeMail(companyNoticeTexts(noticed, event, company.name));
  const outcomes: NotificationStatus[] = [];
  for await (const addresses of sender ? recipientPages(world, companyId, [person, former]) : []) {
    const send = (email: string) => mailTo(world, sender ?? '', { email }, mail, undefined);
    outcomes.push(...(await Promise.all(addresses.map(send))));
  }
  const email = summarize(outcomes);
  log.info('company told', { companyId, operation: event.type, status: email, count: outcomes.length });
  const ttl = Math.ceil(clock.now().getTime() / 1000) + KEEP_SECONDS;
  await storeNotices(tables, told, { seq: event.seq, push: 'NOT_NEEDED', email }, ttl);
}

/** The addresses that an event goes to, each once; first those of whom it is about. */
async function* recipientPages(
  { tables }: Uses<'tables'>,
  companyId: string,
  concerned: readonly ({ readonly email: string } | undefined)[],
): AsyncGenerator<string[]> {
  const first = new Set(concerned.flatMap((each) => each?.email ?? []));
  yield [...first];
  for await (const administrators of administratorPages(tables, companyId)) {
    yield administrators.map(({ email }) => email).filter((email) => !first.has(email));
  }
}

function summarize(outcomes: readonly NotificationStatus[]): NotificationStatus {
  if (outcomes.length === 0) return 'NOT_NEEDED';
  return outcomes.includes('SENT') ? 'SENT' : 'FAILED';
}
