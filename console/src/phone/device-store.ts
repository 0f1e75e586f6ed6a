import { del, get, set } from 'idb-keyval';
import type { PhoneKeys } from '../../../phone/protocol/index.ts';

/** What a phone keeps of one user. The private keys cannot be taken out; the seed stays sealed to one of them. */
export interface StoredPhone {
  readonly keys: PhoneKeys;
  readonly pushToken: string;
  /** The code these keys were made for: kept before it is sent, so that a lost answer can be asked for again. */
  readonly activationCode: string;
  readonly enrolled?: { readonly deviceId: string; readonly tokenId: string; readonly sealedSeed: string };
}

const keyOf = (userId: string): string => `phone:${userId}`;

/** What this browser keeps for the user, if anything. */
export async function readPhone(userId: string): Promise<StoredPhone | null> {
  return (await get<StoredPhone>(keyOf(userId))) ?? null;
}

export async function writePhone(userId: string, phone: StoredPhone): Promise<void> {
  await set(keyOf(userId), phone);
}

/** Forgets keys and seed: the service no longer takes them. */
export async function forgetPhone(userId: string): Promise<void> {
  await del(keyOf(userId));
}
