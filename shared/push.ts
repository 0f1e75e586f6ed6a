import {
  CreatePlatformEndpointCommand,
  DeleteEndpointCommand,
  PublishCommand,
  SetEndpointAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { hintSettings } from './clients.ts';
import { requireEnv } from './env.ts';

const sns = new SNSClient(hintSettings);

/** All that a push says: the phone wakes up and pulls the rest. */
export interface PushData {
  readonly type: 'AUTHORIZATION_PENDING' | 'TOKEN_CHANGED';
  readonly changeId: string;
}

/** Generic on purpose: a lock screen is read by anyone. */
const TEXT = {
  title: 'Llavero',
  body: 'Hay una novedad en su token. Abra la aplicación. · There is news about your token. Open the app.',
};

/** The message in both platforms' own form: FCM v1 with `data`, and APNs (SNS "MessageStructure: json"). */
function messageOf(data: PushData): string {
  const payload = { ...data };
  return JSON.stringify({
    default: TEXT.body,
    GCM: JSON.stringify({
      fcmV1Message: { message: { notification: TEXT, data: payload, android: { priority: 'HIGH' } } },
    }),
    APNS: JSON.stringify({ aps: { alert: TEXT, sound: 'default' }, ...payload }),
  });
}

/** Sends the wake-up; throws where SNS does not accept it. */
export async function sendPush(endpointArn: string, data: PushData): Promise<void> {
  await sns.send(new PublishCommand({ TargetArn: endpointArn, MessageStructure: 'json', Message: messageOf(data) }));
}

/** Kinds of push failure told apart in metrics: what operations do about each differs. */
export type PushFailure = 'ENDPOINT_DISABLED' | 'ENDPOINT_GONE' | 'APPLICATION_DISABLED' | 'PASSING';

export function pushFailureOf(error: unknown): PushFailure {
  switch (error instanceof Error ? error.name : '') {
    case 'EndpointDisabledException':
    case 'EndpointDisabled':
      return 'ENDPOINT_DISABLED';
    case 'NotFoundException':
    case 'NotFound':
    case 'InvalidParameterException':
    case 'InvalidParameter':
      return 'ENDPOINT_GONE';
    case 'PlatformApplicationDisabledException':
    case 'PlatformApplicationDisabled':
      return 'APPLICATION_DISABLED';
    default:
      return 'PASSING';
  }
}

/**
 * The endpoint of a push token, created or found, and enabled. No CustomUserData: SNS would refuse the token of a phone
 * that another user had before, and who owns an endpoint is DynamoDB's to say.
 */
export async function createEndpoint(platform: 'IOS' | 'ANDROID', pushToken: string): Promise<string> {
  const PlatformApplicationArn = requireEnv(
    platform === 'IOS' ? 'PUSH_APPLICATION_IOS_ARN' : 'PUSH_APPLICATION_ANDROID_ARN',
  );
  const { EndpointArn } = await sns.send(
    new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token: pushToken }),
  );
  if (!EndpointArn) throw new Error('SNS gave no endpoint');
  await sns.send(new SetEndpointAttributesCommand({ EndpointArn, Attributes: { Enabled: 'true', Token: pushToken } }));
  return EndpointArn;
}

/** Deletes an endpoint; one that is gone already is success. */
export async function deleteEndpoint(endpointArn: string): Promise<void> {
  await sns.send(new DeleteEndpointCommand({ EndpointArn: endpointArn }));
}
