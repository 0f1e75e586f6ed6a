import { invalid } from './validation.ts';

/** A document path: names (a placeholder begins with `#`) and list indexes. */
export type Path = readonly (string | number)[];

export type Operand =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Operand[] }
  | { readonly kind: 'sum'; readonly sign: 1 | -1; readonly left: Operand; readonly right: Operand };

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly options: readonly Operand[] }
  | { readonly kind: 'test'; readonly name: string; readonly args: readonly Operand[] };

export interface Update {
  readonly set: { readonly path: Path; readonly value: Operand }[];
  readonly remove: { readonly path: Path }[];
  readonly add: { readonly path: Path; readonly value: Operand }[];
  readonly delete: { readonly path: Path; readonly value: Operand }[];
}

/** A parsed expression and the placeholders that it uses. */
export interface Parsed<T> {
  readonly tree: T;
  readonly placeholders: ReadonlySet<string>;
}

const TOKEN = /\s*([A-Za-z_]\w*|[#:]\w+|\d+|<>|<=|>=|[=<>(),.[\]+-])/y;
const TESTS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};
const VALUES: Readonly<Record<string, number>> = { if_not_exists: 2, list_append: 2 };
const COMPARATORS: ReadonlySet<string> = new Set<Comparator>(['=', '<>', '<', '<=', '>', '>=']);
const CLAUSES: ReadonlySet<string> = new Set<keyof Update>(['set', 'remove', 'add', 'delete']);

// An expression's text never changes what it means, and the same few are sent again and again.
const conditions = new Map<string, Parsed<Condition>>();
const updates = new Map<string, Parsed<Update>>();

export function parseCondition(text: string): Parsed<Condition> {
  return remember(conditions, text, (parser) => parser.condition());
}

export function parseUpdate(text: string): Parsed<Update> {
  return remember(updates, text, (parser) => parser.update());
}

function remember<T>(known: Map<string, Parsed<T>>, text: string, parse: (parser: Parser) => T): Parsed<T> {
  const found = known.get(text);
  if (found) return found;
  const parser = new Parser(text);
  const tree = parse(parser);
  parser.end();
  const parsed = { tree, placeholders: parser.placeholders };
  known.set(text, parsed);
  return parsed;
}

function isComparator(token: string | undefined): token is Comparator {
  return token !== undefined && COMPARATORS.has(token);
}

function isClause(token: string): token is keyof Update {
  return CLAUSES.has(token);
}

/** Reads the expressions of DynamoDB from left to right ("Comparison operator and function reference"). */
class Parser {
  readonly placeholders = new Set<string>();
  private readonly text: string;
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(text: string) {
    this.text = text;
    TOKEN.lastIndex = 0;
    for (let end = 0; text.slice(end).trim() !== ''; end = TOKEN.lastIndex) {
      const [, token] = TOKEN.exec(text) ?? [];
      if (token === undefined) throw this.syntaxError();
      this.tokens.push(token);
    }
  }

  condition(): Condition {
    let left = this.conjunction();
    while (this.takeWord('OR')) left = { kind: 'or', left, right: this.conjunction() };
    return left;
  }

  update(): Update {
    const update: Update = { set: [], remove: [], add: [], delete: [] };
    const seen = new Set<string>();
    do {
      const clause = this.next().toLowerCase();
      if (!isClause(clause) || seen.has(clause)) throw this.syntaxError();
      seen.add(clause);
      do this.updateAction(update, clause);
      while (this.take(','));
    } while (this.at < this.tokens.length);
    return update;
  }

  end(): void {
    if (this.at < this.tokens.length) throw this.syntaxError();
  }

  private updateAction(update: Update, clause: keyof Update): void {
    const path = this.path();
    if (clause === 'remove') {
      update.remove.push({ path });
    } else if (clause === 'set') {
      this.expect('=');
      update.set.push({ path, value: this.sum() });
    } else {
      update[clause].push({ path, value: this.value() });
    }
  }

  private conjunction(): Condition {
    let left = this.negation();
    while (this.takeWord('AND')) left = { kind: 'and', left, right: this.negation() };
    return left;
  }

  private negation(): Condition {
    return this.takeWord('NOT') ? { kind: 'not', part: this.negation() } : this.primary();
  }

  private primary(): Condition {
    if (this.take('(')) return this.parenthesis();
    const arity = TESTS[this.peek() ?? ''];
    if (arity !== undefined && this.tokens[this.at + 1] === '(') {
      return { kind: 'test', name: this.next(), args: this.args(arity) };
    }
    const operand = this.operand();
    if (this.takeWord('BETWEEN')) {
      const low = this.operand();
      if (!this.takeWord('AND')) throw this.syntaxError();
      return { kind: 'between', operand, low, high: this.operand() };
    }
    if (this.takeWord('IN')) {
      this.expect('(');
      const options = [this.operand()];
      while (this.take(',')) options.push(this.operand());
      this.expect(')');
      return { kind: 'in', operand, options };
    }
    const operator = this.next();
    if (!isComparator(operator)) throw this.syntaxError();
    return { kind: 'compare', operator, left: operand, right: this.operand() };
  }

  private parenthesis(): Condition {
    const start = this.at;
    const inner = this.condition();
    // Doubled where the parenthesis that begins right here also ends right here.
    const doubled = this.tokens[start] === '(' && this.closing(start) === this.at - 1;
    this.expect(')');
    if (doubled) throw invalid('The expression has redundant parentheses');
    return inner;
  }

  private closing(start: number): number {
    let depth = 0;
    for (let at = start; ; at++) {
      if (this.tokens[at] === '(') depth++;
      if (this.tokens[at] === ')' && --depth === 0) return at;
    }
  }

  private args(arity: number): Operand[] {
    this.expect('(');
    const args = [this.sum()];
    while (this.take(',')) args.push(this.sum());
    this.expect(')');
    if (args.length !== arity) throw invalid('Incorrect number of operands for operator or function');
    return args;
  }

  /** The right side of SET: at most one plus or minus. */
  private sum(): Operand {
    const left = this.operand();
    if (this.take('+')) return { kind: 'sum', sign: 1, left, right: this.operand() };
    if (this.take('-')) return { kind: 'sum', sign: -1, left, right: this.operand() };
    return left;
  }

  private operand(): Operand {
    const token = this.peek() ?? '';
    if (token.startsWith(':')) return this.value();
    const arity = token === 'size' ? 1 : VALUES[token];
    if (arity !== undefined && this.tokens[this.at + 1] === '(') {
      return { kind: 'call', name: this.next(), args: this.args(arity) };
    }
    return { kind: 'path', path: this.path() };
  }

  private value(): Operand {
    const name = this.next();
    if (!name.startsWith(':')) throw this.syntaxError();
    this.placeholders.add(name);
    return { kind: 'value', name };
  }

  private path(): Path {
    const path: (string | number)[] = [this.name()];
    for (;;) {
      if (this.take('.')) {
        path.push(this.name());
      } else if (this.take('[')) {
        path.push(Number(this.next()));
        if (Number.isNaN(path.at(-1))) throw this.syntaxError();
        this.expect(']');
      } else {
        return path;
      }
    }
  }

  private name(): string {
    const name = this.next();
    if (!/^[#A-Za-z_]/.test(name)) throw this.syntaxError();
    if (name.startsWith('#')) this.placeholders.add(name);
    return name;
  }

  private peek(): string | undefined {
    return this.tokens[this.at];
  }

  private next(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw this.syntaxError();
    return token;
  }

  private take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }

  private takeWord(word: string): boolean {
    if (this.peek()?.toUpperCase() !== word) return false;
    this.at++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw this.syntaxError();
  }

  private syntaxError(): Error {
    return invalid(`Invalid expression: Syntax error in "${this.text}"`);
  }
}
