import { timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import { isOlderPhone } from '../domain/approvers.ts';
import { canonical } from '../domain/canonical.ts';
import { buildChallenge, type HeldChange } from '../domain/change.ts';
import type { Device } from '../domain/device.ts';
import type { User } from '../domain/user.ts';
import { issuedAtSchema, proofRefused, readJws, verifyJws } from './verify-jws.ts';

/** JWS `typ` of a signed decision. */
export const DECISION_TYPE = 'token-change-decision+jwt';

/** The app's word on how it knew the person who decided. */
const userVerificationSchema = z.enum(['BIOMETRIC', 'PIN', 'NONE']);

const base = {
  iss: z.string(),
  sub: z.string(),
  aud: z.literal('llavero/decision'),
  iat: issuedAtSchema,
  challenge: z.record(z.string(), z.unknown()),
  userVerification: z.optional(userVerificationSchema),
};

/** Payload of a signed decision (docs/phone-protocol.md). */
export const decisionPayloadSchema = z.discriminatedUnion('decision', [
  z.strictObject({
    ...base,
    decision: z.literal('APPROVE'),
    bindingCode: z.string().check(z.regex(/^\d{6}$/)),
  }),
  // "It wasn't me": whoever rejects disowns the request.
  z.strictObject({ ...base, decision: z.literal('REJECT'), reason: z.optional(z.literal('NOT_ME')) }),
]);
export type DecisionPayload = z.infer<typeof decisionPayloadSchema>;

/** A decision whose signature, signer and subject are proven; its binding code is not compared yet. */
export interface VerifiedDecision {
  readonly kid: string;
  readonly payload: DecisionPayload;
  /** It repeats the decision that is already recorded for the change. */
  readonly repeats: boolean;
  /** It says "it wasn't me" of a change that the same phone has already rejected without saying so. */
  readonly disownsLater: boolean;
}

/** "It wasn't me": the requester is suspended in the same transaction. */
export function isNotMe({ payload }: Pick<VerifiedDecision, 'payload'>): boolean {
  return payload.decision === 'REJECT' && payload.reason === 'NOT_ME';
}

/** The items against which the decision is judged, as they were read. */
export interface DecisionSubject {
  readonly caller: User;
  /** The caller's phone of that `kid`. */
  readonly device: Device | undefined;
  /** The phone that the caller's token is active with now, if it is. */
  readonly activeDeviceId: string | undefined;
  readonly change: HeldChange;
  /** The stage takes no decision of a person whom the app did not verify. */
  readonly requireUserVerification: boolean;
}

/**
 * The decision a phone signed over the stored challenge.
 *
 * @throws ProblemError `PROOF_REFUSED`, one body for every cause.
 */
export async function verifyDecision(jws: string, subject: DecisionSubject): Promise<VerifiedDecision> {
  const { caller, device, change } = subject;
  const { kid } = readJws(jws).header;
  if (!device || kid !== device.deviceId || device.userId !== caller.userId) throw proofRefused();

  const payload = await verifyJws(jws, { key: device.signingKey, typ: DECISION_TYPE, payload: decisionPayloadSchema });
  const signedHere = payload.sub === caller.userId && payload.iss === device.deviceId;
  if (!signedHere || toCanonical(payload.challenge) !== canonical(buildChallenge(change))) throw proofRefused();

  const recorded = isRecorded(change, caller, kid, payload);
  const disownsLater = recorded && isNotMe({ payload }) && change.outcome?.cause !== 'DISOWNED';
  const repeats = recorded && !disownsLater;
  if (!repeats && !(mayDecideWith(device, subject) && isUserVerified(payload, subject))) throw proofRefused();
  return { kid, payload, repeats, disownsLater };
}

function toCanonical(challenge: unknown): string | undefined {
  try {
    return canonical(challenge);
  } catch {
    return undefined;
  }
}

/** Once per change and nonce, whatever the bytes of the JWS: the challenge, nonce included, is equal by now. */
function isRecorded(change: HeldChange, caller: User, kid: string, payload: DecisionPayload): boolean {
  const { decidedBy, recorded } = change.authorization;
  return decidedBy?.userId === caller.userId && recorded?.kid === kid && recorded.decision === payload.decision;
}

/** The phone was enrolled before the change, is not retired, and is the one its user's active token is on. */
function mayDecideWith(device: Device, { activeDeviceId, change }: DecisionSubject): boolean {
  return isOlderPhone(device, change) && activeDeviceId === device.deviceId;
}

function isUserVerified({ userVerification = 'NONE' }: DecisionPayload, subject: DecisionSubject): boolean {
  return !subject.requireUserVerification || userVerification !== 'NONE';
}

/** True if the six digits typed in the app are those the web shows; in constant time. */
export function bindingCodeMatches(typed: string, shown: string | undefined): boolean {
  return (
    shown !== undefined && typed.length === shown.length && timingSafeEqual(Buffer.from(typed), Buffer.from(shown))
  );
}
