import type { Session } from './session.ts';

/** Minutes without a touch or a key after which the sign-in ends. */
export const IDLE_MINUTES = 15;

const IDLE_MS = IDLE_MINUTES * 60_000;
/** The person is told so long before that. */
const WARNING_MS = 60_000;
const LOOK_EVERY_MS = 5_000;

/** Ends the sign-in of a page that nobody touches. It compares times, for a timer stands still while a computer sleeps. */
export class IdleWatch {
  readonly #session: Session;
  readonly #listeners = new Set<() => void>();
  #touchedAt = Date.now();
  #ending = false;

  constructor(session: Session) {
    this.#session = session;
    for (const touch of ['pointerdown', 'keydown', 'wheel']) {
      window.addEventListener(touch, this.#touched, { capture: true, passive: true });
    }
    document.addEventListener('visibilitychange', this.#look);
    setInterval(this.#look, LOOK_EVERY_MS);
  }

  /** True in the last minute before the end. */
  get ending(): boolean {
    return this.#ending;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #touched = (): void => {
    // First of all: whoever touches the page too late does not go on.
    this.#look();
    this.#touchedAt = Date.now();
    this.#look();
  };

  #look = (): void => {
    const idle = Date.now() - this.#touchedAt;
    if (this.#session.signedIn && idle >= IDLE_MS) this.#session.end('idle');
    const ending = this.#session.signedIn && idle >= IDLE_MS - WARNING_MS;
    if (ending === this.#ending) return;
    this.#ending = ending;
    for (const listener of this.#listeners) listener();
  };
}
