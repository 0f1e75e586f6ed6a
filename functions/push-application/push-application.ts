import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreatePlatformApplicationCommand,
  DeletePlatformApplicationCommand,
  SetPlatformApplicationAttributesCommand,
  type SNSClient,
} from '@aws-sdk/client-sns';
import * as z from 'zod/mini';
import { applicationAttributes, PushCredentialsError } from './credentials.ts';

/** The stack's properties of one platform application. */
export const propertiesSchema = z.object({
  Platform: z.enum(['GCM', 'APNS']),
  ApplicationName: z.string().check(z.regex(/^[A-Za-z0-9_.-]{1,256}$/)),
  SecretName: z.string().check(z.minLength(1)),
  CredentialsVersion: z.string(),
  FailureFeedbackRoleArn: z.string().check(z.startsWith('arn:')),
});

export type PushApplicationProperties = z.infer<typeof propertiesSchema>;

/** Creates, renews and deletes platform applications; credentials pass from the secret to SNS and nowhere else. */
export class PushApplicationProvider {
  private readonly sns: SNSClient;
  private readonly secrets: SecretsManagerClient;

  constructor(sns: SNSClient, secrets: SecretsManagerClient) {
    this.sns = sns;
    this.secrets = secrets;
  }

  /** The ARN of an application of this name, new or as it was: SNS knows an application by platform and name. */
  async create(properties: PushApplicationProperties): Promise<string> {
    const { PlatformApplicationArn: arn } = await this.sns.send(
      new CreatePlatformApplicationCommand({
        Name: properties.ApplicationName,
        Platform: properties.Platform,
        Attributes: await this.attributes(properties),
      }),
    );
    if (!arn) throw new Error('SNS gave the application no ARN');
    return arn;
  }

  /** Gives an application new credentials; another platform or name makes another, and CloudFormation deletes the old. */
  async update(arn: string, properties: PushApplicationProperties): Promise<string> {
    if (!arn.endsWith(`:app/${properties.Platform}/${properties.ApplicationName}`)) return this.create(properties);
    await this.sns.send(
      new SetPlatformApplicationAttributesCommand({
        PlatformApplicationArn: arn,
        Attributes: await this.attributes(properties),
      }),
    );
    return arn;
  }

  /** Deletes an application; one that never came to be, or is gone, is a success. */
  async delete(arn: string): Promise<void> {
    if (!arn.startsWith('arn:')) return;
    await this.sns.send(new DeletePlatformApplicationCommand({ PlatformApplicationArn: arn }));
  }

  private async attributes(properties: PushApplicationProperties): Promise<Record<string, string>> {
    const { Platform, SecretName, FailureFeedbackRoleArn } = properties;
    const { SecretString } = await this.secrets.send(new GetSecretValueCommand({ SecretId: SecretName }));
    if (!SecretString) throw new PushCredentialsError('The secret has no text');
    return { ...applicationAttributes(Platform, SecretString), FailureFeedbackRoleArn };
  }
}
