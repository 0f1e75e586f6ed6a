import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface TokenKeysProps {
  /** Whether the keys outlive the stack: seeds sealed with a lost key are lost. */
  readonly retainData: boolean;
}

/** The key that seals seeds and the key that makes cursors tamper-evident; roles get them through IAM grants only. */
export class TokenKeys extends Construct {
  readonly seed: Key;
  readonly cursor: Key;

  constructor(scope: Construct, id: string, props: TokenKeysProps) {
    super(scope, id);

    const removalPolicy = props.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.seed = new Key(this, 'Seed', {
      description: 'Seals the seeds of virtual tokens',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy,
    });

    this.cursor = new Key(this, 'Cursor', {
      description: 'Authenticates the cursors of lists',
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      pendingWindow: Duration.days(7),
      removalPolicy,
    });
  }
}
