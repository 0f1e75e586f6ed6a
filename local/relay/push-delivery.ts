import { GetEndpointAttributesCommand, NotFoundException, SNSClient } from '@aws-sdk/client-sns';
import { errorAnswer, type WireAnswer } from './error-answer.ts';
import { type PushList, pushPayload } from './push-list.ts';
import type { AwsCall } from './recognise-call.ts';

/** SNS names an endpoint `endpoint/GCM/application/id`, the engine `app/GCM/application/id`. */
const PLATFORM_ENDPOINT = /:(?:endpoint|app)\/[^/]+\/[^/]+\/[^/]+$/;

/** A publish to a phone, as far as the relay can judge it before the engine does. */
export type Delivery =
  | { readonly outcome: 'refused'; readonly answer: WireAnswer }
  | { readonly outcome: 'accepted'; readonly handOver: () => void };

/**
 * Hands SNS publishes to platform endpoints to the phone: the engine accepts and drops them. It also refuses what SNS
 * refuses and the engine does not: a disabled endpoint, and one that was deleted.
 */
export class PushDelivery {
  private readonly sns: SNSClient;
  private readonly pushes: PushList;

  constructor(engineEndpoint: string, pushes: PushList) {
    this.pushes = pushes;
    this.sns = new SNSClient({
      endpoint: engineEndpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  }

  close(): void {
    this.sns.destroy();
  }

  /** Judges a call; undefined where it is no publish to a platform endpoint. */
  async judge(call: AwsCall, body: Buffer): Promise<Delivery | undefined> {
    if (call.service !== 'sns' || call.operation !== 'Publish') return undefined;
    const form = new URLSearchParams(body.toString());
    const endpointArn = form.get('TargetArn') ?? '';
    if (!PLATFORM_ENDPOINT.test(endpointArn)) return undefined;

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
    const payload = pushPayload(endpointArn, form.get('Message') ?? '', form.get('MessageStructure'));
    return {
      outcome: 'accepted',
      handOver: () => this.pushes.add(endpointArn, endpoint.Token ?? '', payload),
    };
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
