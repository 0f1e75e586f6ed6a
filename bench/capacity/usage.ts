import type { Usage } from './data.ts';

/** Combines two amounts of each name; one that is missing is nothing, and nothing is left out. */
function combine(one: Usage, other: Usage, amount: (one: number, other: number) => number): Usage {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const combined = [...names].map((name) => [name, amount(one[name] ?? 0, other[name] ?? 0)] as const);
  return Object.fromEntries(combined.filter(([, value]) => value !== 0));
}

/** The amounts of all of them together. */
export function add(usages: readonly Usage[]): Usage {
  return usages.reduce((sum, usage) => combine(sum, usage, (a, b) => a + b), {});
}

/** The amounts that are in one beyond those in the other. */
export function subtract(usage: Usage, other: Usage): Usage {
  return combine(usage, other, (a, b) => Math.max(0, a - b));
}

export function multiply(usage: Usage, times: number): Usage {
  return combine(usage, {}, (amount) => amount * times);
}

/** The sum of the amounts of these names. */
export function count(usage: Usage, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (usage[name] ?? 0), 0);
}

/** True for a call of AWS, false for any other measure. */
export const isCall = (name: string): boolean => name.includes('.');

/** Calls of AWS, whatever they call. */
export function countCalls(usage: Usage): number {
  return count(usage, Object.keys(usage).filter(isCall));
}
