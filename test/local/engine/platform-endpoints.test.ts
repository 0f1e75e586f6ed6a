import { type EngineCall, engineAnswers } from './engine-answers.ts';

const application = (platform: string) => `arn:aws:sns:us-east-1:000000000000:app/${platform}/phones`;
const call = (Action: string, members: Record<string, string>): EngineCall => ({
  service: 'sns',
  operation: Action,
  body: new URLSearchParams({ Action, ...members }).toString(),
});
const attributes = (members: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(members).flatMap(([key, value], index) => [
      [`Attributes.entry.${index + 1}.key`, key],
      [`Attributes.entry.${index + 1}.value`, value],
    ]),
  );
const createApplication = (Platform: string) =>
  call('CreatePlatformApplication', { Name: 'phones', Platform, ...attributes({ PlatformCredential: 'x' }) });
const createEndpoint = (platform: string, Token: string) =>
  call('CreatePlatformEndpoint', { PlatformApplicationArn: application(platform), Token });
const setEndpoint = (members: Record<string, string>) =>
  call('SetEndpointAttributes', { EndpointArn: 'ENDPOINT_ARN', ...attributes(members) });
const publish = call('Publish', { TargetArn: 'ENDPOINT_ARN', Message: 'text' });

/** The codes and messages with which calls are refused, one after another; `taken` for those that are not. */
async function outcomes(calls: readonly EngineCall[]): Promise<string[]> {
  const answers = await engineAnswers(calls);
  const read = (body: string, member: string) => new RegExp(`<${member}>(.*)</${member}>`).exec(body)?.[1];
  return answers.map(({ status, body }) =>
    status === 200 ? 'taken' : `${status} ${read(body, 'Code')}: ${read(body, 'Message')}`,
  );
}

const invalid = (parameter: string, reason: string) =>
  `400 InvalidParameter: Invalid parameter: ${parameter} Reason: ${reason}`;
const iosRule = invalid('Token', 'iOS device tokens must be no more than 400 hexadecimal characters');
const androidRule = invalid('Token', 'must be at most 8192 bytes long in UTF-8 encoding');

it.each([
  { platform: 'APNS', taken: 'aF09'.repeat(100), refused: 'a'.repeat(401), rule: iosRule },
  { platform: 'APNS_SANDBOX', taken: 'a', refused: 'push-token', rule: iosRule },
  { platform: 'GCM', taken: 'a:b'.repeat(2730), refused: 'a'.repeat(8193), rule: androidRule },
])(
  'takes a token of $platform in the form of its platform alone, as SNS does',
  async ({ platform, taken, refused, rule }) => {
    expect(
      await outcomes([
        createApplication(platform),
        createEndpoint(platform, taken),
        createEndpoint(platform, refused),
        setEndpoint({ Enabled: 'true', Token: taken }),
        setEndpoint({ Enabled: 'true', Token: refused }),
      ]),
    ).toEqual(['taken', 'taken', rule, 'taken', rule]);
  },
);

it('refuses a publish to an endpoint that is disabled, of a disabled application, or deleted, as SNS does', async () => {
  const PlatformApplicationArn = application('GCM');
  const setApplication = (Enabled: string) =>
    call('SetPlatformApplicationAttributes', { PlatformApplicationArn, ...attributes({ Enabled }) });
  const steps = [
    { change: createEndpoint('GCM', 'push-token'), publishes: 'taken' },
    { change: setEndpoint({ Enabled: 'false' }), publishes: '400 EndpointDisabled: Endpoint is disabled' },
    { change: setEndpoint({ Enabled: 'true' }), publishes: 'taken' },
    {
      change: setApplication('false'),
      publishes: '400 PlatformApplicationDisabled: The platform application is disabled',
    },
    { change: setApplication('true'), publishes: 'taken' },
    {
      change: call('DeleteEndpoint', { EndpointArn: 'ENDPOINT_ARN' }),
      publishes: invalid('TargetArn', 'No endpoint found for the target arn specified'),
    },
  ];
  const [, ...answers] = await outcomes([
    createApplication('GCM'),
    ...steps.flatMap(({ change }) => [change, publish]),
  ]);
  expect(answers).toEqual(steps.flatMap(({ publishes }) => ['taken', publishes]));
});
