import type { Change } from '../domain/change.ts';
import type { Device } from '../domain/device.ts';
import type { TokenEvent } from '../domain/event.ts';
import { noticeTexts } from '../domain/notice.ts';
import { type Mail, noticeMail } from '../domain/notice-mail.ts';
import type { Limit } from '../domain/sliding-window.ts';
import { isAdministrator, type User } from '../domain/user.ts';
import { optionalEnv, requireEnvNumber } from '../env.ts';
import { aboutChange, correlate, log } from '../logger.ts';
import { sendMail } from '../mail.ts';
import { count } from '../metrics.ts';
import { pushFailureOf, sendPush } from '../push.ts';
import {
  type NotificationStatus,
  readChange,
  readDevice,
  readNotices,
  readToken,
  readUser,
} from '../repositories/items.ts';
import { changeKey, companyKey, deviceKey, eventNoticesKey, noticesKey, userKey } from '../repositories/keys.ts';
import { storeNotices } from '../repositories/notices.ts';
import { getAll, queryPages } from '../repositories/table.ts';
import { takePlace } from '../repositories/windows.ts';

/** Notices have a budget of their own, as large as that of prompts, which they so never use up. */
const PUSHES: Limit = { limit: requireEnvNumber('PUSHES_PER_DEVICE'), seconds: 600 };
const SENDER = optionalEnv('NOTICE_SENDER');

/** How long it is kept that an event without a change was seen to, in seconds: longer than a stream delivers again. */
const KEEP_SECONDS = 7 * 86_400;

/** An event of a token, and whom it concerns. */
export interface NoticedEvent {
  readonly companyId: string;
  readonly tokenId: string;
  readonly holderId: string;
  /** The phone that the token had once the event was written. */
  readonly deviceId: string | undefined;
  readonly event: TokenEvent;
}

/** What an event's notices are made from. */
interface Read {
  readonly holder: User;
  readonly device: Device | undefined;
  readonly change: Change | undefined;
}

/**
 * Gives the token's holder notice of an event, by push and by mail, and stores what became of it. Repeatable: an event
 * that was seen to is not told again. A notice that cannot be delivered is counted and shown, never thrown.
 */
export async function sendNotices(noticed: NoticedEvent): Promise<void> {
  const { companyId, tokenId, holderId, deviceId, event } = noticed;
  const changeId = event.change?.changeId;
  const key = changeId ? noticesKey(changeId) : eventNoticesKey(companyId, tokenId, event.seq);
  const items = await getAll([
    key,
    userKey(holderId),
    ...(deviceId ? [deviceKey(holderId, deviceId)] : []),
    ...(changeId ? [changeKey(companyId, changeId)] : []),
  ]);
  const before = readNotices(items[0]);
  if (before && before.seq >= event.seq) return;
  const holder = readUser(items[1]);
  if (!holder) throw new Error('The holder of a token is missing');
  const read: Read = {
    holder,
    device: deviceId ? readDevice(items[2]) : undefined,
    change: changeId ? readChange(items.at(-1)) : undefined,
  };
  if (read.change) correlate(read.change);

  const [push, email] = await Promise.all([pushNotice(event, read), mailNotice(event, read)]);
  const notices = { seq: event.seq, push: latest(before?.push, push), email: latest(before?.email, email) };
  const about = read.change ? aboutChange(read.change) : { companyId, tokenId };
  log.info('holder told', { ...about, operation: event.type, status: `push ${push}, email ${email}` });
  await storeNotices(key, notices, changeId ? undefined : Math.ceil(Date.now() / 1000) + KEEP_SECONDS);
}

/** What a channel shows of a change: its latest attempt, if there was any. */
function latest(before: NotificationStatus | undefined, now: NotificationStatus): NotificationStatus {
  return now === 'NOT_NEEDED' && before ? before : now;
}

