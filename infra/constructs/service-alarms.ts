import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ServiceStack } from '../stacks/service-stack.ts';

export interface ServiceAlarmsProps {
  readonly service: ServiceStack;
  readonly holdSeconds: number;
  /** Whom an alarm tells; nobody where the stage names no address. */
  readonly action?: IAlarmAction;
}

/** What a hold may outlive its time by before somebody must look: three runs of the reconciler. */
const HOLD_AGE_MARGIN_SECONDS = 180;

const FIVE_MINUTES = { period: Duration.minutes(5) };

type Threshold = Pick<AlarmProps, 'threshold' | 'evaluationPeriods' | 'comparisonOperator' | 'treatMissingData'>;

const AT_ALL: Threshold = {
  threshold: 1,
  evaluationPeriods: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

/** Functions whose errors nobody sees but here: none answers a person. */
const WATCHED = [
  'hold-change',
  'apply-change',
  'expire-change',
  'reconcile-changes',
  'archive-events',
  'sign-day',
] as const;

/** The alarms of the service, each on one metric, each with the section of the runbook that says what to do. */
export class ServiceAlarms extends Construct {
  readonly all: Alarm[] = [];
  private readonly action: IAlarmAction | undefined;

  constructor(scope: Construct, id: string, props: ServiceAlarmsProps) {
    super(scope, id);
    this.action = props.action;
    const { api, workflow, functions, metrics, archive, notices } = props.service;

    this.add('ApiFaults', 'api-faults', api.restApi.metricServerError({ ...FIVE_MINUTES, statistic: 'Sum' }), AT_ALL);
    this.add('ExecutionsFailed', 'executions-failed', workflow.stateMachine.metricFailed(FIVE_MINUTES), AT_ALL);
    this.add('ExecutionsTimedOut', 'executions-failed', workflow.stateMachine.metricTimedOut(FIVE_MINUTES), AT_ALL);
    for (const name of WATCHED) {
      const id = `${functions[name].node.id}Errors`;
      this.add(id, 'function-errors', functions[name].metricErrors(FIVE_MINUTES), AT_ALL);
    }
    this.add('ReconcilerSilent', 'reconciler-silent', functions['reconcile-changes'].metricInvocations(FIVE_MINUTES), {
      threshold: 1,
      evaluationPeriods: 2,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
    this.add('OldestOpenHold', 'oldest-open-hold', metrics.oldestOpenHoldAge, {
      threshold: props.holdSeconds + HOLD_AGE_MARGIN_SECONDS,
      evaluationPeriods: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.add('RecordAltered', 'record-altered', metrics.recordAltered, AT_ALL);
    const unarchived = archive.failures.metricApproximateNumberOfMessagesVisible(FIVE_MINUTES);
    this.add('EventsNotArchived', 'events-not-archived', unarchived, AT_ALL);
    const untold = notices.failures.metricApproximateNumberOfMessagesVisible(FIVE_MINUTES);
    this.add('HoldersNotTold', 'holders-not-told', untold, AT_ALL);
    this.add(
      'DaysNotSigned',
      'days-not-signed',
      functions['sign-day'].metricInvocations({ period: Duration.days(1) }),
      {
        threshold: 1,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
      },
    );
    for (const [name, table] of Object.entries(props.service.tables)) {
      for (const direction of ['Read', 'Write']) {
        const metric = new Metric({
          namespace: 'AWS/DynamoDB',
          metricName: `${direction}ThrottleEvents`,
          dimensionsMap: { TableName: table.tableName },
          statistic: 'Sum',
          ...FIVE_MINUTES,
        });
        this.add(`${name}${direction}Throttled`, 'table-throttled', metric, { ...AT_ALL, threshold: 10 });
      }
    }
  }

  private add(id: string, runbookSection: string, metric: IMetric, threshold: Threshold): void {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription: `See docs/runbook.md#${runbookSection}`,
      ...threshold,
    });
    if (this.action) alarm.addAlarmAction(this.action);
    this.all.push(alarm);
  }
}
