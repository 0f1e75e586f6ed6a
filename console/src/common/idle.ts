/** Minutes without a touch or a key after which the sign-in ends. */
export const IDLE_MINUTES = 15;

/** The person is told so long before that. */
const WARNING_MS = 60_000;
const LOOK_EVERY_MS = 5_000;

export interface IdleRule {
  readonly minutes: number;
  /** True while there is something to end. */
  readonly isOn: () => boolean;
  readonly end: () => void;
}

/** Ends what is open on a page that nobody touches. It compares times, for a timer stands still while a computer sleeps. */
export class IdleWatch {
  readonly #rule: IdleRule;
  readonly #listeners = new Set<() => void>();
  #touchedAt = Date.now();
  #ending = false;

  constructor(rule: IdleRule) {
    this.#rule = rule;
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
    const { minutes, isOn, end } = this.#rule;
    const left = this.#touchedAt + minutes * 60_000 - Date.now();
    if (isOn() && left <= 0) end();
    const ending = isOn() && left <= WARNING_MS;
    if (ending === this.#ending) return;
    this.#ending = ending;
    for (const listener of this.#listeners) listener();
  };
}
