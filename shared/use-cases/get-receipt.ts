import { canonical } from '../domain/canonical.ts';
import type { Change } from '../domain/change.ts';
import type { TokenEvent } from '../domain/event.ts';
import {
  beginsChange,
  composeReceipt,
  endsChange,
  RECEIPT_TYPE,
  type Receipt,
  type ReceiptDevice,
  type ReceiptRecord,
} from '../domain/receipt.ts';
import { ProblemError } from '../errors.ts';
import { devices } from '../repositories/items.ts';
import { enrolmentEvent, eventsNewestFirst } from '../repositories/record.ts';
import type { Uses } from '../world.ts';
import { findChange } from './read-change.ts';
import { settleChange } from './settle-change.ts';

/**
 * Gives the signed receipt of a company's applied change, its members in canonical order.
 *
 * @throws ProblemError `NOT_FOUND`, `CHANGE_NOT_APPLIED`.
 */
export async function getReceipt(
  world: Uses<'tables' | 'clock' | 'receiptKey'>,
  companyId: string,
  changeId: string,
): Promise<Receipt> {
  const found = await findChange(world, companyId, changeId);
  if (!found) throw new ProblemError('NOT_FOUND');
  const now = world.clock.now();
  const change = await settleChange(world, found.change, now);
  const { status } = change;
  if (status !== 'APPLIED') throw new ProblemError('CHANGE_NOT_APPLIED', { change: { changeId, status } });

  const { receiptKey } = world;
  const [record, device, keyId] = await Promise.all([
    readRecord(world, change),
    readDecidingPhone(world, change),
    receiptKey.kid(),
  ]);
  const signed = await receiptKey.sign(composeReceipt(change, { record, device, keyId, now }), RECEIPT_TYPE);
  // Whoever writes the answer's text down has the canonical form, which is what a verifier asks for.
  return JSON.parse(canonical(signed));
}

/** Reads the change's part of its token's record, from the newest event backwards until the one before its first. */
async function readRecord({ tables }: Uses<'tables'>, change: Change): Promise<ReceiptRecord> {
  const events: TokenEvent[] = [];
  let head: ReceiptRecord['head'] | undefined;
  let after: TokenEvent | null = null;
  for await (const event of eventsNewestFirst(tables, change.companyId, change.tokenId)) {
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

/** Reads the phone that decided, which its user may have long since retired; null for a block and for a rescue. */
async function readDecidingPhone({ tables }: Uses<'tables'>, change: Change): Promise<ReceiptDevice | null> {
  if (!change.authorization || change.authorization.policy === 'BANK') return null;
  const { decidedBy, recorded } = change.authorization;
  if (!decidedBy || !recorded) throw new Error('An applied change that was held has a recorded decision');
  const { device } = await tables.read({ device: devices.at(decidedBy.userId, recorded.kid) });
  const enrolment = device && (await enrolmentEvent(tables, device, device.deviceId));
  if (!device || !enrolment) throw new Error('The phone that decided, or its enrolment, is missing');
  const { deviceId, userId, tokenId, signingKey } = device;
  return { deviceId, userId, tokenId, signingKey, enrolment };
}
