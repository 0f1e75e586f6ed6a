import * as z from 'zod/mini';
import { digest } from './canonical.ts';

export const tokenEventTypeSchema = z.enum([
  'TOKEN_CREATED',
  'HOLDER_UPDATED',
  'ACTIVATION_CODE_CREATED',
  'TOKEN_ENROLLED',
  'PHYSICAL_TOKEN_DISABLED',
  'CHANGE_REQUESTED',
  'CHANGE_AUTHORIZED',
  'CHANGE_REJECTED',
  'CHANGE_EXPIRED',
  'CHANGE_CANCELLED',
  'CHANGE_SUPERSEDED',
  'CHANGE_APPLIED',
  'SUSPENSION_CLEARED',
]);

/** Events that decide who may act, and who learns of it: in the company's own record. */
export const companyEventTypeSchema = z.enum([
  'COMPANY_CREATED',
  'COMPANY_FOUND',
  'COMPANY_RENAMED',
  'POLICY_CHANGED',
  'ADMINISTRATOR_ADDED',
  'ADMINISTRATOR_REMOVED',
  'USER_ENABLED',
  'USER_DISABLED',
  'SIGN_IN_CHANGED',
  'NOTICE_ADDRESS_CHANGED',
]);

export const eventTypeSchema = z.enum([...tokenEventTypeSchema.options, ...companyEventTypeSchema.options]);
export type EventType = z.infer<typeof eventTypeSchema>;

/** Who did it: a person, the service itself (a time-out, the workflow), or the bank's staff. */
export const actorSchema = z.object({
  type: z.enum(['USER', 'SYSTEM', 'BANK']),
  userId: z.optional(z.string()),
  fullName: z.optional(z.string()),
});
export type Actor = z.infer<typeof actorSchema>;

export const eventDetailsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type EventDetails = z.infer<typeof eventDetailsSchema>;

/** The change that an event is of, as it was requested. */
export const eventChangeSchema = z.object({
  changeId: z.string(),
  action: z.string(),
  reason: z.string(),
  note: z.nullable(z.string()),
});

/** One entry of an append-only record: a token's, or a company's own. `hash` is over the canonical form of all the other members. */
export const eventSchema = z.object({
  seq: z.number(),
  type: eventTypeSchema,
  at: z.string(),
  actor: actorSchema,
  change: z.optional(eventChangeSchema),
  details: eventDetailsSchema,
  previousHash: z.string(),
  hash: z.string(),
});
export type TokenEvent = z.infer<typeof eventSchema>;

/** An event as its caller describes it; its place in the chain is added. */
export type EventContent = Pick<TokenEvent, 'type' | 'at' | 'actor' | 'details'> & { change?: TokenEvent['change'] };

/** The last event of a record. */
export const recordHeadSchema = z.object({ seq: z.number(), hash: z.string() });
export type RecordHead = z.infer<typeof recordHeadSchema>;

/** Stands in place of a token's id where a record is the company's own; no token has it, whose ids are 22 characters. */
export const COMPANY_RECORD = '-';

/** The token of a record as others are told it: null where the record is the company's own. */
export function readTokenId(recordId: string): string | null {
  return recordId === COMPANY_RECORD ? null : recordId;
}

/** The head of a record with no event yet: binds the chain to its token, or to its company. */
export function genesis(companyId: string, tokenId: string): RecordHead {
  return { seq: 0, hash: digest({ companyId, tokenId }) };
}

/** SHA-256 over the RFC 8785 form of the event without its own hash. */
export function eventHash(event: Omit<TokenEvent, 'hash'>): string {
  return digest(event);
}

/** Chains events to the head of a record: the events, and the head that they lead to. */
export function chainEvents(
  before: RecordHead,
  contents: readonly EventContent[],
): { recordHead: RecordHead; events: TokenEvent[] } {
  const events: TokenEvent[] = [];
  let recordHead = before;
  for (const content of contents) {
    const { change, ...rest } = content;
    const body = { ...rest, ...(change ? { change } : {}), seq: recordHead.seq + 1, previousHash: recordHead.hash };
    const event = { ...body, hash: eventHash(body) };
    events.push(event);
    recordHead = { seq: event.seq, hash: event.hash };
  }
  return { recordHead, events };
}

/** Appends events to the token's record: the token with its new head, and the events to put in the same transaction. */
export function appendEvents<Token extends { readonly recordHead: RecordHead }>(
  token: Token,
  contents: readonly EventContent[],
): { token: Token; events: TokenEvent[] } {
  const { recordHead, events } = chainEvents(token.recordHead, contents);
  return { token: { ...token, recordHead }, events };
}
