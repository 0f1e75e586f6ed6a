/** An entry of a list: numbered from 1, with its time (RFC 3339). */
export type Numbered<T> = T & { readonly seq: number; readonly at: string };

/** Enough for any test or demo, and a bound on memory. */
const MOST_KEPT = 10_000;

/** Keeps the newest entries, oldest first, and forgets the oldest when there are too many. */
export class NumberedList<T extends object> {
  private readonly items: Numbered<T>[] = [];
  private lastSeq = 0;

  add(item: T): void {
    this.lastSeq += 1;
    this.items.push({ seq: this.lastSeq, at: new Date().toISOString(), ...item });
    if (this.items.length > MOST_KEPT) this.items.shift();
  }

  since(seq: number): Numbered<T>[] {
    return this.items.filter((item) => item.seq > seq);
  }
}
