import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type DataProtectionPolicy, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

export interface ServiceLogProps {
  /** Encrypts the log: a key whose policy lets CloudWatch Logs use it for this log. */
  readonly key: IKey;
  /** True if it outlives the stack; then it is kept for a year, otherwise for a month. */
  readonly retain: boolean;
  /** Its name, where a service demands one of a kind; made by CloudFormation otherwise. */
  readonly name?: string;
  /** Masked for whoever reads it; nothing is, where it is not set. */
  readonly masked?: DataProtectionPolicy;
}

/** A log of the service, encrypted with the stage's own key. */
export class ServiceLog extends LogGroup {
  constructor(scope: Construct, id: string, { key, retain, name, masked }: ServiceLogProps) {
    super(scope, id, {
      encryptionKey: key,
      retention: retain ? RetentionDays.ONE_YEAR : RetentionDays.ONE_MONTH,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(name === undefined ? {} : { logGroupName: name }),
      ...(masked === undefined ? {} : { dataProtectionPolicy: masked }),
    });
  }
}
