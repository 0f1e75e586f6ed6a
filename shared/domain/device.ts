import * as z from 'zod/mini';
import { platformSchema } from './token.ts';

/** A coordinate of P-256: 32 bytes, base64url without padding, its unused low bits zero (one text per key). */
const coordinateSchema = z.string().check(z.regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/));

/** A public P-256 key (RFC 7517, RFC 7518 section 6.2), reduced to the members that make it. */
export const publicJwkSchema = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinateSchema,
  y: coordinateSchema,
});
export type PublicJwk = z.infer<typeof publicJwkSchema>;

/** A phone of a user. Its keys never change; a retired one is kept, so that its keys are never taken again. */
export const deviceSchema = z.object({
  deviceId: z.string(),
  userId: z.string(),
  companyId: z.string(),
  tokenId: z.string(),
  name: z.string(),
  platform: platformSchema,
  signingKey: publicJwkSchema,
  encryptionKey: publicJwkSchema,
  /** Hash of the activation code it was enrolled with, for a retry after a lost answer. */
  activationCodeHash: z.string(),
  enrolledAt: z.string(),
  retiredAt: z.optional(z.string()),
  /** Where it is woken. */
  endpointArn: z.optional(z.string()),
  /** Where it was woken before its push token changed, until that endpoint is seen to. */
  leftEndpointArn: z.optional(z.string()),
  /** `iat` of the last accepted push-token proof, epoch seconds. */
  pushTokenIat: z.optional(z.number()),
});
export type Device = z.infer<typeof deviceSchema>;
