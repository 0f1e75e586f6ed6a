import { type Item, isList, isSet, sentItem, type Value } from './attribute-values.ts';
import { type Bindings, resolvePath, valueAt } from './evaluate-condition.ts';
import type { Operand, Path, Update } from './expressions.ts';
import { invalid } from './validation.ts';

type Container = Record<string | number, Value>;

const INVALID_PATH = 'The document path provided in the update expression is invalid for update';

/** Refuses an update that names a key attribute, or one place twice. */
export function checkUpdate(update: Update, bindings: Bindings, keys: readonly string[]): void {
  const paths = [...update.set, ...update.remove, ...update.add, ...update.delete].map(({ path }) =>
    resolvePath(path, bindings),
  );
  for (const [index, path] of paths.entries()) {
    if (keys.includes(String(path[0]))) {
      throw invalid(`Cannot update attribute ${path[0]}. This attribute is part of the key`);
    }
    if (paths.slice(index + 1).some((other) => isPrefix(path, other) || isPrefix(other, path))) {
      throw invalid('Two document paths overlap with each other; must remove or rewrite one of these paths');
    }
  }
}

function isPrefix(path: Path, other: Path): boolean {
  return path.every((step, index) => step === other[index]);
}

/** The item after the update; all of it is judged by the item as it was before. */
export function applyUpdate(before: Item, update: Update, bindings: Bindings): Item {
  const after = sentItem(before);
  const at = (path: Path) => resolvePath(path, bindings);
  const set = update.set.map(({ path, value }) => ({ path: at(path), value: computed(value, before, bindings) }));
  for (const { path, value } of set) put(after, path, value);
  for (const { path, value } of update.add) {
    put(after, at(path), added(valueAt(before, at(path)), computed(value, before, bindings)));
  }
  for (const { path, value } of update.delete) {
    removeMembers(after, at(path), computed(value, before, bindings));
  }
  // From the end of a list, so that an index still means what it meant.
  const removed = update.remove.map(({ path }) => at(path));
  for (const path of removed.toSorted((a, b) => Number(b.at(-1)) - Number(a.at(-1)))) remove(after, path);
  return after;
}

function computed(operand: Operand, item: Item, bindings: Bindings): Value {
  const value = operandValue(operand, item, bindings);
  if (value === undefined) {
    throw invalid('The provided expression refers to an attribute that does not exist in the item');
  }
  return value;
}

function operandValue(operand: Operand, item: Item, bindings: Bindings): Value | undefined {
  switch (operand.kind) {
    case 'path':
      return valueAt(item, resolvePath(operand.path, bindings));
    case 'value':
      return bindings.values[operand.name];
    case 'sum': {
      const [left, right] = [operand.left, operand.right].map((part) => computed(part, item, bindings));
      if (typeof left !== 'number' || typeof right !== 'number') throw incorrectType();
      return left + operand.sign * right;
    }
    case 'call':
      return called(operand.name, operand.args, item, bindings);
  }
}

function called(name: string, [first, second]: readonly Operand[], item: Item, bindings: Bindings): Value | undefined {
  if (!first || !second || name === 'size')
    throw invalid(`The function is not allowed in an update expression: ${name}`);
  if (name === 'if_not_exists') {
    if (first.kind !== 'path') throw invalid('Operator or function requires a document path; if_not_exists');
    return operandValue(first, item, bindings) ?? operandValue(second, item, bindings);
  }
  const [head, tail] = [first, second].map((part) => computed(part, item, bindings));
  if (!isList(head) || !isList(tail)) throw incorrectType();
  return [...head, ...tail];
}

function incorrectType(): Error {
  return invalid('An operand in the update expression has an incorrect data type');
}

/** The map or list that holds the last step of the path. */
function container(item: Item, path: Path): Container {
  const parent = valueAt(item, path.slice(0, -1));
  const last = path.at(-1);
  const fits =
    typeof last === 'number' ? isList(parent) : typeof parent === 'object' && !isList(parent) && !isSet(parent);
  if (!fits || parent === null || parent instanceof Uint8Array) throw invalid(INVALID_PATH);
  // The item is this update's own copy.
  return parent as Container;
}

function put(item: Item, path: Path, value: Value): void {
  const parent = container(item, path);
  const last = path.at(-1) ?? '';
  if (Array.isArray(parent) && Number(last) >= parent.length) parent.push(value);
  else parent[last] = value;
}

function remove(item: Item, path: Path): void {
  const parent = container(item, path);
  const last = path.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
}

function added(before: Value | undefined, value: Value): Value {
  if (typeof value === 'number') {
    if (before !== undefined && typeof before !== 'number') throw incorrectType();
    return (before ?? 0) + value;
  }
  if (!isSet(value) || (before !== undefined && !sameSets(before, value))) throw incorrectType();
  return isSet(before) ? new Set([...before, ...value]) : value;
}

function removeMembers(item: Item, path: Path, value: Value): void {
  const before = valueAt(item, path);
  if (!isSet(value) || (before !== undefined && !sameSets(before, value))) throw incorrectType();
  if (!isSet(before)) return;
  const left = [...before].filter((member) => !value.has(member));
  if (left.length === 0) remove(item, path);
  else put(item, path, new Set(left));
}

function sameSets(a: Value, b: ReadonlySet<string | number>): boolean {
  return isSet(a) && typeof [...a][0] === typeof [...b][0];
}
