import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Random } from '../../shared/clock.ts';

/** Randomness that one seed decides. */
export class SeededRandom implements Random {
  private readonly generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.generator = xoroshiro128plus(seed);
  }

  /** A number from 0 to less than 1, as `Math.random` gives it. */
  readonly next = (): number => uniformFloat64(this.generator);

  /** A whole number from 0 to less than `count`. */
  below(count: number): number {
    return uniformInt(this.generator, 0, count - 1);
  }

  /** One of these, each as likely as another. */
  pick<T>(choices: readonly T[]): T {
    const picked = choices[this.below(choices.length)];
    if (picked === undefined) throw new RangeError('Nothing to pick from');
    return picked;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** A UUID of version 4 (RFC 9562 section 5.4). */
  uuid(): string {
    const hex = Buffer.from(this.bytes(16)).toString('hex');
    const variant = '89ab'.charAt(this.below(4));
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `${variant}${hex.slice(17, 20)}`,
      hex.slice(20),
    ].join('-');
  }
}
