import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { CustomDataIdentifier, DataProtectionPolicy, FilterPattern } from 'aws-cdk-lib/aws-logs';
import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ServiceLog, type ServiceLogProps } from './service-log.ts';

export interface PushDeliveryLogProps {
  readonly platform: 'GCM' | 'APNS';
  /** The application's name, which is part of that of its log. */
  readonly applicationName: string;
  /** SNS writes the log as this role. */
  readonly writer: Role;
  readonly log: ServiceLogProps;
}

/** A token of APNs or FCM, which SNS puts into each line: neither an endpoint's id nor a message's is as long. */
const PUSH_TOKENS = [
  new CustomDataIdentifier('ApnsToken', '[0-9A-Fa-f]{64}'),
  new CustomDataIdentifier('FcmToken', '[0-9A-Za-z_-]{100}'),
];

/**
 * The log of the pushes of one application that SNS accepted and Apple or Google did not, kept for a month with phones'
 * push tokens masked. SNS chooses its name. Of pushes that arrive nothing is written: SNS counts them.
 */
export class PushDeliveryLog extends Construct {
  /** Pushes that were accepted and not delivered. */
  readonly failed: Metric;

  constructor(scope: Construct, id: string, { platform, applicationName, writer, log }: PushDeliveryLogProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const logName = `sns/${stack.region}/${stack.account}/app/${platform}/${applicationName}/Failure`;
    const failures = new ServiceLog(this, 'Log', {
      ...log,
      // It helps for days. Kept longer, a stack made anew would find its name taken.
      retain: false,
      name: logName,
      masked: new DataProtectionPolicy({ name: 'push-tokens', identifiers: PUSH_TOKENS }),
    });
    const arn = stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: logName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    // SNS asks for the log before it writes there; it is there already.
    writer.addToPolicy(new PolicyStatement({ actions: ['logs:CreateLogGroup'], resources: [arn] }));
    writer.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [failures.logGroupArn],
      }),
    );
    this.failed = failures
      .addMetricFilter('Failed', {
        filterPattern: FilterPattern.stringValue('$.status', '=', 'FAILURE'),
        metricNamespace: 'Llavero/Push',
        metricName: `${platform}DeliveriesFailed`,
      })
      .metric({ statistic: 'Sum' });
  }
}
