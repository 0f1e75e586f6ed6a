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
  private readonly kinds = new Map<string, string>();
  private before = new Map<string, Item | undefined>();

  constructor(tables: { items(name: string): Item[] }) {
    for (const table of Object.values(TABLE_NAMES)) {
      for (const item of tables.items(table)) this.items.set(idIn(table, item), item);
    }
  }

  /** Takes a commit in, and gives its items. */
  take(writes: readonly CommittedWrite[], by: string): Written[] {
    this.before = new Map();
    return writes.map(({ table, before, after }) => {
      const { pk, sk } = after ?? before ?? {};
      const key = { pk: String(pk), sk: String(sk) };
      const id = idIn(table, key);
      this.before.set(id, before);
      if (after) this.items.set(id, after);
      else this.items.delete(id);
      return { kind: itemKind(key), by, key, before, after };
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
    const found: T[] = [];
    for (const [id, item] of this.items) {
      if (id.startsWith(`${TABLE_NAMES[table]} `) && this.kindAt(id, item) === kind) found.push(item as T);
    }
    return found;
  }

  /** The kind of what lies there, which never changes. */
  private kindAt(id: string, item: Item): string {
    const known = this.kinds.get(id) ?? itemKind(item);
    this.kinds.set(id, known);
    return known;
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
