import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface DemoPushCredentialsProps {
  readonly fcmSecretName: string;
  readonly apnsSecretName: string;
}

/** Placeholders in the shape of real push credentials, their keys generated: for a stage whose pushes reach no phone. */
export class DemoPushCredentials extends Construct {
  constructor(scope: Construct, id: string, props: DemoPushCredentialsProps) {
    super(scope, id);
    this.placeholder('Fcm', props.fcmSecretName, 'private_key', {
      type: 'service_account',
      project_id: 'demo-placeholder',
      client_email: 'demo-placeholder@example.invalid',
    });
    this.placeholder('Apns', props.apnsSecretName, 'signingKey', {
      signingKeyId: 'DEMOKEY000',
      teamId: 'DEMOTEAM00',
      bundleId: 'invalid.example.demo',
    });
  }

  private placeholder(id: string, secretName: string, keyMember: string, rest: Record<string, string>): void {
    const secret = new Secret(this, id, {
      secretName,
      description: 'Placeholder, not a credential: this stage reaches no phone',
      generateSecretString: {
        secretStringTemplate: JSON.stringify(rest),
        generateStringKey: keyMember,
        excludePunctuation: true,
      },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: 'A placeholder has nothing to rotate.' });
  }
}
