import { attributeType, equal, type Item, isList, isMap, isSet, order, size, type Value } from './attribute-values.ts';
import type { Comparator, Condition, Operand, Path } from './expressions.ts';
import { invalid } from './validation.ts';

/** The meanings of an expression's placeholders. */
export interface Bindings {
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, Value>>;
}

/** Refuses what DynamoDB refuses before it looks at any item: operands of a type that the operator does not have. */
export function checkCondition(tree: Condition, bindings: Bindings): void {
  switch (tree.kind) {
    case 'and':
    case 'or':
      checkCondition(tree.left, bindings);
      checkCondition(tree.right, bindings);
      return;
    case 'not':
      checkCondition(tree.part, bindings);
      return;
    case 'compare':
      checkCompared(tree, bindings);
      return;
    case 'between':
      checkBounds(tree, bindings);
      return;
    case 'in':
      return;
    case 'test':
      checkTest(tree, bindings);
  }
}

const ORDERED: ReadonlySet<string> = new Set(['S', 'N', 'B']);
const TYPES: ReadonlySet<unknown> = new Set(['S', 'N', 'B', 'SS', 'NS', 'BS', 'BOOL', 'NULL', 'L', 'M']);

function checkOrdered(operator: string, operand: Operand, { values }: Bindings): void {
  const value = operand.kind === 'value' ? values[operand.name] : undefined;
  if (value !== undefined && !ORDERED.has(attributeType(value))) throw incorrectType(operator, value);
}

function checkCompared(
  { operator, left, right }: { operator: Comparator; left: Operand; right: Operand },
  bindings: Bindings,
): void {
  if (samePath(left, right, bindings)) {
    throw invalid('The first operand must be distinct from the remaining operands for this operator or function');
  }
  if (operator === '=' || operator === '<>') return;
  for (const operand of [left, right]) checkOrdered(operator, operand, bindings);
}

function checkBounds(
  { operand, low, high }: { operand: Operand; low: Operand; high: Operand },
  bindings: Bindings,
): void {
  for (const one of [operand, low, high]) checkOrdered('BETWEEN', one, bindings);
  const [from, to] = [low, high].map((bound) => (bound.kind === 'value' ? bindings.values[bound.name] : undefined));
  if (from === undefined || to === undefined) return;
  const ordered = order(from, to);
  if (ordered === undefined) throw invalid('The BETWEEN operator requires same data type for lower and upper bounds');
  if (ordered > 0) {
    throw invalid('The BETWEEN operator requires upper bound to be greater than or equal to lower bound');
  }
}

function checkTest({ name, args }: { name: string; args: readonly Operand[] }, bindings: Bindings): void {
  const [first, second] = args;
  if (first?.kind !== 'path' && name.startsWith('attribute_')) {
    throw invalid(`Operator or function requires a document path; operator or function: ${name}`);
  }
  if (first && second && samePath(first, second, bindings)) {
    throw invalid('The first operand must be distinct from the remaining operands for this operator or function');
  }
  if (second?.kind !== 'value') return;
  const value = bindings.values[second.name] ?? null;
  if (name === 'begins_with' && !['S', 'B'].includes(attributeType(value))) throw incorrectType(name, value);
  if (name === 'attribute_type') {
    if (typeof value !== 'string') throw incorrectType(name, value);
    if (!TYPES.has(value)) throw invalid(`Invalid attribute type name found; type: ${value}`);
  }
}

function samePath(a: Operand, b: Operand, bindings: Bindings): boolean {
  if (a.kind !== 'path' || b.kind !== 'path') return false;
  return JSON.stringify(resolvePath(a.path, bindings)) === JSON.stringify(resolvePath(b.path, bindings));
}

function incorrectType(operator: string, value: Value): Error {
  const type = attributeType(value);
  return invalid(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`,
  );
}

/** The path with its placeholders' names in place. */
export function resolvePath(path: Path, { names }: Bindings): Path {
  return path.map((step) => (typeof step === 'string' && step.startsWith('#') ? (names[step] ?? step) : step));
}

/** The value at a resolved path, or undefined where there is none. */
export function valueAt(item: Value, path: Path): Value | undefined {
  let value: Value | undefined = item;
  for (const step of path) {
    if (typeof step === 'number') value = isList(value) ? value[step] : undefined;
    else value = isMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** The value of an operand of a condition; undefined where an attribute is missing or has no size. */
function operandValue(operand: Operand, item: Item, bindings: Bindings): Value | undefined {
  switch (operand.kind) {
    case 'path':
      return valueAt(item, resolvePath(operand.path, bindings));
    case 'value':
      return bindings.values[operand.name];
    case 'call': {
      const [argument] = operand.args;
      if (operand.name !== 'size' || !argument)
        throw invalid(`The function is not allowed in a condition: ${operand.name}`);
      const value = operandValue(argument, item, bindings);
      return value === undefined ? undefined : size(value);
    }
    case 'sum':
      throw invalid('Syntax error: a condition does no arithmetic');
  }
}

/** True if the condition holds for the item; one that is not there is an item without attributes. */
export function holds(tree: Condition, item: Item, bindings: Bindings): boolean {
  const read = (operand: Operand) => operandValue(operand, item, bindings);
  switch (tree.kind) {
    case 'and':
      return holds(tree.left, item, bindings) && holds(tree.right, item, bindings);
    case 'or':
      return holds(tree.left, item, bindings) || holds(tree.right, item, bindings);
    case 'not':
      return !holds(tree.part, item, bindings);
    case 'compare':
      return compare(tree.operator, read(tree.left), read(tree.right));
    case 'between': {
      const value = read(tree.operand);
      return compare('>=', value, read(tree.low)) && compare('<=', value, read(tree.high));
    }
    case 'in': {
      const value = read(tree.operand);
      return tree.options.some((option) => compare('=', value, read(option)));
    }
    case 'test': {
      const [first, second] = tree.args.map(read);
      return passes(tree.name, first, second);
    }
  }
}

function compare(operator: Comparator, a: Value | undefined, b: Value | undefined): boolean {
  // A missing attribute differs from every value, and is in no order with any.
  if (a === undefined || b === undefined) return operator === '<>' && a !== b;
  if (operator === '=') return equal(a, b);
  if (operator === '<>') return !equal(a, b);
  const ordered = order(a, b);
  if (ordered === undefined) return false;
  if (operator === '<') return ordered < 0;
  if (operator === '<=') return ordered <= 0;
  return operator === '>' ? ordered > 0 : ordered >= 0;
}

function passes(name: string, first: Value | undefined, second: Value | undefined): boolean {
  switch (name) {
    case 'attribute_exists':
      return first !== undefined;
    case 'attribute_not_exists':
      return first === undefined;
    case 'attribute_type':
      return first !== undefined && attributeType(first) === second;
    case 'begins_with':
      return typeof first === 'string' && typeof second === 'string' && first.startsWith(second);
    default:
      return first !== undefined && second !== undefined && containsValue(first, second);
  }
}

function containsValue(whole: Value, part: Value): boolean {
  if (typeof whole === 'string') return typeof part === 'string' && whole.includes(part);
  if (isSet(whole)) return (typeof part === 'string' || typeof part === 'number') && whole.has(part);
  return isList(whole) && whole.some((member) => equal(member, part));
}
