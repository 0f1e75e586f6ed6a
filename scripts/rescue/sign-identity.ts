import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import { IDENTITY_SECONDS, RESCUE_HEADER, rescueBinding, stsUrl } from '../../shared/security/rescue-binding.ts';
import type { StaffProof } from '../../shared/security/verify-staff.ts';

/** Credentials of a person, or of a session of theirs; or a function that gets them. */
export type Credentials = NonNullable<STSClientConfig['credentials']>;

/** The region of a function's ARN. */
export function readRegion(functionArn: string): string {
  const [, , , region = ''] = functionArn.split(':');
  return region;
}

/**
 * Signs, without sending it, a GetCallerIdentity request that is good for this one request to this one function. The
 * function sends it to STS, and so learns the caller's identity without a secret.
 */
export async function signIdentity(
  credentials: Credentials | undefined,
  { functionArn, endpoint }: { readonly functionArn: string; readonly endpoint: string | undefined },
  request: unknown,
): Promise<StaffProof> {
  const region = readRegion(functionArn);
  const { config } = new STSClient({ region, ...(credentials ? { credentials } : {}) });
  const signer = new SignatureV4({ service: 'sts', region, credentials: config.credentials, sha256: config.sha256 });
  const url = stsUrl(functionArn, endpoint);
  const binding = rescueBinding(functionArn, request);
  const { query = {} } = await signer.presign(
    {
      method: 'GET',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port ? { port: Number(url.port) } : {}),
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: url.host, [RESCUE_HEADER]: binding },
    },
    { expiresIn: IDENTITY_SECONDS },
  );
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return { url: url.href, headers: { [RESCUE_HEADER]: binding } };
}
