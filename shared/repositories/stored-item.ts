import type * as z from 'zod/mini';

/** The tables by what they hold; what a stage calls them is told to {@link Tables}. */
export type TableId = 'main' | 'record' | 'seeds' | 'signIns';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export type Item = Record<string, unknown>;

/** One stored item to read or write: where it lies, and the form it must have. */
export interface ItemReference<T> {
  readonly table: TableId;
  readonly key: Key;
  /** Throws where the item is stored otherwise than its schema says. */
  readonly parse: (item: Item) => T;
}

/** A kind of stored item, defined once: its table, how its key is made, and its schema. */
export interface StoredItem<Ids extends readonly unknown[], T> {
  readonly table: TableId;
  readonly key: (...ids: Ids) => Key;
  readonly parse: (item: Item) => T;
  /** The item of these ids. */
  readonly at: (...ids: Ids) => ItemReference<T>;
}

/** Defines a kind of stored item; it lies in the main table unless another is named. */
export function storedItem<Ids extends readonly unknown[], S extends z.ZodMiniType>(definition: {
  readonly table?: TableId;
  readonly key: (...ids: Ids) => Key;
  readonly schema: S;
}): StoredItem<Ids, z.output<S>> {
  const { table = 'main', key, schema } = definition;
  const parse = (item: Item): z.output<S> => schema.parse(item);
  return { table, key, parse, at: (...ids) => ({ table, key: key(...ids), parse }) };
}
