import { invalid } from './validation.ts';

/** A value as the document client gives it. Numbers are those that JavaScript holds exactly enough. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | ReadonlySet<string | number>
  | readonly Value[]
  | { readonly [name: string]: Value };

export type Item = { [name: string]: Value };

export type AttributeType = 'S' | 'N' | 'BOOL' | 'NULL' | 'B' | 'SS' | 'NS' | 'L' | 'M';

export function attributeType(value: Value): AttributeType {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return 'S';
  if (typeof value === 'number') return 'N';
  if (typeof value === 'boolean') return 'BOOL';
  if (value instanceof Uint8Array) return 'B';
  if (value instanceof Set) return typeof [...value][0] === 'string' ? 'SS' : 'NS';
  return Array.isArray(value) ? 'L' : 'M';
}

export function isSet(value: Value | undefined): value is ReadonlySet<string | number> {
  return value instanceof Set;
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value | undefined): value is { readonly [name: string]: Value } {
  return value !== undefined && attributeType(value) === 'M';
}

/** A copy as the document client would send it with `removeUndefinedValues`; what it would not send is refused. */
export function sent(value: unknown): Value {
  const copy = copyValue(value);
  if (copy === undefined) throw new Error('Unsupported type passed: undefined');
  return copy;
}

/** A whole item or key as the document client would send it. */
export function sentItem(value: object): Item {
  return copyMembers(value);
}

function copyValue(value: unknown): Value | undefined {
  if (value === undefined || typeof value === 'function') return undefined;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return finite(value);
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (value instanceof Set) return copySet(value);
  if (Array.isArray(value)) return value.map(copyValue).filter((member) => member !== undefined);
  if (typeof value === 'object' && isPlain(value)) return copyMembers(value);
  throw new Error(`Unsupported type passed: ${String(value)}. Pass options.convertClassInstanceToMap=true`);
}

function copyMembers(value: object): Item {
  const copy: Item = {};
  for (const [name, member] of Object.entries(value)) {
    const copied = copyValue(member);
    if (copied !== undefined) copy[name] = copied;
  }
  return copy;
}

function copySet(value: ReadonlySet<unknown>): ReadonlySet<string | number> {
  const members = [...value].filter((member) => member !== undefined);
  if (members.length === 0) throw new Error('Pass a non-empty set, or options.convertEmptyValues=true.');
  if (members.every((member) => typeof member === 'string')) return new Set(members);
  if (members.every((member) => typeof member === 'number')) return new Set(members.map(finite));
  throw new Error('A set in memory has strings alone or numbers alone');
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === null || value.constructor.name === 'Object';
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Error(`Special numeric value ${value} is not allowed`);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new Error(
      `Number ${value} is greater than Number.MAX_SAFE_INTEGER. Use NumberValue from @aws-sdk/lib-dynamodb.`,
    );
  }
  return value;
}

export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (attributeType(a) !== attributeType(b)) return false;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (isSet(a) && isSet(b)) return a.size === b.size && [...a].every((member) => b.has(member));
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((member, index) => equalOrAbsent(member, b[index]));
  if (!isMap(a) || !isMap(b)) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => equalOrAbsent(a[name], b[name]));
}

function equalOrAbsent(a: Value | undefined, b: Value | undefined): boolean {
  return a !== undefined && b !== undefined && equal(a, b);
}

/** The order of two values of one type, strings by their UTF-8 bytes; undefined where they have none. */
export function order(a: Value, b: Value): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') return Math.sign(a - b);
  if (typeof a === 'string' && typeof b === 'string') return orderText(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return undefined;
}

const SURROGATE = /[\ud800-\udfff]/;

function orderText(a: string, b: string): number {
  // Only surrogates are ordered otherwise by UTF-16 than by UTF-8.
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a === b ? 0 : a < b ? -1 : 1;
}

/** The length that `size` gives: bytes of a text, members of a collection. */
export function size(value: Value): number | undefined {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.length;
  if (isSet(value)) return value.size;
  if (isList(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : undefined;
}

/** Refuses a key attribute that is missing, empty or not a text: all keys of the product's tables are texts. */
export function keyText(item: Item, name: string): string {
  const value = item[name];
  if (typeof value !== 'string') throw invalid('The provided key element does not match the schema');
  if (value === '') {
    throw invalid(
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value.',
    );
  }
  return value;
}
