import { createHash } from 'node:crypto';
import {
  CreatePlatformEndpointCommand,
  DeleteEndpointCommand,
  EndpointDisabledException,
  InvalidParameterException,
  NotFoundException,
  PlatformApplicationDisabledException,
  PublishCommand,
  SetEndpointAttributesCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { type Hooks, MemoryService, said } from './memory-service.ts';

export interface Endpoint {
  readonly arn: string;
  readonly applicationArn: string;
  token: string;
  enabled: boolean;
}

export interface PublishedPush {
  readonly endpointArn: string;
  readonly message: string;
}

/** SNS in memory: the endpoints of platform applications, and what was published to them. */
export class MemoryPush {
  private readonly service: MemoryService;
  readonly endpoints = new Map<string, Endpoint>();
  /** Every push that was accepted, in order. */
  readonly published: PublishedPush[] = [];
  /** Applications whose credentials the platform no longer takes. */
  readonly disabledApplications = new Set<string>();

  constructor(applicationArns: readonly string[]) {
    this.service = new MemoryService('SNS')
      .on(CreatePlatformEndpointCommand, ({ PlatformApplicationArn = '', Token = '', CustomUserData, Attributes }) => {
        if (!applicationArns.includes(PlatformApplicationArn)) {
          throw new NotFoundException(said('PlatformApplication does not exist'));
        }
        if (CustomUserData !== undefined || Attributes !== undefined)
          throw new Error('Endpoints in memory have a token alone');
        return { EndpointArn: this.create(PlatformApplicationArn, Token) };
      })
      .on(SetEndpointAttributesCommand, ({ EndpointArn = '', Attributes = {} }) => {
        const endpoint = this.endpoints.get(EndpointArn);
        if (!endpoint) throw new NotFoundException(said('Endpoint does not exist'));
        endpoint.enabled = (Attributes.Enabled ?? String(endpoint.enabled)) === 'true';
        endpoint.token = Attributes.Token ?? endpoint.token;
        return {};
      })
      .on(PublishCommand, ({ TargetArn = '', Message = '' }) => this.publish(TargetArn, Message))
      .on(DeleteEndpointCommand, ({ EndpointArn = '' }) => {
        this.endpoints.delete(EndpointArn);
        return {};
      });
  }

  /** A client of this service; one made for an actor of a simulation has that actor's hooks. */
  client(hooks: Hooks = {}): SNSClient {
    return this.service.client(SNSClient, hooks);
  }

  /** Disables an endpoint, as SNS does once the platform says that the app is gone from the phone. */
  disable(endpointArn: string): void {
    const endpoint = this.endpoints.get(endpointArn);
    if (endpoint) endpoint.enabled = false;
  }

  private create(applicationArn: string, token: string): string {
    for (const endpoint of this.endpoints.values()) {
      if (endpoint.applicationArn === applicationArn && endpoint.token === token) {
        if (endpoint.enabled) return endpoint.arn;
        throw new InvalidParameterException(
          said(
            `Invalid parameter: Token Reason: Endpoint ${endpoint.arn} already exists with the same Token, but different attributes.`,
          ),
        );
      }
    }
    // One token has the same endpoint again: the worst that SNS may do.
    const id = createHash('sha256').update(token).digest('hex').slice(0, 32);
    const arn = `${applicationArn.replace(':app/', ':endpoint/')}/${id}`;
    this.endpoints.set(arn, { arn, applicationArn, token, enabled: true });
    return arn;
  }

  private publish(endpointArn: string, message: string): object {
    const endpoint = this.endpoints.get(endpointArn);
    if (!endpoint) {
      throw new InvalidParameterException(
        said('Invalid parameter: TargetArn Reason: No endpoint found for the target arn specified'),
      );
    }
    if (this.disabledApplications.has(endpoint.applicationArn)) {
      throw new PlatformApplicationDisabledException(said('Platform application is disabled'));
    }
    if (!endpoint.enabled) throw new EndpointDisabledException(said('Endpoint is disabled'));
    this.published.push({ endpointArn, message });
    return { MessageId: `message-${this.published.length}` };
  }
}
