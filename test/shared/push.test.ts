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
import { createEndpoint, pushFailureOf, sendPush } from '../../shared/push.ts';

const sns = mockClient(SNSClient);
const said = { message: 'said', $metadata: {} };

beforeEach(() => sns.reset());

describe('a push', () => {
  it('says its type and the change to both platforms, and nothing else of it', async () => {
    sns.on(PublishCommand).resolves({});
    await sendPush('endpoint', { type: 'AUTHORIZATION_PENDING', changeId: 'change-1' });
    const { Message = '', ...rest } = sns.commandCalls(PublishCommand)[0]?.args[0].input ?? {};
    const { GCM, APNS } = JSON.parse(Message);
    expect(rest).toEqual({ TargetArn: 'endpoint', MessageStructure: 'json' });
    expect(JSON.parse(GCM).fcmV1Message.message.data).toEqual({ type: 'AUTHORIZATION_PENDING', changeId: 'change-1' });
    const { aps, ...data } = JSON.parse(APNS);
    expect(data).toEqual({ type: 'AUTHORIZATION_PENDING', changeId: 'change-1' });
    expect(Object.keys(aps)).toEqual(['alert', 'sound']);
  });

  it.each([
    [new EndpointDisabledException(said), 'ENDPOINT_DISABLED'],
    [new NotFoundException(said), 'ENDPOINT_GONE'],
    [new InvalidParameterException(said), 'ENDPOINT_GONE'],
    [new PlatformApplicationDisabledException(said), 'APPLICATION_DISABLED'],
    [new Error('timeout'), 'PASSING'],
  ])('that fails with %s is a failure of kind %s', (error, kind) => {
    expect(pushFailureOf(error)).toBe(kind);
  });

  it('gets an endpoint of its platform, enabled, without data that would bind it to one user', async () => {
    sns.on(CreatePlatformEndpointCommand).resolves({ EndpointArn: 'endpoint' });
    sns.on(SetEndpointAttributesCommand).resolves({});
    expect(await createEndpoint('IOS', 'push-token')).toBe('endpoint');
    expect(sns.calls().map(({ args }) => args[0].input)).toEqual([
      { PlatformApplicationArn: process.env.PUSH_APPLICATION_IOS_ARN, Token: 'push-token' },
      { EndpointArn: 'endpoint', Attributes: { Enabled: 'true', Token: 'push-token' } },
    ]);
  });
});
