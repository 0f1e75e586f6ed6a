import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface ReconcilerScheduleProps {
  readonly reconciler: IFunction;
}

/** Calls the reconciler every minute; a call that fails is not repeated, for the next minute's does the same work. */
export class ReconcilerSchedule extends Construct {
  constructor(scope: Construct, id: string, props: ReconcilerScheduleProps) {
    super(scope, id);
    props.reconciler.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(this, 'EveryMinute', {
      description: 'Makes right every change whose workflow did not',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(props.reconciler, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}
