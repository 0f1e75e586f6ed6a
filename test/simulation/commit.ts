import type { ItemReference, Key, TableId } from '../../shared/repositories/stored-item.ts';
import type { Item } from '../world/attribute-values.ts';
import type { CommittedWrite } from '../world/memory-tables.ts';
import { TABLE_NAMES } from '../world/world.ts';
import { itemKind } from './item-kind.ts';

/** Who writes where an item's time is over. */
export const TIME_TO_LIVE = 'time to live';

/** One item of a commit, with its kind. */
export interface Written {
  readonly kind: string;
  /** The use case that wrote it. */
  readonly by: string;
  readonly key: Key;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

const idIn = (table: string, { pk, sk }: { readonly pk?: unknown; readonly sk?: unknown }) =>
  `${table} ${String(pk)} ${String(sk)}`;

/** All that is stored, as it is after the latest commit and as it was before it. */
export class Stored {
  private readonly items = new Map<string, Item>();
  /** The same by table and kind, each in the order in which it came. */
  private readonly kinds = new Map<string, Map<string, Item>>();
  private before = new Map<string, Item | undefined>();

  constructor(tables: { items(name: string): Item[] }) {
    for (const table of Object.values(TABLE_NAMES)) {
      for (const item of tables.items(table)) this.put(table, idIn(table, item), itemKind(item), item);
    }
  }

  /** Takes a commit in, and gives its items. */
  take(writes: readonly CommittedWrite[], by: string): Written[] {
    this.before = new Map();
    return writes.map(({ table, before, after }) => {
      const { pk, sk } = after ?? before ?? {};
      const key = { pk: String(pk), sk: String(sk) };
      const id = idIn(table, key);
      const kind = itemKind(key);
      this.before.set(id, before);
      this.put(table, id, kind, after);
      return { kind, by, key, before, after };
    });
  }

  /** The item as it is now. */
  is<T>(reference: ItemReference<T>): T | undefined {
    return parsed(reference, this.items.get(place(reference)));
  }

  /** The item as it was before the latest commit. */
  was<T>(reference: ItemReference<T>): T | undefined {
    const id = place(reference);
    return parsed(reference, this.before.has(id) ? this.before.get(id) : this.items.get(id));
  }

  /** All of a kind, as they are now. */
  all<T>(table: TableId, kind: string): T[] {
    return [...(this.kinds.get(`${TABLE_NAMES[table]} ${kind}`)?.values() ?? [])] as T[];
  }

  /** The number of a kind. */
  count(table: TableId, kind: string): number {
    return this.kinds.get(`${TABLE_NAMES[table]} ${kind}`)?.size ?? 0;
  }

  private put(table: string, id: string, kind: string, item: Item | undefined): void {
    const alike = this.kinds.get(`${table} ${kind}`) ?? new Map<string, Item>();
    this.kinds.set(`${table} ${kind}`, alike);
    for (const items of [this.items, alike]) {
      if (item) items.set(id, item);
      else items.delete(id);
    }
  }
}

function place({ table, key }: ItemReference<unknown>): string {
  return idIn(TABLE_NAMES[table], key);
}

function parsed<T>({ parse }: ItemReference<T>, item: Item | undefined): T | undefined {
  return item && parse(item);
}

/** The repositories wrote it: its form is theirs to prove. */
export function typed<T>(item: Item | undefined): T | undefined {
  return item as T | undefined;
}
