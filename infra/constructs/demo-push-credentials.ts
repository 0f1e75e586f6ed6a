import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

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
    acknowledge(
      secret,
      [
        'AwsSolutions-SMG4',
        'NIST.800.53.R5-SecretsManagerRotationEnabled',
        'NIST.800.53.R5-SecretsManagerUsingKMSKey',
        'CKV_AWS_149',
      ],
      'A placeholder: nothing to rotate, and nothing to hide.',
    );
  }
}
