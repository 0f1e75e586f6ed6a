import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledge } from '../constructs/acknowledge.ts';
import { ServiceAlarms } from '../constructs/service-alarms.ts';
import { ServiceDashboard } from '../constructs/service-dashboard.ts';
import type { Settings } from '../settings.ts';
import type { ServiceStack } from './service-stack.ts';

export interface OperationsStackProps extends StackProps {
  readonly settings: Settings;
  readonly service: ServiceStack;
}

/** What the bank's operations watch: one dashboard, and alarms that tell one address where the stage names it. */
export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, props: OperationsStackProps) {
    super(scope, id, props);
    const { settings, service } = props;
    const action = settings.alarmEmail === undefined ? {} : { action: this.mailTo(settings.alarmEmail, service) };
    const alarms = new ServiceAlarms(this, 'Alarms', { service, holdSeconds: settings.holdSeconds, ...action });
    if (settings.alarmEmail === undefined) {
      acknowledge(alarms, ['NIST.800.53.R5-CloudWatchAlarmAction'], 'This stage names nobody to tell (alarmEmail).');
    }
    new ServiceDashboard(this, 'Overview', { service, alarms: alarms.all });
  }

  private mailTo(address: string, { log }: ServiceStack): SnsAction {
    const topic = new Topic(this, 'AlarmTopic', { enforceSSL: true, masterKey: log.key });
    topic.addSubscription(new EmailSubscription(address));
    return new SnsAction(topic);
  }
}
