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
import { pushFailure } from '../../../shared/push-failure.ts';

const client = new SNSClient({});
const sns = mockClient(client);
const push = new Push(client, (platform) => `app/${platform}`);
const said = { message: 'said', $metadata: {} };

beforeEach(() => sns.reset());

describe('a push', () => {
  it('says its type and the change to both platforms, and nothing else of it', async () => {
    sns.on(PublishCommand).resolves({});
    await push.publish('endpoint', { type: 'AUTHORIZATION_PENDING', changeId: 'change-1' });
    const { Message = '', ...rest } = sns.commandCalls(PublishCommand)[0]?.args[0].input ?? {};
    const { GCM, APNS } = JSON.parse(Message);
    expect(rest).toEqual({ TargetArn: 'endpoint', MessageStructure: 'json' });
    expect(JSON.parse(GCM).fcmV1Message.message.data).toEqual({ type: 'AUTHORIZATION_PENDING', changeId: 'change-1' });
    const { aps, ...data } = JSON.parse(APNS);
    expect(data).toEqual({ type: 'AUTHORIZATION_PENDING', changeId: 'change-1' });
    expect(Object.keys(aps)).toEqual(['alert', 'sound']);
  });

  it('that is worth delivering for a while says so to both platforms, beside its data', async () => {
    sns.on(PublishCommand).resolves({});
    await push.publish('endpoint', { type: 'AUTHORIZATION_PENDING', changeId: 'change-1' }, 599);
    const { Message = '', MessageAttributes } = sns.commandCalls(PublishCommand)[0]?.args[0].input ?? {};
    const seconds = { DataType: 'String', StringValue: '599' };
    expect(MessageAttributes).toEqual({ 'AWS.SNS.MOBILE.APNS.TTL': seconds, 'AWS.SNS.MOBILE.FCM.TTL': seconds });
    const { android, data } = JSON.parse(JSON.parse(Message).GCM).fcmV1Message.message;
    expect(android).toEqual({ priority: 'HIGH', ttl: '599s' });
    expect(data).toEqual({ type: 'AUTHORIZATION_PENDING', changeId: 'change-1' });
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
