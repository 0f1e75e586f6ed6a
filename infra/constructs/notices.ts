import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEmailIdentity } from 'aws-cdk-lib/aws-ses';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Annotations, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { EnvName } from '../../shared/env.ts';
import type { NoticeSender } from '../settings.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { RecordConsumer } from './record-consumer.ts';
import type { ServiceFunction } from './service-function.ts';

export interface NoticesProps {
  readonly record: Table;
  readonly sendNotices: ServiceFunction;
  /** From whom mails come; without one none is sent. */
  readonly sender: NoticeSender | undefined;
  /** True if the stage makes the identity that its mails come from, instead of using one that was verified. */
  readonly demoIdentity: boolean;
  /** True if a grant can name the identity. */
  readonly resourceLevelGrants: boolean;
}

/** The kinds of event that the holder of a token, or a company's administrators, learn of. */
export const NOTICED_EVENTS = [
  'CHANGE_REQUESTED',
  'CHANGE_APPLIED',
  'TOKEN_ENROLLED',
  'POLICY_CHANGED',
  'ADMINISTRATOR_ADDED',
  'ADMINISTRATOR_REMOVED',
  'USER_ENABLED',
  'USER_DISABLED',
  'SIGN_IN_CHANGED',
  'NOTICE_ADDRESS_CHANGED',
];

/** Gives holders and administrators notice of what joins the record, from its stream: in no request's path. */
export class Notices extends Construct {
  /** Which events could not be seen to: where they are in the stream, never what they say. */
  readonly failures: Queue;
  readonly mappingId: string;

  constructor(scope: Construct, id: string, props: NoticesProps) {
    super(scope, id);
    const { failures, mappingId } = new RecordConsumer(this, 'Stream', {
      record: props.record,
      consumer: props.sendNotices,
      eventTypes: NOTICED_EVENTS,
      batchSize: 10,
      retryAttempts: 20,
      // News that is hours old alarms more than it tells.
      maxRecordAge: Duration.hours(2),
    });
    this.failures = failures;
    this.mappingId = mappingId;
    if (props.sender) this.allowMail(props, props.sender);
    else {
      Annotations.of(this).addInfo(
        'Notices are pushed and not mailed: set the context values noticeSender and noticeIdentity to mail them.',
      );
    }
  }

  private allowMail({ sendNotices, demoIdentity, resourceLevelGrants }: NoticesProps, sender: NoticeSender): void {
    const { address, identity } = sender;
    const name: EnvName = 'NOTICE_SENDER';
    sendNotices.addEnvironment(name, address);
    if (demoIdentity) new CfnEmailIdentity(this, 'Identity', { emailIdentity: identity });
    const arn = Stack.of(this).formatArn({ service: 'ses', resource: 'identity', resourceName: identity });
    const resource = resourceLevelGrants ? arn : '*';
    sendNotices.addToRolePolicy(
      new PolicyStatement({
        actions: ['ses:SendEmail'],
        resources: [resource],
        // Of all the addresses of a domain, it may use the one.
        ...(resourceLevelGrants ? { conditions: { StringEquals: { 'ses:FromAddress': address } } } : {}),
      }),
    );
    if (sendNotices.role) acknowledgeWildcards(sendNotices.role, [resource], 'This platform can name no identity.');
  }
}
