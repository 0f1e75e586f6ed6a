import * as z from 'zod';

/** One of the relay's numbered lists, read on from where the last reading ended. */
export class RelayList<T extends { readonly seq: number }> {
  private readonly url: string;
  private readonly schema: z.ZodType<{ items: T[] }>;
  private since: number | undefined;

  constructor(url: string, item: z.ZodType<T>) {
    this.url = url;
    this.schema = z.object({ items: z.array(item) });
  }

  /** Returns the additions since the last reading. The first reading returns nothing: older entries came before. */
  async next(): Promise<T[]> {
    const response = await fetch(`${this.url}?since=${this.since ?? 0}`);
    if (!response.ok) throw new Error(`GET ${this.url}: ${response.status}`);
    const { items } = this.schema.parse(await response.json());
    const isFirst = this.since === undefined;
    this.since = items.at(-1)?.seq ?? this.since ?? 0;
    return isFirst ? [] : items;
  }
}
