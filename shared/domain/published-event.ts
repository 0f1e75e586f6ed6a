import * as z from 'zod/mini';
import { approvalPolicySchema } from './company.ts';
import { eventTypeSchema, readTokenId, type TokenEvent } from './event.ts';
import { tokenStatusSchema } from './token.ts';

/** Name and version of the form of a published event. */
export const PUBLISHED_FORMAT = 'llavero-event/1';

/** The values that `from` and `to` may have: states and policies, never what a person typed. */
const standingSchema = z.enum([...tokenStatusSchema.options, ...approvalPolicySchema.options]);

/** An event of the record as the bank's other systems get it: no name, note, address or key. */
export const publishedEventSchema = z.object({
  schema: z.literal(PUBLISHED_FORMAT),
  companyId: z.string(),
  /** Null where the event is of the company itself. */
  tokenId: z.nullable(z.string()),
  seq: z.int().check(z.positive()),
  type: eventTypeSchema,
  at: z.iso.datetime(),
  change: z.optional(z.object({ changeId: z.string(), action: z.string(), reason: z.string() })),
  from: z.optional(standingSchema),
  to: z.optional(standingSchema),
  previousHash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
});
export type PublishedEvent = z.infer<typeof publishedEventSchema>;

/** Whose record an event is of: a token's, or by `COMPANY_RECORD` the company's own. */
export interface EventSubject {
  readonly companyId: string;
  readonly tokenId: string;
}

/** Takes out of an event what others may learn; whatever is not named here stays in the record. */
export function publishedEvent({ companyId, tokenId }: EventSubject, event: TokenEvent): PublishedEvent {
  const { seq, type, at, change, details, previousHash, hash } = event;
  const { from, to } = { from: standingSchema.safeParse(details.from), to: standingSchema.safeParse(details.to) };
  return {
    schema: PUBLISHED_FORMAT,
    companyId,
    tokenId: readTokenId(tokenId),
    seq,
    type,
    at,
    ...(change ? { change: { changeId: change.changeId, action: change.action, reason: change.reason } } : {}),
    ...(from.success ? { from: from.data } : {}),
    ...(to.success ? { to: to.data } : {}),
    previousHash,
    hash,
  };
}
