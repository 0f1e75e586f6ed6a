import { del, entries, update } from 'idb-keyval';
import type { Lock } from './lock.ts';
import type { SealedKeys } from './sealed-keys.ts';
import type { Sealed } from './sealing.ts';

/** One phone that this browser is for a user. The seed stays sealed to one of its keys. */
export interface StoredPhone {
  readonly keys: SealedKeys;
  readonly pushToken: string;
  /** The code these keys were made for: kept before it is sent, so that a lost answer can be asked for again. */
  readonly activationCode: string;
  readonly enrolled?: { readonly deviceId: string; readonly tokenId: string; readonly sealedSeed: string };
}

export interface PhoneUser {
  readonly userId: string;
  readonly username: string;
  readonly fullName: string;
}

/** The data that this browser keeps of one user: several users may have their phones in one browser. */
export interface Account {
  readonly user: PhoneUser;
  readonly lock?: Lock;
  /** Phones the service has not retired, and enrolments not answered yet. */
  readonly phones: readonly StoredPhone[];
  /** The refresh token of the sign-in, sealed. */
  readonly session?: Sealed;
}

const PREFIX = 'account:';
/** Earlier versions of the page kept keys that nothing protected, under this name. */
const UNPROTECTED = 'phone:';

const buildKey = (userId: string): string => `${PREFIX}${userId}`;
const isEnrolled = ({ enrolled }: StoredPhone): boolean => enrolled !== undefined;

export function hasEnrolledPhone(account: Account | undefined): boolean {
  return account?.phones.some(isEnrolled) ?? false;
}

/** Everybody whose phone this browser is or was, and forgets what earlier versions kept unprotected. */
export async function readAccounts(): Promise<readonly Account[]> {
  const kept = await entries<string, Account>();
  await Promise.all(kept.filter(([key]) => key.startsWith(UNPROTECTED)).map(([key]) => del(key)));
  return kept.filter(([key]) => key.startsWith(PREFIX)).map(([, account]) => account);
}

/** Changes what is kept of a user in one transaction: no write of another tab is lost. */
export function changeAccount(user: PhoneUser, how: (account: Account) => Account): Promise<void> {
  return update<Account>(buildKey(user.userId), (kept) => how(kept ?? { user, phones: [] }));
}

function changePhones(user: PhoneUser, how: (phones: readonly StoredPhone[]) => readonly StoredPhone[]) {
  return changeAccount(user, (account) => ({ ...account, phones: how(account.phones) }));
}

/** Keeps an enrolment before it is sent; where one like it is kept already, gives that one instead. */
export async function keepCandidate(
  user: PhoneUser,
  candidate: StoredPhone,
  isLike: (other: StoredPhone) => boolean,
): Promise<StoredPhone> {
  let kept = candidate;
  await changePhones(user, (phones) => {
    const earlier = phones.find((phone) => !isEnrolled(phone) && isLike(phone));
    kept = earlier ?? candidate;
    return earlier ? phones : [...phones, candidate];
  });
  return kept;
}

/** Keeps a phone that is now enrolled, beside any other; enrolments begun before it can no longer succeed. */
export function keepEnrolled(user: PhoneUser, phone: StoredPhone): Promise<void> {
  const isOther = ({ enrolled }: StoredPhone) => enrolled && enrolled.deviceId !== phone.enrolled?.deviceId;
  return changePhones(user, (phones) => [...phones.filter(isOther), phone]);
}

/** Forgets an enrolment that the service refused. */
export function forgetCandidate(user: PhoneUser, { pushToken }: StoredPhone): Promise<void> {
  return changePhones(user, (phones) => phones.filter((phone) => isEnrolled(phone) || phone.pushToken !== pushToken));
}

/** Forgets keys and seed of the one device that the service has retired. */
export function forgetDevice(user: PhoneUser, deviceId: string): Promise<void> {
  return changePhones(user, (phones) => phones.filter(({ enrolled }) => enrolled?.deviceId !== deviceId));
}
