import { STSClient, type STSClientConfig } from '@aws-sdk/client-sts';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod/mini';

const pageSchema = z.object({
  Quotas: z.array(z.object({ QuotaName: z.string(), Value: z.number() })),
  NextToken: z.optional(z.string()),
});

/**
 * The account's quotas of one service by their names, as Service Quotas lists them. Called without its SDK client, which
 * is not published in the version of the others.
 */
export async function readServiceQuotas(
  lookup: { readonly region: string; readonly credentials?: NonNullable<STSClientConfig['credentials']> },
  ServiceCode: string,
): Promise<Map<string, number>> {
  const { config } = new STSClient(lookup);
  const { credentials, sha256 } = config;
  const signer = new SignatureV4({ service: 'servicequotas', region: lookup.region, credentials, sha256 });
  const url = new URL(process.env.AWS_ENDPOINT_URL ?? `https://servicequotas.${lookup.region}.amazonaws.com`);
  const found = new Map<string, number>();
  let NextToken: string | undefined;
  do {
    const body = JSON.stringify({ ServiceCode, MaxResults: 100, ...(NextToken ? { NextToken } : {}) });
    const { protocol, hostname } = url;
    const { headers } = await signer.sign({
      method: 'POST',
      protocol,
      hostname,
      path: '/',
      headers: {
        host: url.host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'ServiceQuotasV20190624.ListServiceQuotas',
      },
      body,
    });
    const answer = await fetch(url, { method: 'POST', headers, body });
    if (!answer.ok) throw new QuotasUnreadError(answer.status, await answer.text());
    const page = pageSchema.parse(await answer.json());
    for (const { QuotaName, Value } of page.Quotas) found.set(QuotaName, Value);
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

/** Named as AWS names its refusal, as the errors of the SDK's clients are. */
class QuotasUnreadError extends Error {
  constructor(status: number, refusal: string) {
    super(refusal);
    this.name = /"__type":\s*"(?:[^"]*#)?(\w+)"/.exec(refusal)?.[1] ?? `HTTP ${status}`;
  }
}
