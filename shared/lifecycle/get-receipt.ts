import { canonical } from '../domain/canonical.ts';
import type { Change } from '../domain/change.ts';
import type { TokenEvent } from '../domain/event.ts';
import {
  beginsChange,
  endsChange,
  RECEIPT_TYPE,
  type Receipt,
  type ReceiptDevice,
  type ReceiptRecord,
  receiptOf,
} from '../domain/receipt.ts';
import { requireEnv } from '../env.ts';
import { ProblemError } from '../errors.ts';
import { readDevice } from '../repositories/items.ts';
import { deviceKey } from '../repositories/keys.ts';
import { enrolmentEvent, eventsNewestFirst } from '../repositories/record.ts';
import { getAll } from '../repositories/table.ts';
import { SigningKey } from '../security/signing-key.ts';
import { findChange } from './read-change.ts';
import { settleChange } from './settle-change.ts';

const receiptKey = new SigningKey(requireEnv('RECEIPT_KEY_ARN'));

/**
 * The signed receipt of a company's applied change, its members in canonical order.
 *
 * @throws ProblemError `NOT_FOUND`, `CHANGE_NOT_APPLIED`.
 */
export async function getReceipt(companyId: string, changeId: string): Promise<Receipt> {
  const found = await findChange(companyId, changeId);
  if (!found) throw new ProblemError('NOT_FOUND');
  const now = new Date();
  const change = await settleChange(found.change, now);
  const { status } = change;
  if (status !== 'APPLIED') throw new ProblemError('CHANGE_NOT_APPLIED', { change: { changeId, status } });

  const [record, device, keyId] = await Promise.all([recordOf(change), deviceOf(change), receiptKey.kid()]);
  const signed = await receiptKey.sign(receiptOf(change, { record, device, keyId, now }), RECEIPT_TYPE);
  // Whoever writes the answer's text down has the canonical form, which is what a verifier asks for.
  return JSON.parse(canonical(signed));
}

/** The change's part of its token's record, read from the newest event backwards until the one before its first. */
async function recordOf(change: Change): Promise<ReceiptRecord> {
  const events: TokenEvent[] = [];
  let head: ReceiptRecord['head'] | undefined;
  let after: TokenEvent | null = null;
  for await (const event of eventsNewestFirst(change.companyId, change.tokenId)) {
    head ??= { seq: event.seq, hash: event.hash };
    const [first] = events;
    if (first && beginsChange(first, change)) return { before: event, events, after, head };
    if (first || endsChange(event, change)) events.unshift(event);
    else after = event;
  }
  const [first] = events;
  if (!head || !first || !beginsChange(first, change)) throw new Error('The record has not the whole of the change');
  return { before: null, events, after, head };
}

/** The phone that decided, which its user may have long since retired; null for a block and for a rescue. */
async function deviceOf(change: Change): Promise<ReceiptDevice | null> {
  if (!change.authorization || change.authorization.policy === 'BANK') return null;
  const { decidedBy, recorded } = change.authorization;
  if (!decidedBy || !recorded) throw new Error('An applied change that was held has a recorded decision');
  const [item] = await getAll([deviceKey(decidedBy.userId, recorded.kid)]);
  const device = readDevice(item);
  const enrolment = device && (await enrolmentEvent(device, device.deviceId));
  if (!device || !enrolment) throw new Error('The phone that decided, or its enrolment, is missing');
  const { deviceId, userId, tokenId, signingKey } = device;
  return { deviceId, userId, tokenId, signingKey, enrolment };
}
