import { type Account, changeAccount, type PhoneUser } from './account-store.ts';
import { type Verification, verifyPin, WrongPinError } from './lock.ts';
import { MAXIMUM_WRONG_PINS } from './pin.ts';

/** The person has no try left: what this phone kept of the token is destroyed. */
export class NoTriesLeftError extends Error {
  override readonly name = 'NoTriesLeftError';
}

/** Counts a try before it is made: breaking it off gives none back. The last one destroys what it could open. */
export function countTry(account: Account): Account {
  const { lock } = account;
  if (lock?.kind !== 'PIN') return account;
  return lock.wrongPins < MAXIMUM_WRONG_PINS
    ? { ...account, lock: { ...lock, wrongPins: lock.wrongPins + 1 } }
    : destroySecrets(account);
}

/** The number of further wrong PINs that are taken. */
export function triesLeft({ lock }: Account): number {
  return lock?.kind === 'PIN' ? MAXIMUM_WRONG_PINS - lock.wrongPins : 0;
}

function destroySecrets({ user }: Account): Account {
  return { user, phones: [] };
}

function forgiveTries(account: Account): Account {
  return account.lock?.kind === 'PIN' ? { ...account, lock: { ...account.lock, wrongPins: 0 } } : account;
}

/** Verifies the person by the PIN; the tries of all tabs are counted together. @throws WrongPinError, NoTriesLeftError */
export async function tryPin(user: PhoneUser, pin: string): Promise<Verification> {
  const counted = await changeAndRead(user, countTry);
  if (counted.lock?.kind !== 'PIN') throw new NoTriesLeftError('No try is left');
  try {
    const verification = await verifyPin(counted.lock, pin);
    await changeAccount(user, forgiveTries);
    return verification;
  } catch (error) {
    if (!(error instanceof WrongPinError) || triesLeft(counted) > 0) throw error;
    await changeAccount(user, destroySecrets);
    throw new NoTriesLeftError('No try is left', { cause: error });
  }
}

async function changeAndRead(user: PhoneUser, how: (account: Account) => Account): Promise<Account> {
  let changed: Account = { user, phones: [] };
  await changeAccount(user, (account) => {
    changed = how(account);
    return changed;
  });
  return changed;
}
