import type { IncomingMessage } from 'node:http';

/** The wire protocols of AWS services that the relay can answer in. */
export type WireProtocol = 'json' | 'query' | 'rest-json' | 'rest-xml' | 'cbor';

/** One call of an AWS API: `dynamodb`, `TransactWriteItems`. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  readonly protocol: WireProtocol;
}

/** The head of a request. */
export type Head = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** Names by which people know a service, and the one name by which the relay counts it. */
const SERVICE_ALIASES: Readonly<Record<string, string>> = {
  ses: 'email',
  sesv2: 'email',
  sfn: 'states',
  stepfunctions: 'states',
  cloudwatch: 'monitoring',
  eventbridge: 'events',
  cognito: 'cognito-idp',
};

/** Services of calls that carry no signature, by the prefix of `X-Amz-Target`. */
const TARGET_SERVICES: Readonly<Record<string, string>> = {
  AWSCognitoIdentityProviderService: 'cognito-idp',
  AWSStepFunctions: 'states',
  AmazonSQS: 'sqs',
  DynamoDB_20120810: 'dynamodb',
  TrentService: 'kms',
};

/** Operations of the REST protocols, which name them by method and path only: those this product and its tools call. */
const REST_OPERATIONS: readonly (readonly [request: RegExp, operation: string])[] = [
  [/^lambda POST \/2015-03-31\/functions\/[^/]+\/invocations$/, 'Invoke'],
  [/^lambda GET \/2015-03-31\/functions\/[^/]+$/, 'GetFunction'],
  [/^lambda GET \/2015-03-31\/functions\/?$/, 'ListFunctions'],
  [/^email POST \/v2\/email\/outbound-emails$/, 'SendEmail'],
  [/^email POST \/v2\/email\/identities$/, 'CreateEmailIdentity'],
  [/^scheduler POST \/schedules\/[^/]+$/, 'CreateSchedule'],
  [/^scheduler PUT \/schedules\/[^/]+$/, 'UpdateSchedule'],
  [/^scheduler DELETE \/schedules\/[^/]+$/, 'DeleteSchedule'],
  [/^s3 GET \/$/, 'ListBuckets'],
  [/^s3 PUT \/[^/]+\/?$/, 'CreateBucket'],
  [/^s3 HEAD \/[^/]+\/?$/, 'HeadBucket'],
  [/^s3 DELETE \/[^/]+\/?$/, 'DeleteBucket'],
  [/^s3 GET \/[^/]+\/?$/, 'ListObjectsV2'],
  [/^s3 PUT \/[^/]+\/.+$/, 'PutObject'],
  [/^s3 GET \/[^/]+\/.+$/, 'GetObject'],
  [/^s3 HEAD \/[^/]+\/.+$/, 'HeadObject'],
  [/^s3 DELETE \/[^/]+\/.+$/, 'DeleteObject'],
];

/** The name by which the relay counts a service, whatever common name it is asked for by. */
export function canonicalService(name: string): string {
  return SERVICE_ALIASES[name] ?? name;
}

/** True if the request's body must be read to know its operation. */
export function isQueryProtocol({ headers }: Head): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
}

/** The operation that an `X-Amz-Target` header names, behind its service's prefix. */
export function readTarget({ headers }: Head): string {
  return String(headers['x-amz-target'] ?? '');
}

/**
 * Finds the AWS operation of a request; undefined for other calls (the product's own API, hosted login). The body is
 * needed for the query protocol only.
 */
export function recogniseCall(request: Head, body?: Buffer): AwsCall | undefined {
  const url = new URL(request.url ?? '/', 'http://relay');
  const [prefix = '', target] = readTarget(request).split('.');
  const named = readSignedService(request, url) ?? TARGET_SERVICES[prefix];
  if (!named || named === 'execute-api') return undefined;

  const service = canonicalService(named);
  const rpc = /^\/service\/[^/]+\/operation\/([^/]+)$/.exec(url.pathname)?.[1];
  if (rpc) return { service, operation: rpc, protocol: 'cbor' };
  if (target) return { service, operation: target, protocol: 'json' };
  const form = isQueryProtocol(request) ? new URLSearchParams(body?.toString()) : undefined;
  const action = form?.get('Action') ?? url.searchParams.get('Action');
  if (action) return { service, operation: action, protocol: 'query' };

  const asked = `${request.method} ${url.pathname}`;
  const listed = REST_OPERATIONS.find(([pattern]) => pattern.test(`${service} ${asked}`))?.[1];
  // Better a name made of method and path than a call that goes uncounted.
  const operation = url.searchParams.get('x-id') ?? listed ?? asked;
  const isXml = ['s3', 'cloudfront', 'route53'].includes(service);
  return { service, operation, protocol: isXml ? 'rest-xml' : 'rest-json' };
}

/** `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …` names the service, as a signed address does. */
function readSignedService({ headers }: Head, url: URL): string | undefined {
  const credential = /^AWS4-\S+ +Credential=([^,]+)/.exec(headers.authorization ?? '')?.[1];
  return (credential ?? url.searchParams.get('X-Amz-Credential'))?.split('/')[3];
}
