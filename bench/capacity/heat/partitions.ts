/** Units at one place of a table or index; places are ordered as DynamoDB orders keys: by the hash of the partition key, then by sort key. */
export interface Touched {
  readonly place: string;
  readonly read: number;
  readonly write: number;
}

/** What one partition is asked for, and its share of what it can, of reads or writes, whichever is more. */
export interface PartitionLoad {
  readonly read: number;
  readonly write: number;
  readonly utilisation: number;
}

export interface PartitionLimits {
  readonly read: number;
  readonly write: number;
}

/** How near to its limits a partition comes before it splits. */
const HOT = 0.75;

/** Traffic in the order of its places, each place once, with the units before each place: a range's units are a difference. */
export class Traffic {
  readonly places: readonly string[];
  private readonly reads: readonly number[];
  private readonly writes: readonly number[];

  constructor(touched: readonly Touched[]) {
    const byPlace = new Map<string, { read: number; write: number }>();
    for (const { place, read, write } of touched) {
      const units = byPlace.get(place);
      if (units) {
        units.read += read;
        units.write += write;
      } else byPlace.set(place, { read, write });
    }
    this.places = [...byPlace.keys()].sort();
    const [reads, writes] = [[0], [0]];
    for (const [index, place] of this.places.entries()) {
      const { read, write } = byPlace.get(place) ?? { read: 0, write: 0 };
      reads.push((reads[index] ?? 0) + read);
      writes.push((writes[index] ?? 0) + write);
    }
    this.reads = reads;
    this.writes = writes;
  }

  /** Number of the first place that is not before this one. */
  indexOf(place: string): number {
    return firstIndex(this.places.length, (index) => (this.places[index] ?? '') >= place);
  }

  /** Units of the places from one number up to another. */
  between(from: number, until: number): { read: number; write: number } {
    const of = (sums: readonly number[]) => (sums[until] ?? 0) - (sums[from] ?? 0);
    return { read: of(this.reads), write: of(this.writes) };
  }

  /** The place of a range that has half of its units before it, or undefined where the range is one place. */
  middle(from: number, until: number): string | undefined {
    if (until - from < 2) return undefined;
    const sumAt = (index: number) => (this.reads[index] ?? 0) + (this.writes[index] ?? 0);
    const half = (sumAt(from) + sumAt(until)) / 2;
    const index = from + firstIndex(until - from, (each) => (sumAt(from + each) + sumAt(from + each + 1)) / 2 >= half);
    return this.places[Math.min(Math.max(index, from + 1), until - 1)];
  }
}

/** The first of so many numbers for which it holds, if it holds for all after one for which it does. */
function firstIndex(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The partitions of a table or index: ranges of places. One that comes near to its limits splits where half of its
 * traffic is on either side, as DynamoDB splits for heat; one whose traffic is all at one place cannot.
 */
export class Partitions {
  /** First places of the ranges, ascending; the first range begins before everything. */
  private starts: string[] = [''];
  private readonly limits: PartitionLimits;

  constructor(limits: PartitionLimits) {
    this.limits = limits;
  }

  /** What the partition is asked for that this traffic makes the hottest. */
  hottest(traffic: Traffic): PartitionLoad {
    return this.ranges(traffic)
      .map(([from, until]) => this.loadOf(traffic, from, until))
      .reduce((hottest, each) => (each.utilisation > hottest.utilisation ? each : hottest));
  }

  /** Splits every partition that this traffic makes hot. */
  splitForHeat(traffic: Traffic): void {
    const hot = this.ranges(traffic).filter(([from, until]) => this.loadOf(traffic, from, until).utilisation > HOT);
    const middles = hot.flatMap(([from, until]) => traffic.middle(from, until) ?? []);
    if (middles.length > 0) this.starts = [...new Set([...this.starts, ...middles])].sort();
  }

  get count(): number {
    return this.starts.length;
  }

  private loadOf(traffic: Traffic, from: number, until: number): PartitionLoad {
    const { read, write } = traffic.between(from, until);
    return { read, write, utilisation: Math.max(read / this.limits.read, write / this.limits.write) };
  }

  private ranges(traffic: Traffic): [from: number, until: number][] {
    const firsts = this.starts.map((start) => traffic.indexOf(start));
    return firsts.map((from, index) => [from, firsts[index + 1] ?? traffic.places.length]);
  }
}
