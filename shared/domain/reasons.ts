import * as z from 'zod/mini';
import { type Action, actionSchema } from './change.ts';
import catalogue from './reasons.json' with { type: 'json' };

const reasonSchema = z.strictObject({
  code: z.string().check(z.regex(/^[A-Z_]{1,40}$/)),
  actions: z.array(actionSchema).check(z.minLength(1)),
  /** A note is required. */
  noteRequired: z._default(z.boolean(), false),
  /** The holder's phone is never asked: it is the one in doubt, or its holder is leaving. */
  holderExcluded: z._default(z.boolean(), false),
  label: z.strictObject({ es: z.string(), en: z.string() }),
});
export type Reason = z.infer<typeof reasonSchema>;

/** The bank's catalogue of reasons, in the order they are offered; `reasons.json` is the only place to change it. */
export const REASONS: readonly Reason[] = z.array(reasonSchema).parse(catalogue);

/** The reason of that code for that action, if the catalogue has one. */
export function findReason(action: Action, code: string): Reason | undefined {
  return REASONS.find((reason) => reason.code === code && reason.actions.includes(action));
}
