import { createContext, useContext, useSyncExternalStore } from 'react';
import { type Account, changeAccount, hasEnrolledPhone, type PhoneUser, readAccounts } from './account-store.ts';
import type { Verification } from './lock.ts';
import { open, seal } from './sealing.ts';

/** The user whose phone is open, and the key that reads its seed. It signs nothing. */
interface Opened {
  readonly userId: string;
  readonly reading: CryptoKey;
}

const SESSION = 'session';

/** The data that this browser keeps of its users, and who of them is verified now. Tabs tell each other their changes. */
export class Vault {
  readonly #listeners = new Set<() => void>();
  readonly #channel = new BroadcastChannel('llavero');
  #accounts: readonly Account[] = [];
  #opened: Opened | null = null;

  constructor() {
    this.#channel.addEventListener('message', () => void this.#read());
    document.addEventListener('visibilitychange', () => {
      const isHidden = document.visibilityState === 'hidden';
      // At once, by style alone: the picture of a task switcher does not wait for the page to be drawn again.
      document.documentElement.classList.toggle('veiled', isHidden);
      if (isHidden) this.lock();
    });
  }

  get accounts(): readonly Account[] {
    return this.#accounts;
  }

  get opened(): Opened | null {
    return this.#opened;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  find(userId: string | undefined): Account | undefined {
    return this.#accounts.find(({ user }) => user.userId === userId);
  }

  /** True if there is a phone of this user here, which the lock stands before. */
  guards(userId: string | undefined): boolean {
    return hasEnrolledPhone(this.find(userId));
  }

  /** True if somebody's phone is here and nobody is verified. */
  get isLocked(): boolean {
    return this.#opened === null && this.#accounts.some(hasEnrolledPhone);
  }

  /** Reads what is kept, after a change of it. */
  async refresh(): Promise<void> {
    await this.#read();
    this.#channel.postMessage('changed');
  }

  /** Opens a user's phone for as long as somebody uses it. */
  async openFor({ userId }: PhoneUser, verification: Verification): Promise<void> {
    this.#opened = { userId, reading: await verification.key('reading') };
    this.#tell();
  }

  lock = (): void => {
    // Without a phone there is no secret, and a code that is being typed is not taken away.
    if (!this.guards(this.#opened?.userId)) return;
    this.#opened = null;
    this.#tell();
  };

  /** Keeps the sign-in of the open user, sealed; keeps nothing of anybody else's. */
  async keepSession(userId: string, refreshToken: string | undefined): Promise<void> {
    const account = this.find(userId);
    if (!account || !refreshToken || this.#opened?.userId !== userId) return;
    const session = await seal(this.#opened.reading, new TextEncoder().encode(refreshToken), SESSION);
    await changeAccount(account.user, (kept) => ({ ...kept, session }));
    await this.refresh();
  }

  /** The refresh token of the open user, if their sign-in is kept. */
  async readSession(): Promise<string | undefined> {
    const session = this.find(this.#opened?.userId)?.session;
    if (!session || !this.#opened) return undefined;
    return new TextDecoder().decode(await open(this.#opened.reading, session, SESSION));
  }

  async forgetSession(userId: string): Promise<void> {
    const account = this.find(userId);
    if (!account?.session) return;
    await changeAccount(account.user, ({ session: _, ...kept }) => kept);
    await this.refresh();
  }

  async #read(): Promise<void> {
    this.#accounts = await readAccounts();
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const VaultContext = createContext<Vault | null>(null);
export const VaultProvider = VaultContext.Provider;

export function useVault(): Vault {
  const vault = useContext(VaultContext);
  if (!vault) throw new Error('There is no vault here');
  return vault;
}

/** The kept data, drawn again when they change. */
export function useAccounts(): readonly Account[] {
  const vault = useVault();
  return useSyncExternalStore(vault.subscribe, () => vault.accounts);
}

/** The open user, drawn again when the phone locks. */
export function useOpened(): Opened | null {
  const vault = useVault();
  return useSyncExternalStore(vault.subscribe, () => vault.opened);
}
