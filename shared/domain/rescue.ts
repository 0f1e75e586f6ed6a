import * as z from 'zod/mini';
import { textSchema } from './text.ts';

/** A block needs no rescue: an administrator can always block, and it takes nobody's phone. */
export const rescueActionSchema = z.enum(['RELEASE', 'UNBLOCK']);

const usernameSchema = z.string().check(z.regex(/^\S{1,200}$/u));

/** The request of the first of the bank's two persons: a change of an administrator's token. */
export const rescueProposalSchema = z.strictObject({
  operation: z.literal('PROPOSE'),
  username: usernameSchema,
  action: rescueActionSchema,
  reason: z.string().check(z.regex(/^[A-Z_]{1,40}$/)),
  note: z.nullable(textSchema(500)),
  /** Made once per proposal: the same again is the same change. */
  key: z.uuid(),
});
export type RescueProposal = z.infer<typeof rescueProposalSchema>;

/** The confirmation of the second: the change, and in their own words whose token it is and what happens to it. */
export const rescueConfirmationSchema = z.strictObject({
  operation: z.literal('CONFIRM'),
  changeId: z.string().check(z.regex(/^[\w-]{1,128}$/)),
  username: usernameSchema,
  action: rescueActionSchema,
});
export type RescueConfirmation = z.infer<typeof rescueConfirmationSchema>;
