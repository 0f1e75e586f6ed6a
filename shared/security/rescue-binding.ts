import { digest } from '../domain/canonical.ts';

/** The signed header by which an identity is good for one request to one function, and for nothing else. */
export const RESCUE_HEADER = 'x-llavero-rescue';

/** Seconds for which a signed identity is good: it is made for the one call that it goes with. */
export const IDENTITY_SECONDS = 120;

/** The value of the header: a digest of the function that is called and of all that it is asked. */
export function rescueBinding(functionArn: string, request: unknown): string {
  return digest({ purpose: 'llavero/rescue', audience: functionArn, request });
}

/** The function's own ARN, without the version or alias it was called by. */
export function unqualifiedArn(functionArn: string): string {
  return functionArn.split(':').slice(0, 7).join(':');
}

/** The address of STS in the function's region, or of the endpoint that stands for AWS. */
export function stsUrl(functionArn: string, endpoint: string | undefined): URL {
  const [, , , region = ''] = functionArn.split(':');
  return new URL(endpoint ?? `https://sts.${region}.amazonaws.com`);
}
