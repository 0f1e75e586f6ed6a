/** A clock that stands still until it is moved. */
export class FrozenClock {
  private at: number;

  constructor(start: Date) {
    this.at = start.getTime();
  }

  readonly now = (): Date => new Date(this.at);

  /** Moves on by milliseconds; time never goes back. */
  advance(milliseconds: number): void {
    if (!(milliseconds >= 0)) throw new RangeError('Time does not go back');
    this.at += milliseconds;
  }
}
