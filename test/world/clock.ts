import type { Clock } from '../../shared/clock.ts';

/** A clock that stands still until it is moved. */
export class FrozenClock implements Clock {
  private at: number;

  constructor(start: Date) {
    this.at = start.getTime();
  }

  readonly now = (): Date => new Date(this.at);

  /** Takes its time at once: the clock moves on, and nobody waits. */
  async sleep(milliseconds: number): Promise<void> {
    this.advance(milliseconds);
  }

  /** Moves on by milliseconds; time never goes back. */
  advance(milliseconds: number): void {
    if (!(milliseconds >= 0)) throw new RangeError('Time does not go back');
    this.at += milliseconds;
  }
}
