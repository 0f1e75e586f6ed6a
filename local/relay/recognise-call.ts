import type { IncomingHttpHeaders } from 'node:http';

/** The wire protocols of AWS services that the relay can answer in. */
export type WireProtocol = 'json' | 'query' | 'rest-json' | 'rest-xml' | 'cbor';

/** One call of an AWS API: `dynamodb`, `TransactWriteItems`. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  readonly protocol: WireProtocol;
}

/** The parts of a request that name its AWS operation; `body` is needed for the query protocol only. */
export interface ObservedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body?: Buffer | undefined;
}

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
const REST_OPERATIONS: readonly (readonly [service: string, method: string, path: RegExp, operation: string])[] = [
  ['lambda', 'POST', /^\/2015-03-31\/functions\/[^/]+\/invocations$/, 'Invoke'],
  ['lambda', 'GET', /^\/2015-03-31\/functions\/[^/]+$/, 'GetFunction'],
  ['lambda', 'GET', /^\/2015-03-31\/functions\/?$/, 'ListFunctions'],
  ['email', 'POST', /^\/v2\/email\/outbound-emails$/, 'SendEmail'],
  ['email', 'POST', /^\/v2\/email\/identities$/, 'CreateEmailIdentity'],
  ['scheduler', 'POST', /^\/schedules\/[^/]+$/, 'CreateSchedule'],
  ['scheduler', 'PUT', /^\/schedules\/[^/]+$/, 'UpdateSchedule'],
  ['scheduler', 'DELETE', /^\/schedules\/[^/]+$/, 'DeleteSchedule'],
  ['s3', 'GET', /^\/$/, 'ListBuckets'],
  ['s3', 'PUT', /^\/[^/]+\/?$/, 'CreateBucket'],
  ['s3', 'HEAD', /^\/[^/]+\/?$/, 'HeadBucket'],
  ['s3', 'DELETE', /^\/[^/]+\/?$/, 'DeleteBucket'],
  ['s3', 'GET', /^\/[^/]+\/?$/, 'ListObjectsV2'],
  ['s3', 'PUT', /^\/[^/]+\/.+$/, 'PutObject'],
  ['s3', 'GET', /^\/[^/]+\/.+$/, 'GetObject'],
  ['s3', 'HEAD', /^\/[^/]+\/.+$/, 'HeadObject'],
  ['s3', 'DELETE', /^\/[^/]+\/.+$/, 'DeleteObject'],
];

/** The name by which the relay counts a service, whatever common name it is asked for by. */
export function canonicalService(name: string): string {
  return SERVICE_ALIASES[name] ?? name;
}

/** True if the request's body must be read to know its operation. */
export function isQueryProtocol(headers: IncomingHttpHeaders): boolean {
  return (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}

/** Finds the AWS operation of a request; undefined for other calls (the product's own API, hosted login). */
export function recogniseCall(request: ObservedRequest): AwsCall | undefined {
  const url = new URL(request.url, 'http://relay');
  const target = header(request.headers, 'x-amz-target');
  const signedService = credentialService(request.headers.authorization) ?? presignedService(url);
  const service = signedService ?? TARGET_SERVICES[target?.split('.')[0] ?? ''];
  if (!service || service === 'execute-api') return undefined;

  const name = canonicalService(service);
  const rpc = /^\/service\/[^/]+\/operation\/([^/]+)$/.exec(url.pathname);
  if (rpc?.[1]) return { service: name, operation: rpc[1], protocol: 'cbor' };

  const targetOperation = target?.split('.').at(-1);
  if (targetOperation) return { service: name, operation: targetOperation, protocol: 'json' };

  const action = queryAction(url, request);
  if (action) return { service: name, operation: action, protocol: 'query' };

  return { service: name, operation: restOperation(name, request.method, url), protocol: restProtocol(name) };
}

function restOperation(service: string, method: string, url: URL): string {
  const named = url.searchParams.get('x-id');
  if (named) return named;
  const row = REST_OPERATIONS.find(
    ([rowService, rowMethod, path]) => rowService === service && rowMethod === method && path.test(url.pathname),
  );
  // Better a name made of method and path than a call that goes uncounted.
  return row?.[3] ?? `${method} ${url.pathname}`;
}

function restProtocol(service: string): WireProtocol {
  return service === 's3' || service === 'cloudfront' || service === 'route53' ? 'rest-xml' : 'rest-json';
}

function queryAction(url: URL, request: ObservedRequest): string | undefined {
  const form = request.body && isQueryProtocol(request.headers) ? new URLSearchParams(request.body.toString()) : null;
  return form?.get('Action') ?? url.searchParams.get('Action') ?? undefined;
}

/** `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …` names the service. */
function credentialService(authorization: string | undefined): string | undefined {
  return /^AWS4-\S+ +Credential=[^/]+\/[^/]+\/[^/]*\/([^/]+)\/aws4_request/.exec(authorization ?? '')?.[1];
}

function presignedService(url: URL): string | undefined {
  return url.searchParams.get('X-Amz-Credential')?.split('/')[3];
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
