import {
  GetEndpointAttributesCommand,
  GetPlatformApplicationAttributesCommand,
  NotFoundException,
  SNSClient,
} from '@aws-sdk/client-sns';
import { clientSettings } from '../aws-environment.ts';
import { errorAnswer, type WireAnswer } from './error-answer.ts';
import type { NumberedList } from './numbered-list.ts';
import { type HandedOverPush, messageAttributes, pushPayload } from './pushes.ts';
import type { AwsCall } from './recognise-call.ts';

/** SNS names an endpoint `endpoint/GCM/application/id`, the engine `app/GCM/application/id`; both, an application `app/…`. */
const PLATFORM_ENDPOINT = /^(.+:)(?:endpoint|app)(\/[^/]+\/[^/]+)\/[^/]+$/;

/** The form of a device's token by the platform in the ARN, with SNS's words for any other. */
const TOKENS: readonly (readonly [platform: RegExp, form: RegExp, fault: string])[] = [
  [
    /\/APNS(?:_SANDBOX)?\//,
    /^[0-9A-Fa-f]{1,400}$/,
    'iOS device tokens must be no more than 400 hexadecimal characters',
  ],
  [/\/GCM\//, /^.{1,8192}$/s, 'must be at most 8192 bytes long in UTF-8 encoding'],
];

/** A publish to a phone, as far as the relay can judge it before the engine does. */
export type Delivery =
  | { readonly outcome: 'refused'; readonly answer: WireAnswer }
  | { readonly outcome: 'accepted'; readonly handOver: () => void };

/**
 * Hands SNS publishes to platform endpoints to the phone: the engine accepts and drops them. It also refuses what SNS
 * refuses and the engine does not: a disabled or deleted endpoint, a disabled application, and a push token that is not
 * of its platform's form.
 */
export class PushDelivery {
  private readonly sns: SNSClient;
  private readonly pushes: NumberedList<HandedOverPush>;

  constructor(engineEndpoint: string, pushes: NumberedList<HandedOverPush>) {
    this.pushes = pushes;
    this.sns = new SNSClient(clientSettings(engineEndpoint));
  }

  close(): void {
    this.sns.destroy();
  }

  /** Judges a call; undefined where it is no publish to a platform endpoint. */
  async judge(call: AwsCall, body: Buffer): Promise<Delivery | undefined> {
    if (call.service !== 'sns') return undefined;
    const form = new URLSearchParams(body.toString());
    const fault = findTokenFault(form);
    if (fault) {
      const message = `Invalid parameter: Token Reason: ${fault}`;
      return { outcome: 'refused', answer: errorAnswer(call, { code: 'InvalidParameter', message }) };
    }
    if (call.operation !== 'Publish') return undefined;
    const endpointArn = form.get('TargetArn') ?? '';
    const [, before, application] = PLATFORM_ENDPOINT.exec(endpointArn) ?? [];
    if (!before || !application) return undefined;

    const endpoint = await this.endpoint(endpointArn);
    if (!endpoint) {
      const message = 'Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified';
      return { outcome: 'refused', answer: errorAnswer(call, { code: 'InvalidParameter', message }) };
    }
    if (endpoint.Enabled === 'false') {
      return {
        outcome: 'refused',
        answer: errorAnswer(call, { code: 'EndpointDisabled', message: 'Endpoint is disabled' }),
      };
    }
    if (await this.isDisabled(`${before}app${application}`)) {
      const message = 'The platform application is disabled';
      return { outcome: 'refused', answer: errorAnswer(call, { code: 'PlatformApplicationDisabled', message }) };
    }
    const payload = pushPayload(endpointArn, form.get('Message') ?? '', form.get('MessageStructure'));
    return {
      outcome: 'accepted',
      handOver: () =>
        this.pushes.add({ endpointArn, pushToken: endpoint.Token ?? '', payload, attributes: messageAttributes(form) }),
    };
  }

  private async isDisabled(PlatformApplicationArn: string): Promise<boolean> {
    const { Attributes } = await this.sns.send(new GetPlatformApplicationAttributesCommand({ PlatformApplicationArn }));
    return Attributes?.Enabled === 'false';
  }

  private async endpoint(endpointArn: string): Promise<Record<string, string> | undefined> {
    try {
      const answer = await this.sns.send(new GetEndpointAttributesCommand({ EndpointArn: endpointArn }));
      return answer.Attributes ?? {};
    } catch (error) {
      if (error instanceof NotFoundException) return undefined;
      throw error;
    }
  }
}

/** Says what is wrong with the device's token that a call gives to an endpoint. */
function findTokenFault(form: URLSearchParams): string | undefined {
  const arn = form.get('PlatformApplicationArn') ?? form.get('EndpointArn') ?? '';
  const [key] = [...form].find(([name, value]) => name.startsWith('Attributes.') && value === 'Token') ?? [];
  const token = form.get('Token') ?? (key ? form.get(key.replace(/key$/, 'value')) : null);
  if (token === null) return undefined;
  return TOKENS.find(([platform, form]) => platform.test(arn) && !form.test(token))?.[2];
}
