import { type Item, keyText, order } from './attribute-values.ts';
import { invalid } from './validation.ts';

/** The names of a partition's and a sort key's attributes; both are texts. */
export interface KeyNames {
  readonly partition: string;
  readonly sort: string;
}

/** An index holds the items that have both of its attributes, and gives their keys alone (KEYS_ONLY). */
export interface IndexDefinition extends KeyNames {
  readonly name: string;
}

export interface TableDefinition {
  readonly name: string;
  readonly key: KeyNames;
  readonly indexes?: readonly IndexDefinition[];
}

/** The items of one table, by their keys. */
export class MemoryTable {
  readonly name: string;
  readonly key: KeyNames;
  private readonly indexes: readonly IndexDefinition[];
  private readonly stored = new Map<string, Item>();

  constructor({ name, key, indexes = [] }: TableDefinition) {
    this.name = name;
    this.key = key;
    this.indexes = indexes;
  }

  /** The item's place; refuses a key that is not the table's. */
  id(key: Item): string {
    const { partition, sort } = this.key;
    return JSON.stringify([keyText(key, partition), keyText(key, sort)]);
  }

  get(key: Item): Item | undefined {
    if (Object.keys(key).length !== 2) throw invalid('The provided key element does not match the schema');
    return this.stored.get(this.id(key));
  }

  /** The item that has the key of this one. */
  likeThis(item: Item): Item | undefined {
    return this.stored.get(this.id(item));
  }

  put(item: Item): void {
    for (const { partition, sort } of this.indexes) {
      // An attribute that keys an index may be missing, but is a text where it is there.
      for (const name of [partition, sort]) if (item[name] !== undefined) keyText(item, name);
    }
    this.stored.set(this.id(item), item);
  }

  delete(item: Item): void {
    this.stored.delete(this.id(item));
  }

  index(name: string): IndexDefinition {
    const found = this.indexes.find((index) => index.name === name);
    if (!found) throw invalid(`The table does not have the specified index: ${name}`);
    return found;
  }

  /** All items, in the order of their keys. */
  all(): Item[] {
    return this.sorted([...this.stored.values()], this.key);
  }

  /** The items of one partition of the table or of an index, in the order of its sort key. */
  partition(names: KeyNames, value: string): Item[] {
    const items: Item[] = [];
    for (const item of this.stored.values()) {
      if (item[names.partition] === value && item[names.sort] !== undefined) items.push(item);
    }
    return this.sorted(items, names);
  }

  /** The order of two items in the table or in an index; items that are equal there are told apart by the table's key. */
  compare(a: Item, b: Item, names: KeyNames): number {
    const { partition, sort } = this.key;
    for (const name of [names.partition, names.sort, partition, sort]) {
      const ordered = order(a[name] ?? '', b[name] ?? '');
      if (ordered) return ordered;
    }
    return 0;
  }

  private sorted(items: Item[], names: KeyNames): Item[] {
    return items.sort((a, b) => this.compare(a, b, names));
  }
}
