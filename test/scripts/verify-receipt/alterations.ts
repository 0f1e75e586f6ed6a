import type { Receipt, ReceiptEvent } from '../../../shared/domain/receipt.ts';
import { aKey, aReceipt, findOutcome, rechained, rehashed, signedBy } from './fixtures.ts';

export type Alter = (receipt: Receipt) => Receipt | Promise<Receipt>;

/** Returns the outcome for the receipt that the bank signs after this alteration. */
export async function altered(alter: Alter, source?: Buffer): Promise<unknown> {
  const bank = await aKey(1);
  return findOutcome(await signedBy(bank, await alter(aReceipt(source))), new Map([[bank.kid, bank.key]]));
}

export const VALID = { valid: expect.arrayContaining(['EFFECT']) };

/** Alters every event of the record that `of` says, the neighbours too, and chains them again. */
export const events =
  (of: (event: ReceiptEvent) => Partial<ReceiptEvent>): Alter =>
  ({ record: { before, events: all, after, head }, ...receipt }) => {
    const change = <E extends ReceiptEvent | null>(event: E): E => (event ? { ...event, ...of(event) } : event);
    const first = before && rehashed(change(before));
    return rechained({ ...receipt, record: { before: first, events: all.map(change), after: change(after), head } });
  };

export const details = (type: ReceiptEvent['type'], members: ReceiptEvent['details']): Alter =>
  events((event) => (event.type === type ? { details: { ...event.details, ...members } } : {}));

export const authorization =
  (members: Partial<NonNullable<Receipt['change']['authorization']>>): Alter =>
  ({ change, ...receipt }) => ({
    ...receipt,
    change: { ...change, authorization: change.authorization && { ...change.authorization, ...members } },
  });

/** Does these one after the other. */
export const all =
  (...alterations: Alter[]): Alter =>
  async (receipt) => {
    let next = receipt;
    for (const alter of alterations) next = await alter(next);
    return next;
  };
