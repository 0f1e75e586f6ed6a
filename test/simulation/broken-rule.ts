/** Broken by what was committed. */
export class BrokenRule extends Error {
  override readonly name = 'BrokenRule';
}

export function ensure(holds: unknown, rule: string): asserts holds {
  if (!holds) throw new BrokenRule(rule);
}
