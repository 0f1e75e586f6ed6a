import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1), z.maxLength(20_000));

/** A Firebase service account, as its console gives it; members beyond these are Google's own and are kept. */
const fcmSchema = z.looseObject({
  type: z.literal('service_account'),
  project_id: text,
  client_email: text,
  private_key: text,
});

/** A signing key of Apple's push service (the text of the `.p8` file) and what it belongs to. */
const apnsSchema = z.strictObject({
  signingKey: text,
  signingKeyId: text,
  teamId: text,
  bundleId: text,
});

export type PushPlatform = 'GCM' | 'APNS';

/** The credentials in a secret are not of the expected shape. Its message names members, never values. */
export class PushCredentialsError extends Error {
  override readonly name = 'PushCredentialsError';
}

/** The attributes of a platform application, out of the text of its secret. */
export function applicationAttributes(platform: PushPlatform, secret: string): Record<string, string> {
  const value = parseJson(secret);
  if (platform === 'GCM') {
    return { PlatformCredential: JSON.stringify(parse(fcmSchema, value)) };
  }
  const { signingKey, signingKeyId, teamId, bundleId } = parse(apnsSchema, value);
  return {
    PlatformCredential: signingKey,
    PlatformPrincipal: signingKeyId,
    ApplePlatformTeamID: teamId,
    ApplePlatformBundleID: bundleId,
  };
}

function parseJson(secret: string): unknown {
  try {
    return JSON.parse(secret);
  } catch {
    // The parser's own message would quote the secret.
    throw new PushCredentialsError('The secret is not JSON');
  }
}

function parse<T extends z.ZodMiniType>(schema: T, value: unknown): z.output<T> {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const members = parsed.error.issues.map((issue) => issue.path.join('.') || issue.code);
  throw new PushCredentialsError(`The secret lacks or misstates: ${[...new Set(members)].join(', ')}`);
}
