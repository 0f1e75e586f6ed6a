import { type Head, recogniseCall } from '../../../local/relay/aws-call.ts';

const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});
const form = 'application/x-www-form-urlencoded; charset=utf-8';

it.each([
  {
    what: 'a JSON 1.0 call by its target',
    request: {
      method: 'POST',
      url: '/',
      headers: { ...signedFor('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.TransactWriteItems' },
    },
    call: { service: 'dynamodb', operation: 'TransactWriteItems', protocol: 'json' },
  },
  {
    what: 'a workflow call',
    request: {
      method: 'POST',
      url: '/',
      headers: { ...signedFor('states'), 'x-amz-target': 'AWSStepFunctions.StartExecution' },
    },
    call: { service: 'states', operation: 'StartExecution', protocol: 'json' },
  },
  {
    what: 'an unsigned sign-in by its target',
    request: {
      method: 'POST',
      url: '/',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth' },
    },
    call: { service: 'cognito-idp', operation: 'InitiateAuth', protocol: 'json' },
  },
  {
    what: 'a query call by the action in its body',
    request: {
      method: 'POST',
      url: '/',
      headers: { ...signedFor('sns'), 'content-type': form },
      body: Buffer.from('Action=Publish&TargetArn=x'),
    },
    call: { service: 'sns', operation: 'Publish', protocol: 'query' },
  },
  {
    what: 'a CBOR call by its path',
    request: {
      method: 'POST',
      url: '/service/GraniteServiceVersion20100801/operation/PutMetricData',
      headers: signedFor('monitoring'),
    },
    call: { service: 'monitoring', operation: 'PutMetricData', protocol: 'cbor' },
  },
  {
    what: 'a function called by path',
    request: { method: 'POST', url: '/2015-03-31/functions/notify/invocations', headers: signedFor('lambda') },
    call: { service: 'lambda', operation: 'Invoke', protocol: 'rest-json' },
  },
  {
    what: 'a mail, signed as ses, as email',
    request: { method: 'POST', url: '/v2/email/outbound-emails', headers: signedFor('ses') },
    call: { service: 'email', operation: 'SendEmail', protocol: 'rest-json' },
  },
  {
    what: 'an upload by the x-id that SDKs add',
    request: { method: 'PUT', url: '/bucket/key?x-id=UploadPart', headers: signedFor('s3') },
    call: { service: 's3', operation: 'UploadPart', protocol: 'rest-xml' },
  },
  {
    what: 'a presigned download',
    request: {
      method: 'GET',
      url: '/bucket/key?X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fs3%2Faws4_request',
      headers: {},
    },
    call: { service: 's3', operation: 'GetObject', protocol: 'rest-xml' },
  },
  {
    what: 'an unlisted REST call by method and path',
    request: { method: 'GET', url: '/schedules?x=1', headers: signedFor('scheduler') },
    call: { service: 'scheduler', operation: 'GET /schedules', protocol: 'rest-json' },
  },
])('recognises $what', ({ request: { body, ...head }, call }: { request: Head & { body?: Buffer }; call: object }) => {
  expect(recogniseCall(head, body)).toEqual(call);
});

it.each([
  {
    what: "the product's own API",
    method: 'GET',
    url: '/restapis/a/v1/_user_request_/me',
    headers: { authorization: 'Bearer x' },
  },
  {
    what: 'hosted login',
    method: 'POST',
    url: '/login',
    headers: { 'content-type': form },
    body: Buffer.from('Action=1'),
  },
  { what: 'a token request', method: 'POST', url: '/oauth2/token', headers: { authorization: 'Basic eDp5' } },
  { what: 'a signed call of a deployed API', method: 'GET', url: '/v1/me', headers: signedFor('execute-api') },
])('does not take $what for an AWS call', ({ what: _what, body, ...head }: Head & { what: string; body?: Buffer }) => {
  expect(recogniseCall(head, body)).toBeUndefined();
});
