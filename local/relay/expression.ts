/** A keyword or name of an expression, and no part of a placeholder or of a longer path. */
const ALONE = '(?<![#:.\\w])';
const OPERATORS = new RegExp(
  `${ALONE}BETWEEN\\s.+?\\sAND(?!\\w)|${ALONE}(?:AND|OR|NOT|IN)(?!\\w)|${ALONE}\\w+\\s*\\(|<>|<=|>=|[=<>+-]`,
  'gi',
);
const CLAUSE = new RegExp(`${ALONE}(?:SET|REMOVE|ADD|DELETE)(?!\\w)`, 'i');
const NAME = new RegExp(`${ALONE}(?!(?:AND|OR|NOT|IN|BETWEEN)(?!\\w))#?[A-Za-z_]\\w*(?!\\w|\\s*\\()`, 'gi');
/** Between parts, but not between a function's arguments. */
const COMMA = /,(?![^(]*\))/;

/** The names that an expression's placeholders stand for. */
export type Names = Readonly<Record<string, string>>;

/** Splits a path of a document: `#a.b[0]` is `a`, `b`, `[0]`. */
export function readPath(path: string, names: Names): string[] {
  return path
    .trim()
    .replaceAll('[', '.[')
    .split('.')
    .map((part) => names[part] ?? part);
}

/** The parts of an update, each with the path that it changes and the value that it gives, as they are written. */
export function listUpdates(expression: string): { path: string; value: string }[] {
  return expression
    .split(CLAUSE)
    .flatMap((clause) => clause.split(COMMA))
    .flatMap((part) => {
      const [, path, value = ''] = /^\s*([^\s=]+)\s*=?\s*(.*?)\s*$/s.exec(part) ?? [];
      return path ? [{ path, value }] : [];
    });
}

/** The attributes that a condition or a filter names. */
export function listAttributes(expression: string, names: Names): string[] {
  return [...expression.matchAll(NAME)].map(([name]) => names[name] ?? name);
}

/** Counts operators and functions; a value is given to a path by none. */
export function countOperators(expression: string, isUpdate: boolean): number {
  return [...expression.matchAll(OPERATORS)].filter(([found]) => !(isUpdate && found === '=')).length;
}

/** The largest number of operands that any `IN` of an expression has. */
export function countOperands(expression: string): number {
  const lists = [...expression.matchAll(new RegExp(`${ALONE}IN\\s*\\(([^)]*)\\)`, 'gi'))];
  return Math.max(0, ...lists.map(([, list = '']) => list.split(',').length));
}
