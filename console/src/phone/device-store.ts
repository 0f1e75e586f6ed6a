import { get, update } from 'idb-keyval';
import type { PhoneKeys } from '../../../phone/protocol/index.ts';

/** One phone that this browser is for a user. Private keys cannot be taken out; the seed stays sealed to one of them. */
export interface StoredPhone {
  readonly keys: PhoneKeys;
  readonly pushToken: string;
  /** The code these keys were made for: kept before it is sent, so that a lost answer can be asked for again. */
  readonly activationCode: string;
  readonly enrolled?: { readonly deviceId: string; readonly tokenId: string; readonly sealedSeed: string };
}

/** Earlier versions of this page kept one phone without a list around it. */
type Kept = StoredPhone | readonly StoredPhone[] | undefined;

const buildKey = (userId: string): string => `phone:${userId}`;

function phonesIn(kept: Kept): StoredPhone[] {
  return [kept ?? []].flat();
}

/** Changes what is kept in one transaction: no write of another tab is lost. */
function change(userId: string, how: (phones: StoredPhone[]) => StoredPhone[]): Promise<void> {
  return update<Kept>(buildKey(userId), (kept) => how(phonesIn(kept)));
}

/** The data that this browser keeps for the user: phones the service has not retired, and enrolments not answered yet. */
export async function readPhones(userId: string): Promise<StoredPhone[]> {
  return phonesIn(await get<Kept>(buildKey(userId)));
}

/** Keeps an enrolment before it is sent; where one like it is kept already, gives that one instead. */
export async function keepCandidate(
  userId: string,
  candidate: StoredPhone,
  isLike: (other: StoredPhone) => boolean,
): Promise<StoredPhone> {
  let kept = candidate;
  await change(userId, (phones) => {
    const earlier = phones.find((phone) => !phone.enrolled && isLike(phone));
    kept = earlier ?? candidate;
    return earlier ? phones : [...phones, candidate];
  });
  return kept;
}

/** Keeps a phone that is now enrolled, beside any other; enrolments begun before it can no longer succeed. */
export function keepEnrolled(userId: string, phone: StoredPhone): Promise<void> {
  const isOther = ({ enrolled }: StoredPhone) => enrolled && enrolled.deviceId !== phone.enrolled?.deviceId;
  return change(userId, (phones) => [...phones.filter(isOther), phone]);
}

/** Forgets an enrolment that the service refused. */
export function forgetCandidate(userId: string, { pushToken }: StoredPhone): Promise<void> {
  return change(userId, (phones) => phones.filter((phone) => phone.enrolled || phone.pushToken !== pushToken));
}

/** Forgets keys and seed of the one device that the service has retired. */
export function forgetDevice(userId: string, deviceId: string): Promise<void> {
  return change(userId, (phones) => phones.filter(({ enrolled }) => enrolled?.deviceId !== deviceId));
}
