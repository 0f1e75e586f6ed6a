import {
  CreatePlatformEndpointCommand,
  DeleteEndpointCommand,
  InvalidParameterException,
  NotFoundException,
  PublishCommand,
  SetEndpointAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { type Environment, requireEnv } from '../env.ts';
import { type ProblemError, validationFailed } from '../errors.ts';
import { hintSettings } from './clients.ts';

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
function pushMessage(data: PushData, secondsToLive: number | undefined): string {
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

  /**
   * Publishes the wake-up; throws where SNS does not accept it.
   *
   * @param secondsToLive for how long it is worth delivering, in whole seconds; as long as the platform keeps it where
   * that is not said.
   */
  async publish(endpointArn: string, data: PushData, secondsToLive?: number): Promise<void> {
    await this.client.send(
      new PublishCommand({
        TargetArn: endpointArn,
        MessageStructure: 'json',
        Message: pushMessage(data, secondsToLive),
        ...(secondsToLive === undefined ? {} : { MessageAttributes: timeToLive(secondsToLive) }),
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
  return new Push(new SNSClient(hintSettings()), (platform) =>
    requireEnv(environment, platform === 'IOS' ? 'PUSH_APPLICATION_IOS_ARN' : 'PUSH_APPLICATION_ANDROID_ARN'),
  );
}
