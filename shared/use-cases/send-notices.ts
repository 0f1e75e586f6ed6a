import type { Change } from '../domain/change.ts';
import type { Device } from '../domain/device.ts';
import type { TokenEvent } from '../domain/event.ts';
import { noticeTexts } from '../domain/notice.ts';
import { type Mail, noticeMail } from '../domain/notice-mail.ts';
import type { Limit } from '../domain/sliding-window.ts';
import type { User } from '../domain/user.ts';
import { administratorPages } from '../repositories/administrators.ts';
import {
  changes,
  companies,
  devices,
  eventNotices,
  type NotificationStatus,
  notices,
  users,
} from '../repositories/items.ts';
import { readMovedUser } from '../repositories/later-ids.ts';
import { storeNotices } from '../repositories/notices.ts';
import { takePlace } from '../repositories/windows.ts';
import { aboutChange, correlate, log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { NoEndpointError, pushFailure } from './push-failure.ts';

/** An event without a change is kept as seen to for so long, in seconds: longer than a stream delivers again. */
export const KEEP_SECONDS = 7 * 86_400;

/** A notice is worth delivering for a week: whoever was away for long learns of a theft all the same. */
const NOTICE_SECONDS = 7 * 86_400;

/** An event of a token, and whom it concerns. */
export interface NoticedEvent {
  readonly companyId: string;
  readonly tokenId: string;
  readonly holderId: string;
  /** The phone that the token had once the event was written. */
  readonly deviceId: string | undefined;
  readonly event: TokenEvent;
}

/** The facts that an event's notices are made from. */
interface NoticeFacts {
  readonly holder: User;
  readonly device: Device | undefined;
  readonly change: Change | undefined;
  readonly companyName: string | undefined;
}

/**
 * Gives the token's holder notice of an event, by push and by mail, and stores what became of it. Repeatable: an event
 * that was seen to is not told again. A notice that cannot be delivered is counted and shown, never thrown.
 */
export async function sendNotices(
  world: Uses<'tables' | 'push' | 'mailbox' | 'clock', 'pushesPerDevice' | 'noticeSender'>,
  noticed: NoticedEvent,
): Promise<void> {
  const { tables, clock } = world;
  const { companyId, tokenId, holderId, deviceId, event } = noticed;
  const changeId = event.change?.changeId;
  const told = changeId ? notices.at(changeId) : eventNotices.at(companyId, tokenId, event.seq);
  const { before, holder, device, change, company } = await tables.read({
    before: told,
    holder: users.at(holderId),
    device: deviceId ? devices.at(holderId, deviceId) : undefined,
    change: changeId ? changes.at(companyId, changeId) : undefined,
    // A change knows its company's name.
    company: changeId ? undefined : companies.at(companyId),
  });
  if (before && before.seq >= event.seq) return;
  if (!holder) {
    const moved = await readMovedUser(tables, holderId);
    if (!moved) throw new Error('The holder of a token is missing');
    return sendNotices(world, { ...noticed, holderId: moved.userId });
  }
  if (change) correlate(change);

  const facts: NoticeFacts = { holder, device, change, companyName: change?.names?.company ?? company?.name };
  const push = await pushNotice(world, event, facts);
  const email = push === 'SENT' && isToldByPush(event, facts) ? 'NOT_NEEDED' : await mailNotice(world, event, facts);
  const outcome = { seq: event.seq, push: latest(before?.push, push), email: latest(before?.email, email) };
  const about = change ? aboutChange(change) : { companyId, tokenId };
  log.info('holder told', { ...about, operation: event.type, status: `push ${push}, email ${email}` });
  const ttl = changeId ? undefined : Math.ceil(clock.now().getTime() / 1000) + KEEP_SECONDS;
  await storeNotices(tables, told, outcome, ttl);
}

/** Gives what a channel shows of a change: its latest delivery, if there was any. */
function latest(before: NotificationStatus | undefined, now: NotificationStatus): NotificationStatus {
  return now === 'NOT_NEEDED' && before ? before : now;
}

/** Wakes up the holder's phone, if they still have it and it was not asked to authorize this very request. */
async function pushNotice(
  { tables, push, clock, settings }: Uses<'tables' | 'push' | 'clock', 'pushesPerDevice'>,
  event: TokenEvent,
  { device, change }: NoticeFacts,
): Promise<NotificationStatus> {
  if (!device || device.retiredAt || !change) return 'NOT_NEEDED';
  const asked = change.authorization?.asked.some(({ deviceId }) => deviceId === device.deviceId) ?? false;
  if (asked && event.type === 'CHANGE_REQUESTED') return 'NOT_NEEDED';
  const { userId, deviceId, endpointArn } = device;
  const { changeId } = change;
  return tryDelivery('PUSH', changeId, async () => {
    if (!endpointArn) throw new NoEndpointError();
    const once = { create: false, once: `${changeId}#${event.seq}` };
    // A budget of their own, as large as that of prompts, which notices so never use up.
    const limit: Limit = { limit: settings.pushesPerDevice, seconds: 600 };
    const place = await takePlace(tables, devices.at(userId, deviceId), 'noticed', limit, clock.now(), once);
    if (!place) return 'NOT_NEEDED';
    const wakeUp = { type: 'TOKEN_CHANGED', changeId, text: 'llavero_token_changed' } as const;
    await push.publish(endpointArn, { ...wakeUp, secondsToLive: NOTICE_SECONDS });
    return 'SENT';
  });
}

/** Mails the holder; and, where the bank's staff acts, every administrator of the company too. */
async function mailNotice(
  world: Uses<'tables' | 'mailbox', 'noticeSender'>,
  event: TokenEvent,
  { holder, device, change, companyName }: NoticeFacts,
): Promise<NotificationStatus> {
  const sender = world.settings.noticeSender;
  if (!sender) return 'NOT_NEEDED';
  const phoneName = event.type === 'TOKEN_ENROLLED' ? device?.name : undefined;
  const mail = noticeMail(noticeTexts({ event, holder, companyName, change, phoneName }));
  if (isByBank(event, change)) await mailAdministrators(world, sender, mail, holder, change?.changeId);
  return mailTo(world, sender, holder, mail, change?.changeId);
}

/** A request that the holder's phone was told of is not mailed too, unless that phone may not be in the holder's hands. */
function isToldByPush(event: TokenEvent, { change }: NoticeFacts): boolean {
  const inDoubt = change?.authorization?.holderExcluded ?? true;
  return event.type === 'CHANGE_REQUESTED' && !inDoubt && !isByBank(event, change);
}

function isByBank(event: TokenEvent, change: Change | undefined): boolean {
  const policy: string | undefined = change?.authorization?.policy;
  return event.actor.type === 'BANK' || policy === 'BANK';
}

async function mailAdministrators(
  world: Uses<'tables' | 'mailbox'>,
  sender: string,
  mail: Mail,
  { companyId, userId }: User,
  changeId: string | undefined,
): Promise<void> {
  for await (const administrators of administratorPages(world.tables, companyId)) {
    const others = administrators.filter((administrator) => administrator.userId !== userId);
    await Promise.all(others.map((administrator) => mailTo(world, sender, administrator, mail, changeId)));
  }
}

/** Mails one person; where that fails it is counted and shown. */
export function mailTo(
  { mailbox }: Uses<'mailbox'>,
  sender: string,
  { email }: Pick<User, 'email'>,
  mail: Mail,
  changeId: string | undefined,
): Promise<NotificationStatus> {
  return tryDelivery('EMAIL', changeId, async () => {
    await mailbox.send(sender, email, mail);
    return 'SENT';
  });
}

/** Tries a delivery; what it throws is counted and shown, and is nobody else's concern. */
async function tryDelivery(
  channel: 'PUSH' | 'EMAIL',
  changeId: string | undefined,
  deliver: () => Promise<NotificationStatus>,
): Promise<NotificationStatus> {
  try {
    return await deliver();
  } catch (error) {
    const code = channel === 'PUSH' ? pushFailure(error) : 'MAIL_REFUSED';
    count('NoticeFailures', channel);
    log.warn('notice not delivered', { ...(changeId ? { changeId } : {}), operation: channel, code }, error);
    return 'FAILED';
  }
}
