import { sent } from './attribute-values.ts';
import type { Bindings } from './evaluate-condition.ts';
import type { Parsed } from './expressions.ts';
import { invalid } from './validation.ts';

interface Attributes {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

/** Resolves the placeholders of a request's expressions; refuses one without meaning, and one that is not used. */
export function bind(
  { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} }: Attributes,
  expressions: readonly (Parsed<unknown> | undefined)[],
): Bindings {
  const used = new Set(expressions.flatMap((expression) => [...(expression?.placeholders ?? [])]));
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const known = new Set([...Object.keys(names), ...given.map(([name]) => name)]);
  for (const placeholder of used) {
    if (known.has(placeholder)) continue;
    const kind = placeholder.startsWith('#') ? 'name' : 'value';
    throw invalid(`An expression attribute ${kind} used in an expression is not defined: ${placeholder}`);
  }
  const idle = known.difference(used);
  if (idle.size > 0)
    throw invalid(`Value provided in ExpressionAttributes unused in expressions: ${[...idle].join(', ')}`);
  return { names, values: Object.fromEntries(given.map(([name, value]) => [name, sent(value)])) };
}
