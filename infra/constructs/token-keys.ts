import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

export interface TokenKeysProps {
  /** True if the keys outlive the stack: seeds sealed with a lost key are lost. */
  readonly retainData: boolean;
}

/**
 * The key that seals seeds, the key that makes cursors tamper-evident, and the two that sign: receipts, and the days of
 * the record's archive. Roles get them through IAM grants only.
 */
export class TokenKeys extends Construct {
  readonly seed: Key;
  readonly cursor: Key;
  readonly receipt: Key;
  readonly day: Key;

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

    acknowledge(this.cursor, ['CKV_AWS_7'], 'KMS rotates no HMAC key; a cursor is good for one walk through a list.');

    const signing = {
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      pendingWindow: Duration.days(30),
      removalPolicy,
    };
    this.receipt = new Key(this, 'Receipt', { ...signing, description: 'Signs receipts of applied changes' });
    this.day = new Key(this, 'Day', { ...signing, description: 'Signs the days of the archive of the record' });
  }
}
