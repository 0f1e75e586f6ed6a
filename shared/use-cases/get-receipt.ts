import { $ZodError } from 'zod/v4/core';
import { canonical } from '../domain/canonical.ts';
import type { Change } from '../domain/change.ts';
import type { TokenEvent } from '../domain/event.ts';
import {
  beginsChange,
  composeReceipt,
  endsChange,
  type FoundPhone,
  type FoundRecord,
  RECEIPT_TYPE,
  type Receipt,
  type UnsignedReceipt,
  unsignedReceiptSchema,
} from '../domain/receipt.ts';
import { ProblemError } from '../errors.ts';
import { devices } from '../repositories/items.ts';
import { enrolmentEvent, eventsNewestFirst } from '../repositories/record.ts';
import { StepFailedError } from '../security/receipt-step.ts';
import { readContents, verifyStatements } from '../security/verify-receipt.ts';
import { aboutChange, log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { findChange } from './read-change.ts';
import { settleChange } from './settle-change.ts';

/**
 * Gives the signed receipt of a company's applied change, its members in canonical order.
 *
 * @throws ProblemError `NOT_FOUND`, `CHANGE_NOT_APPLIED`; another error where the record was altered.
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

  const unsigned = await composeValid(world, change, now);
  const signed = await world.receiptKey.sign(unsigned, RECEIPT_TYPE);
  // Whoever writes the answer's text down has the canonical form, which is what a verifier asks for.
  return JSON.parse(canonical(signed));
}

/** The record, or what stands beside it, is not as the service writes it. */
class RecordAlteredError extends Error {
  override readonly name = 'RecordAlteredError';
}

/** The receipt that the bank may sign: its verifier has accepted it, as anybody's will the signed one. */
async function composeValid(world: Uses<'tables' | 'receiptKey'>, change: Change, now: Date): Promise<UnsignedReceipt> {
  const keyId = await world.receiptKey.kid();
  try {
    const [record, device] = await Promise.all([readRecord(world, change), readDecidingPhone(world, change)]);
    const composed = JSON.parse(canonical(composeReceipt(change, { record, device, keyId, now })));
    const unsigned = readContents(unsignedReceiptSchema, composed, keyId);
    await verifyStatements(unsigned);
    return unsigned;
  } catch (error) {
    if (isAlteration(error)) {
      count('RecordAltered');
      log.error('record altered: no receipt of it is signed', error, aboutChange(change));
    }
    throw error;
  }
}

/** True if what was read is no record of the service's; a fault of the way to it is none. */
function isAlteration(error: unknown): boolean {
  return error instanceof RecordAlteredError || error instanceof StepFailedError || error instanceof $ZodError;
}

/** Reads the change's part of its token's record, from the newest event backwards until the one before its first. */
async function readRecord({ tables }: Uses<'tables'>, change: Change): Promise<FoundRecord> {
  const events: TokenEvent[] = [];
  let head: FoundRecord['head'] | undefined;
  let after: TokenEvent | null = null;
  for await (const event of eventsNewestFirst(tables, change.companyId, change.tokenId)) {
    head ??= { seq: event.seq, hash: event.hash };
    const [first] = events;
    if (first && beginsChange(first, change)) return { before: event, events, after, head };
    if (first || endsChange(event, change)) events.unshift(event);
    else after = event;
  }
  const [first] = events;
  if (!head || !first || !beginsChange(first, change))
    throw new RecordAlteredError('The record has not the whole of the change');
  return { before: null, events, after, head };
}

/** Reads the phone that decided, which its user may have long since retired; null for a block and for a rescue. */
async function readDecidingPhone({ tables }: Uses<'tables'>, change: Change): Promise<FoundPhone | null> {
  if (!change.authorization || change.authorization.policy === 'BANK') return null;
  const { decidedBy, recorded } = change.authorization;
  if (!decidedBy || !recorded) throw new RecordAlteredError('An applied change that was held has a recorded decision');
  const { device } = await tables.read({ device: devices.at(decidedBy.userId, recorded.kid) });
  const enrolment = device && (await enrolmentEvent(tables, device, device.deviceId));
  if (!device || !enrolment) throw new RecordAlteredError('The phone that decided, or its enrolment, is missing');
  const { deviceId, userId, tokenId, signingKey } = device;
  return { deviceId, userId, tokenId, signingKey, enrolment };
}
