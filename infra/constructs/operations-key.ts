import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

export interface OperationsKeyProps {
  /** True if the key outlives the stack: logs encrypted with a lost key are lost. */
  readonly retainData: boolean;
  /** Texts of which the names of the stage's logs contain one. */
  readonly logNameParts: readonly string[];
}

/** The key of what operations read, logs and news of alarms; no role needs it, for CloudWatch uses it on its own. */
export class OperationsKey extends Key {
  constructor(scope: Construct, id: string, props: OperationsKeyProps) {
    super(scope, id, {
      description: 'Encrypts logs and the news of alarms',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: props.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const { account, partition, region } = Stack.of(this);
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Logs',
        principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        // In a key's policy, that key.
        resources: ['*'],
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': props.logNameParts.map(
              (part) => `arn:${partition}:logs:${region}:${account}:log-group:*${part}*`,
            ),
          },
        },
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NewsOfAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
  }
}
