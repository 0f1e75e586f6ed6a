import * as z from 'zod/mini';
import { type CallerIdentity, identifyStaff, type Staff } from '../domain/staff.ts';
import { ProblemError } from '../errors.ts';
import { IDENTITY_SECONDS, RESCUE_HEADER, rescueBinding, stsUrl } from './rescue-binding.ts';

/** A presigned GetCallerIdentity request, not yet sent: whoever holds it may ask STS who signed it, and no more. */
export const staffProofSchema = z.strictObject({
  url: z.string().check(z.maxLength(8192)),
  headers: z.record(z.string(), z.string()),
});
export type StaffProof = z.infer<typeof staffProofSchema>;

/** The whole query of such a request; anything beside it could make STS do something else. */
const querySchema = z.strictObject({
  Action: z.literal('GetCallerIdentity'),
  Version: z.literal('2011-06-15'),
  'X-Amz-Algorithm': z.literal('AWS4-HMAC-SHA256'),
  'X-Amz-Credential': z.string().check(z.regex(/^\w{16,128}\/\d{8}\/[a-z0-9-]+\/sts\/aws4_request$/)),
  'X-Amz-Date': z.string().check(z.regex(/^\d{8}T\d{6}Z$/)),
  'X-Amz-Expires': z.literal(String(IDENTITY_SECONDS)),
  'X-Amz-Security-Token': z.optional(z.string().check(z.minLength(1))),
  'X-Amz-SignedHeaders': z.literal(`host;${RESCUE_HEADER}`),
  'X-Amz-Signature': z.string().check(z.regex(/^[0-9a-f]{64}$/)),
});

/** The audience that the proof must be made for. */
export interface ExpectedProof {
  /** The ARN of the function that was called. */
  readonly audience: string;
  /** The ARN of the role whose session must have signed it: the one by which alone the function can be called. */
  readonly roleArn: string;
  /** All that the function was asked. */
  readonly request: unknown;
  readonly now: Date;
  /** The address that stands for AWS, where that is not AWS itself. */
  readonly endpoint: string | undefined;
}

/** STS answers at once, or the person tries again. */
const STS_TIMEOUT_MS = 3_000;

/**
 * The person who signed the proof with a session of the role, as STS itself says: the request is judged in every part,
 * then sent.
 *
 * @throws ProblemError `STAFF_REFUSED` whatever is wrong with it, `UNAVAILABLE` where STS does not answer.
 */
export async function verifyStaff(proof: StaffProof, expected: ExpectedProof): Promise<Staff> {
  const url = presignedUrl(proof, expected);
  const identity = await callerIdentity(url, proof.headers);
  const staff = identifyStaff(identity, expected.roleArn);
  if (!staff) throw new ProblemError('STAFF_REFUSED');
  return staff;
}

/** The proof's address, if it is of STS, of that one operation, for this request and of this moment. */
function presignedUrl({ url: text, headers }: StaffProof, { audience, request, now, endpoint }: ExpectedProof): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSts = url?.origin === stsUrl(audience, endpoint).origin && url.pathname === '/' && url.hash === '';
  if (!url || !isSts || url.username !== '' || url.password !== '') throw new ProblemError('STAFF_REFUSED');

  const members = [...url.searchParams];
  const query = querySchema.safeParse(Object.fromEntries(members));
  if (!query.success || new Set(members.map(([name]) => name)).size !== members.length) {
    throw new ProblemError('STAFF_REFUSED');
  }
  const [[name, value] = [], ...others] = Object.entries(headers);
  const isBound = name === RESCUE_HEADER && value === rescueBinding(audience, request) && others.length === 0;
  if (!isBound) throw new ProblemError('STAFF_REFUSED');

  const age = now.getTime() - signedAt(query.data['X-Amz-Date']);
  // Not "older than": a date that is none at all has no age, and is refused.
  if (!(Math.abs(age) <= IDENTITY_SECONDS * 1000)) throw new ProblemError('STAFF_REFUSED');
  return url;
}

/** A time as SigV4 writes it, in epoch milliseconds. */
function signedAt(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));
}

/** Sends the request as it was signed, and nowhere else: a redirection is a refusal. */
async function callerIdentity(url: URL, headers: StaffProof['headers']): Promise<CallerIdentity> {
  const answer = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(STS_TIMEOUT_MS) }).catch(
    (cause: unknown) => {
      throw new ProblemError('UNAVAILABLE', { detail: cause instanceof Error ? cause.name : 'STS' }, 1);
    },
  );
  if (answer.status >= 500) throw new ProblemError('UNAVAILABLE', {}, 1);
  if (answer.status !== 200) throw new ProblemError('STAFF_REFUSED');
  const text = await answer.text();
  return { account: readElement(text, 'Account'), arn: readElement(text, 'Arn'), userId: readElement(text, 'UserId') };
}

/** The text of the one element of that name; neither ARNs nor ids have characters that XML would escape. */
function readElement(xml: string, name: string): string {
  const [found, ...others] = [...xml.matchAll(new RegExp(`<${name}>([^<>&]+)</${name}>`, 'g'))];
  if (!found?.[1] || others.length > 0) throw new ProblemError('STAFF_REFUSED');
  return found[1];
}