/** Wakes up the holder's phone, if they still have it and it was not asked to authorize this very request. */
async function pushNotice(event: TokenEvent, { device, change }: Read): Promise<NotificationStatus> {
  if (!device || device.retiredAt || !change) return 'NOT_NEEDED';
  const asked = change.authorization?.asked.some(({ deviceId }) => deviceId === device.deviceId) ?? false;
  if (asked && event.type === 'CHANGE_REQUESTED') return 'NOT_NEEDED';
  const { userId, deviceId, endpointArn } = device;
  const { changeId } = change;
  return attempt('PUSH', changeId, async () => {
    if (!endpointArn) throw new Error('The phone has no push endpoint');
    const once = { create: false, once: `${changeId}#${event.seq}` };
    const place = await takePlace(deviceKey(userId, deviceId), 'noticed', PUSHES, new Date(), once);
    if (!place) return 'NOT_NEEDED';
    await sendPush(endpointArn, { type: 'TOKEN_CHANGED', changeId });
    return 'SENT';
  });
}

/** Mails the holder; and, where the bank's staff acts, every administrator of the company too. */
async function mailNotice(event: TokenEvent, read: Read): Promise<NotificationStatus> {
  const { holder, change } = read;
  if (!SENDER) return 'NOT_NEEDED';
  const phoneName = event.type === 'TOKEN_ENROLLED' ? read.device?.name : undefined;
  const mail = noticeMail(noticeTexts({ event, holderName: holder.fullName, change, phoneName }));
  if (isByBank(event, change)) await mailAdministrators(SENDER, mail, holder, change?.changeId);
  return mailTo(SENDER, holder, mail, change?.changeId);
}

function isByBank(event: TokenEvent, change: Change | undefined): boolean {
  const policy: string | undefined = change?.authorization?.policy;
  return event.actor.type === 'BANK' || policy === 'BANK';
}

async function mailAdministrators(
  sender: string,
  mail: Mail,
  { companyId, userId }: User,
  changeId: string | undefined,
): Promise<void> {
  for await (const administrators of administratorsOf(companyId)) {
    const others = administrators.filter((administrator) => administrator.userId !== userId);
    await Promise.all(others.map((administrator) => mailTo(sender, administrator, mail, changeId)));
  }
}

/** The company's enabled administrators, found by their tokens, page by page: also those without a phone. */
async function* administratorsOf(companyId: string): AsyncGenerator<User[]> {
  const pages = queryPages({
    KeyConditionExpression: 'pk = :company AND begins_with(sk, :token)',
    FilterExpression: 'kind = :virtual AND holder.#role = :administrator',
    ExpressionAttributeNames: { '#role': 'role' },
    ExpressionAttributeValues: {
      ':company': companyKey(companyId).pk,
      ':token': 'TOKEN#',
      ':virtual': 'VIRTUAL',
      ':administrator': 'ADMINISTRATOR',
    },
    ConsistentRead: true,
  });
  for await (const items of pages) {
    const holders = items.flatMap((item) => readToken(item)?.holder.userId ?? []);
    const users = await getAll(holders.map(userKey));
    yield users.flatMap((item) => readUser(item) ?? []).filter(isAdministrator);
  }
}

function mailTo(sender: string, { email }: User, mail: Mail, changeId: string | undefined) {
  return attempt('EMAIL', changeId, async () => {
    await sendMail(sender, email, mail);
    return 'SENT';
  });
}

/** One attempt at a delivery; what it throws is counted and shown, and is nobody else's concern. */
async function attempt(
  channel: 'PUSH' | 'EMAIL',
  changeId: string | undefined,
  deliver: () => Promise<NotificationStatus>,
): Promise<NotificationStatus> {
  try {
    return await deliver();
  } catch (error) {
    const code = channel === 'PUSH' ? pushFailureOf(error) : 'MAIL_REFUSED';
    count('NoticeFailures', channel);
    log.warn('notice not delivered', { ...(changeId ? { changeId } : {}), operation: channel, code }, error);
    return 'FAILED';
  }
}
