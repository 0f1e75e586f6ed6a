/** Conditions whose removal breaks no rule, each with what keeps the rule in its place. */
export const REDUNDANT: readonly { readonly condition: RegExp; readonly reason: string }[] = [];
