import {
  CreatePlatformEndpointCommand,
  DeleteEndpointCommand,
  InvalidParameterException,
  NotFoundException,
  PublishCommand,
  SetEndpointAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { hintSettings } from './clients.ts';
import { requireEnv } from './env.ts';
import { type ProblemError, validationFailed } from './errors.ts';

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
function messageOf(data: PushData, secondsToLive: number | undefined): string {
  const payload = { ...data };
  const ttl = secondsToLive === undefined ? {} : { ttl: `${secondsToLive}s` };
  return JSON.stringify({
    default: TEXT.body,
    GCM: JSON.stringify({
      fcmV1Message: { message: { notification: TEXT, data: payload, android: { priority: 'HIGH', ...ttl } } },
    }),
    APNS: JSON.stringify({ aps: { alert: TEXT, sound: 'default' }, ...payload }),
  });
}

/** SNS takes its own time off these and tells the rest to the platform: APNs knows no other way to be told. */
function timeToLive(secondsToLive: number) {
  const seconds = { DataType: 'String', StringValue: String(secondsToLive) };
  return { 'AWS.SNS.MOBILE.APNS.TTL': seconds, 'AWS.SNS.MOBILE.FCM.TTL': seconds };
}

/**
 * Sends the wake-up; throws where SNS does not accept it.
 *
 * @param secondsToLive for how long it is worth delivering, in whole seconds; as long as the platform keeps it where
 * that is not said.
 */
export async function sendPush(endpointArn: string, data: PushData, secondsToLive?: number): Promise<void> {
  await sns.send(
    new PublishCommand({
      TargetArn: endpointArn,
      MessageStructure: 'json',
      Message: messageOf(data, secondsToLive),
      ...(secondsToLive === undefined ? {} : { MessageAttributes: timeToLive(secondsToLive) }),
    }),
  );
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

/** SNS takes no other token of an iPhone (APNs gives 32 bytes, and may give more). */
const APNS_TOKEN = /^[0-9A-Fa-f]{1,400}$/;

/**
 * The endpoint of a push token, created or found. No CustomUserData: SNS would refuse the token of a phone that another
 * user has too, and whom an endpoint wakes is DynamoDB's to say.
 *
 * @throws ProblemError `VALIDATION_FAILED` where SNS takes no such token.
 */
export async function createEndpoint(platform: 'IOS' | 'ANDROID', pushToken: string): Promise<string> {
  if (platform === 'IOS' && !APNS_TOKEN.test(pushToken)) throw tokenRefused();
  const PlatformApplicationArn = requireEnv(
    platform === 'IOS' ? 'PUSH_APPLICATION_IOS_ARN' : 'PUSH_APPLICATION_ANDROID_ARN',
  );
  const create = new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token: pushToken });
  const { EndpointArn } = await sns.send(create).catch((error: unknown) => {
    throw error instanceof InvalidParameterException ? tokenRefused(error) : error;
  });
  if (!EndpointArn) throw new Error('SNS gave no endpoint');
  return EndpointArn;
}

function tokenRefused(cause?: unknown): ProblemError {
  const message = 'No es un token de notificaciones de esta plataforma · Not a push token of this platform';
  const refused = validationFailed({ path: 'pushToken', message });
  refused.cause = cause;
  return refused;
}

/** Enables an endpoint with its token; false where it is no longer there. */
export async function enableEndpoint(endpointArn: string, pushToken: string): Promise<boolean> {
  const Attributes = { Enabled: 'true', Token: pushToken };
  try {
    await sns.send(new SetEndpointAttributesCommand({ EndpointArn: endpointArn, Attributes }));
    return true;
  } catch (error) {
    if (error instanceof NotFoundException) return false;
    throw error;
  }
}

/** Deletes an endpoint; one that is gone already is success. */
export async function deleteEndpoint(endpointArn: string): Promise<void> {
  await sns.send(new DeleteEndpointCommand({ EndpointArn: endpointArn }));
}
