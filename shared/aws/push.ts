import {
  CreatePlatformEndpointCommand,
  DeleteEndpointCommand,
  InvalidParameterException,
  NotFoundException,
  PublishCommand,
  SetEndpointAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { PUSH_TITLE, type PushText } from '../domain/push-text.ts';
import { type Environment, requireEnv } from '../env.ts';
import { type ProblemError, validationFailed } from '../errors.ts';
import { hintSettings } from './clients.ts';

/** A wake-up. Its text is one of the app's own, so the phone's language decides; its data is all that the app reads. */
export interface WakeUp {
  readonly type: 'AUTHORIZATION_PENDING' | 'TOKEN_CHANGED';
  readonly changeId: string;
  readonly text: PushText;
  /** For how long it is worth delivering, in whole seconds. */
  readonly secondsToLive: number;
}

/** The message in both platforms' own form: FCM v1 with `data`, and APNs (SNS "MessageStructure: json"). */
function pushMessage({ type, changeId, text, secondsToLive }: WakeUp): string {
  const data = { type, changeId };
  // A text beside its key would win over it on Android, in whatever language it is.
  const notification = { title_loc_key: PUSH_TITLE, body_loc_key: text };
  const android = { priority: 'HIGH', ttl: `${secondsToLive}s`, notification };
  return JSON.stringify({
    // For protocols other than the two; SNS refuses a message without it.
    default: 'Llavero',
    GCM: JSON.stringify({ fcmV1Message: { message: { data, android } } }),
    APNS: JSON.stringify({
      aps: { alert: { 'title-loc-key': PUSH_TITLE, 'loc-key': text }, sound: 'default' },
      ...data,
    }),
  });
}

/** SNS takes its own time off these and tells the rest to the platform: APNs knows no other way to be told. */
function timeToLive(secondsToLive: number) {
  const seconds = { DataType: 'String', StringValue: String(secondsToLive) };
  return { 'AWS.SNS.MOBILE.APNS.TTL': seconds, 'AWS.SNS.MOBILE.FCM.TTL': seconds };
}

/** SNS takes no other token of an iPhone (APNs gives 32 bytes, and may give more). */
const APNS_TOKEN = /^[0-9A-Fa-f]{1,400}$/;

type Platform = 'IOS' | 'ANDROID';

/** SNS mobile push: endpoints, and wake-ups to them. */
export class Push {
  private readonly client: Pick<SNSClient, 'send'>;
  private readonly applications: (platform: Platform) => string;

  /** @param applications gives the ARN of a platform's application. */
  constructor(client: Pick<SNSClient, 'send'>, applications: (platform: Platform) => string) {
    this.client = client;
    this.applications = applications;
  }

  /** Publishes the wake-up; throws where SNS does not accept it. */
  async publish(endpointArn: string, wakeUp: WakeUp): Promise<void> {
    await this.client.send(
      new PublishCommand({
        TargetArn: endpointArn,
        MessageStructure: 'json',
        Message: pushMessage(wakeUp),
        MessageAttributes: timeToLive(wakeUp.secondsToLive),
      }),
    );
  }

  /**
   * Creates the endpoint of a push token, or finds it. No CustomUserData: SNS would refuse the token of a phone that
   * another user has too, and whom an endpoint wakes is DynamoDB's to say.
   *
   * @throws ProblemError `VALIDATION_FAILED` where SNS takes no such token.
   */
  async createEndpoint(platform: Platform, pushToken: string): Promise<string> {
    if (platform === 'IOS' && !APNS_TOKEN.test(pushToken)) throw tokenRefused();
    const PlatformApplicationArn = this.applications(platform);
    const create = new CreatePlatformEndpointCommand({ PlatformApplicationArn, Token: pushToken });
    const { EndpointArn } = await this.client.send(create).catch((error: unknown) => {
      throw error instanceof InvalidParameterException ? tokenRefused(error) : error;
    });
    if (!EndpointArn) throw new Error('SNS gave no endpoint');
    return EndpointArn;
  }

  /** Enables an endpoint with its token; false where it is no longer there. */
  async enableEndpoint(endpointArn: string, pushToken: string): Promise<boolean> {
    const Attributes = { Enabled: 'true', Token: pushToken };
    try {
      await this.client.send(new SetEndpointAttributesCommand({ EndpointArn: endpointArn, Attributes }));
      return true;
    } catch (error) {
      if (error instanceof NotFoundException) return false;
      throw error;
    }
  }

  /** Deletes an endpoint; one that is gone already is success. */
  async deleteEndpoint(endpointArn: string): Promise<void> {
    await this.client.send(new DeleteEndpointCommand({ EndpointArn: endpointArn }));
  }
}

function tokenRefused(cause?: unknown): ProblemError {
  const message = 'No es un token de notificaciones de esta plataforma · Not a push token of this platform';
  const refused = validationFailed({ path: 'pushToken', message });
  refused.cause = cause;
  return refused;
}

/** The stage's push; its applications are asked for where an endpoint is created. */
export function openPush(environment: Environment): Push {
  return new Push(new SNSClient(hintSettings(environment)), (platform) =>
    requireEnv(environment, platform === 'IOS' ? 'PUSH_APPLICATION_IOS_ARN' : 'PUSH_APPLICATION_ANDROID_ARN'),
  );
}
