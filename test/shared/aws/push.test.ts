import { readFileSync } from 'node:fs';
import {
  CreatePlatformEndpointCommand,
  EndpointDisabledException,
  InvalidParameterException,
  NotFoundException,
  PlatformApplicationDisabledException,
  PublishCommand,
  SetEndpointAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { Push } from '../../../shared/aws/push.ts';
import { pushFailure } from '../../../shared/use-cases/push-failure.ts';

const client = new SNSClient({});
const sns = mockClient(client);
const push = new Push(client, (platform) => `app/${platform}`);
const said = { message: 'said', $metadata: {} };

beforeEach(() => sns.reset());

const PROMPT = { type: 'AUTHORIZATION_PENDING', changeId: '…', text: 'llavero_prompt_holder' } as const;
const NEWS = { type: 'TOKEN_CHANGED', changeId: '…', text: 'llavero_token_changed' } as const;
/** The payloads that the page for native apps shows, in its order. */
const SHOWN = [...readFileSync('docs/native-app.md', 'utf8').matchAll(/```json\n([\s\S]+?)```/g)].map(([, json = '']) =>
  JSON.parse(json),
);

describe('a push', () => {
  it.each([
    ['prompt', { ...PROMPT, secondsToLive: 299 }, SHOWN.slice(0, 2)],
    ['notice of a change', { ...NEWS, secondsToLive: 604_800 }, SHOWN.slice(2)],
  ])('that is a %s is what the page for native apps shows, and no more', async (_, wakeUp, shown) => {
    sns.on(PublishCommand).resolves({});
    await push.publish('endpoint', wakeUp);
    const { Message = '', ...rest } = sns.commandCalls(PublishCommand)[0]?.args[0].input ?? {};
    const { GCM, APNS, ...others } = JSON.parse(Message);
    expect([JSON.parse(GCM).fcmV1Message, JSON.parse(APNS)]).toEqual(shown);
    expect(others).toEqual({ default: 'Llavero' });
    const seconds = { DataType: 'String', StringValue: String(wakeUp.secondsToLive) };
    expect(rest).toEqual({
      TargetArn: 'endpoint',
      MessageStructure: 'json',
      MessageAttributes: { 'AWS.SNS.MOBILE.APNS.TTL': seconds, 'AWS.SNS.MOBILE.FCM.TTL': seconds },
    });
  });

  it.each([
    [new EndpointDisabledException(said), 'ENDPOINT_DISABLED'],
    [new NotFoundException(said), 'ENDPOINT_GONE'],
    [new InvalidParameterException(said), 'ENDPOINT_GONE'],
    [new PlatformApplicationDisabledException(said), 'APPLICATION_DISABLED'],
    [new Error('timeout'), 'PASSING'],
  ])('that fails with %s is a failure of kind %s', (error, kind) => {
    expect(pushFailure(error)).toBe(kind);
  });

  it('gets an endpoint of its platform, without data that would bind it to one user', async () => {
    sns.on(CreatePlatformEndpointCommand).resolves({ EndpointArn: 'endpoint' });
    expect(await push.createEndpoint('IOS', 'a0B1')).toBe('endpoint');
    expect(sns.calls().map(({ args }) => args[0].input)).toEqual([
      { PlatformApplicationArn: 'app/IOS', Token: 'a0B1' },
    ]);
  });

  it('has its endpoint enabled, and is told where it is gone', async () => {
    sns.on(SetEndpointAttributesCommand).resolvesOnce({}).rejects(new NotFoundException(said));
    expect(await push.enableEndpoint('endpoint', 'push-token')).toBe(true);
    expect(sns.calls().map(({ args }) => args[0].input)).toEqual([
      { EndpointArn: 'endpoint', Attributes: { Enabled: 'true', Token: 'push-token' } },
    ]);
    expect(await push.enableEndpoint('endpoint', 'push-token')).toBe(false);
  });
});

describe('a push token', () => {
  const refused = { code: 'VALIDATION_FAILED', extensions: { errors: [{ path: 'pushToken' }] } };

  it.each(['push-token', '', 'a'.repeat(401), 'a0 b1'])('of an iPhone is refused as %j', async (token) => {
    await expect(push.createEndpoint('IOS', token)).rejects.toMatchObject(refused);
    expect(sns.calls()).toEqual([]);
  });

  it.each([
    ['IOS', 'A0f'.repeat(133)],
    ['ANDROID', 'any:thing-that_FCM.gives'],
  ] as const)('of %s is taken as %j', async (platform, token) => {
    sns.on(CreatePlatformEndpointCommand).resolves({ EndpointArn: 'endpoint' });
    expect(await push.createEndpoint(platform, token)).toBe('endpoint');
  });

  it('that SNS itself refuses is refused, and not where SNS fails', async () => {
    sns
      .on(CreatePlatformEndpointCommand)
      .rejectsOnce(new InvalidParameterException(said))
      .rejects(new Error('timeout'));
    await expect(push.createEndpoint('ANDROID', 'push-token')).rejects.toMatchObject(refused);
    await expect(push.createEndpoint('ANDROID', 'push-token')).rejects.toThrow('timeout');
  });
});
