import * as z from 'zod/mini';
import { actionSchema, changeStatusSchema } from '../domain/change.ts';
import { eventTypeSchema } from '../domain/event.ts';
import { textSchema } from '../domain/text.ts';
import { platformSchema, tokenKindSchema, tokenStatusSchema } from '../domain/token.ts';
import { sentJwkSchema } from '../security/device-key.ts';
import { compactJwsSchema } from '../security/verify-jws.ts';

/** An opaque id as it appears in a path. */
export const idSchema = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,128}$/));

export const emptySchema = z.strictObject({});

/** A reason's code. */
const reasonSchema = z.string().check(z.regex(/^[A-Z_]{1,40}$/));

/** `?limit=` and `?cursor=` of every list. */
export const pageQuery = {
  limit: z.pipe(
    z._default(z.string().check(z.regex(/^\d{1,3}$/)), '25'),
    z.pipe(z.transform(Number), z.int().check(z.gte(1), z.lte(100))),
  ),
  cursor: z.optional(z.string().check(z.minLength(1), z.maxLength(2048))),
};

/**
 * A time of RFC 3339, as events and changes bear theirs. They have no part of a millisecond: the first of them that is not
 * before this one is at the next.
 */
const timeSchema = z.pipe(
  z.iso.datetime({ offset: true }),
  z.transform((time: string) => {
    const isBetween = /\.\d{3}\d*[1-9]/.test(time);
    return new Date(Date.parse(time) + (isBetween ? 1 : 0)).toISOString();
  }),
);

/** `?from=` (inclusive) and `?to=` (exclusive) of the lists that are ordered by time. */
const timeQuery = { from: z.optional(timeSchema), to: z.optional(timeSchema) };

export const tokenPathSchema = z.strictObject({ tokenId: idSchema });
export const changePathSchema = z.strictObject({ changeId: idSchema });
export const devicePathSchema = z.strictObject({ deviceId: idSchema });

/** Query of GET /tokens. */
export const tokenQuerySchema = z.strictObject({
  ...pageQuery,
  kind: z.optional(tokenKindSchema),
  status: z.optional(tokenStatusSchema),
  q: z.optional(z.string().check(z.maxLength(100))),
  enabled: z.optional(z.enum(['true', 'false'])),
  sort: z._default(z.enum(['name', '-updatedAt']), 'name'),
  /** Asks for the number of matches beside the page. */
  count: z.optional(z.literal('true')),
});

/** Query of GET /app/me. */
export const appMeQuerySchema = z.strictObject({ deviceId: z.optional(idSchema) });

/** Query of GET /tokens/{tokenId}/events. */
export const eventQuerySchema = z.strictObject(pageQuery);

/** Query of GET /events. */
export const companyEventQuerySchema = z.strictObject({
  ...pageQuery,
  ...timeQuery,
  type: z.optional(eventTypeSchema),
  tokenId: z.optional(idSchema),
});

/** Query of GET /changes. */
export const changeQuerySchema = z.strictObject({
  ...pageQuery,
  ...timeQuery,
  status: z.optional(changeStatusSchema),
  action: z.optional(actionSchema),
  reason: z.optional(reasonSchema),
  tokenId: z.optional(idSchema),
});

/** Query of GET /reasons. */
export const reasonQuerySchema = z.strictObject({ action: z.optional(actionSchema) });

/** Body of POST /tokens/{tokenId}/changes. */
export const changeRequestSchema = z.strictObject({
  action: actionSchema,
  reason: reasonSchema,
  note: z.nullish(textSchema(500)),
});

/** A push token as its platform gives it: printable ASCII. */
const pushTokenSchema = z.string().check(z.regex(/^[\x21-\x7E]{1,4096}$/));

/** Body of POST /app/devices. */
export const enrolmentSchema = z.strictObject({
  activationCode: z.string().check(z.minLength(1), z.maxLength(64)),
  name: textSchema(60),
  platform: platformSchema,
  pushToken: pushTokenSchema,
  signingKey: sentJwkSchema,
  encryptionKey: sentJwkSchema,
  proof: compactJwsSchema,
});

/** Body of PUT /app/devices/{deviceId}/push-token. */
export const pushTokenUpdateSchema = z.strictObject({ pushToken: pushTokenSchema, proof: compactJwsSchema });

/** Six digits with any spaces and hyphens among them, as people copy a code; read as the digits alone. */
const oneTimeCodeSchema = z.pipe(
  z
    .string()
    .check(
      z.maxLength(64),
      z.regex(/^[\s\p{Pd}\u2212]*(?:\d[\s\p{Pd}\u2212]*){6}$/u, { error: 'Seis dígitos · Six digits' }),
    ),
  z.transform((code: string) => code.replaceAll(/\D/g, '')),
);

/** Body of POST /otp/verifications. */
export const otpVerificationSchema = z.strictObject({ userId: idSchema, code: oneTimeCodeSchema });

/** Body of POST /app/authorizations/{changeId}/decision. */
export const decisionSchema = z.strictObject({ decision: compactJwsSchema });
