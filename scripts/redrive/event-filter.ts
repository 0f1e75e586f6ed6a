/** True if a consumer is given a record. */
export type EventFilter = (record: unknown) => boolean;

type Matcher = (value: unknown) => boolean;

/**
 * The filter of an event source mapping, out of its patterns: a record passes that fits one of them, every record where
 * there is none. Exact values only; a pattern of another kind is refused, so that nothing is passed over unseen.
 */
export function eventFilter(patterns: readonly string[]): EventFilter {
  if (patterns.length === 0) return () => true;
  const matchers = patterns.map((pattern) => buildMatcher(JSON.parse(pattern)));
  return (record) => matchers.some((matches) => matches(record));
}

function buildMatcher(pattern: unknown): Matcher {
  if (Array.isArray(pattern)) return alternatives(pattern);
  if (!isObject(pattern)) throw unknownPattern(pattern);
  const members = Object.entries(pattern).map(([name, nested]) => ({ name, matches: buildMatcher(nested) }));
  return (value) => isObject(value) && members.every(({ name, matches }) => matches(value[name]));
}

function alternatives(values: readonly unknown[]): Matcher {
  const other = values.find((value) => typeof value !== 'string' && typeof value !== 'number');
  if (other !== undefined) throw unknownPattern(other);
  return (value) => values.includes(value);
}

function unknownPattern(pattern: unknown): Error {
  return new Error(`The consumer's filter has what this command does not know: ${JSON.stringify(pattern)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
