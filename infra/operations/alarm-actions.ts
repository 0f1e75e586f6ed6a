import { AlarmRule, AlarmState, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { RatedAlarm } from './service-alarms.ts';

export interface AlarmActionsProps {
  readonly alarms: readonly RatedAlarm[];
  /** Addresses that get the tickets and the calls. */
  readonly tell: { readonly tickets: string; readonly pages: string };
  /** Encrypts the topics; CloudWatch must be allowed to use it. */
  readonly key: IKey;
}

/**
 * Whom alarms tell: each its ticket, once; and of all that must wake somebody up, one alarm, so that one fault that
 * fires ten alarms makes one call. What clears without being mended, and what rings on silence, call besides.
 */
export class AlarmActions extends Construct {
  constructor(scope: Construct, id: string, { alarms, tell, key }: AlarmActionsProps) {
    super(scope, id);
    const tickets = this.topic('Tickets', tell.tickets, key);
    for (const { alarm } of alarms) alarm.addAlarmAction(tickets);
    const silent = alarms.filter(({ ringsOnSilence }) => ringsOnSilence);
    for (const { alarm } of silent) alarm.addInsufficientDataAction(tickets);
    const paging = alarms.filter(({ severity, ringsOnSilence }) => severity === 'page' && !ringsOnSilence);
    const page = new CompositeAlarm(this, 'Page', {
      alarmRule: AlarmRule.anyOf(...paging.map(({ alarm }) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
      alarmDescription: 'See docs/runbook.md#somebody-is-called',
    });
    const pages = this.topic('Pages', tell.pages, key);
    page.addAlarmAction(pages);
    page.addOkAction(pages);
    // While another rings, the alarm on all of them has nothing new to say; and well again says nothing of such a one.
    for (const { alarm, clearsByItself } of alarms) if (clearsByItself) alarm.addAlarmAction(pages);
    // The alarm on all would ring from the first moment, for it tells no silence from another.
    for (const { alarm, severity } of silent) if (severity === 'page') alarm.addInsufficientDataAction(pages);
  }

  private topic(id: string, address: string, key: IKey): SnsAction {
    const topic = new Topic(this, id, { enforceSSL: true, masterKey: key });
    const { account, partition, region } = Stack.of(this);
    // A policy of its own takes the place of SNS's default one, by which alarms of the account might publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NewsOfAlarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:cloudwatch:${region}:${account}:alarm:*` },
        },
      }),
    );
    topic.addSubscription(new EmailSubscription(address));
    return new SnsAction(topic);
  }
}
