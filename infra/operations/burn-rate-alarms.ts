import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../constructs/acknowledge.ts';
import { burnRate, type Objective } from './objectives.ts';
import type { RatedAlarm, Severity } from './service-alarms.ts';

interface BurnRate {
  readonly name: string;
  /** Times as fast as the objective allows. */
  readonly rate: number;
  /** That it matters, and that it still goes on. */
  readonly long: Duration;
  readonly short: Duration;
  readonly severity: Severity;
}

/** The three of the SRE workbook, chapter 5: they spend 2 %, 5 % and 10 % of thirty days' budget before they fire. */
export const BURN_RATES: readonly BurnRate[] = [
  { name: 'Fast', rate: 14.4, long: Duration.hours(1), short: Duration.minutes(5), severity: 'page' },
  { name: 'Steady', rate: 6, long: Duration.hours(6), short: Duration.minutes(30), severity: 'page' },
  { name: 'Slow', rate: 1, long: Duration.days(3), short: Duration.hours(6), severity: 'ticket' },
];

/** Alarms on how fast error budgets are spent: each on two windows, so that it fires early and clears soon. */
export class BurnRateAlarms extends Construct {
  readonly all: readonly RatedAlarm[];

  constructor(scope: Construct, id: string, objectives: readonly Objective[]) {
    super(scope, id);
    this.all = objectives.flatMap((objective) => BURN_RATES.map((burn) => this.add(objective, burn)));
    acknowledge(this, ['NIST.800.53.R5-CloudWatchAlarmAction'], 'The alarm on both windows together tells somebody.');
  }

  private add(objective: Objective, { name, rate, long, short, severity }: BurnRate): RatedAlarm {
    const id = `${objective.id}${name}`;
    const alarmDescription = `See docs/runbook.md#${objective.runbookSection}`;
    const windows = [long, short].map((period, index) => {
      return new Alarm(this, `${id}${index === 0 ? 'Long' : 'Short'}`, {
        metric: burnRate(objective, period),
        threshold: rate,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmDescription,
      });
    });
    const both = AlarmRule.allOf(...windows.map((window) => AlarmRule.fromAlarm(window, AlarmState.ALARM)));
    const alarm = new CompositeAlarm(this, id, { alarmRule: both, alarmDescription });
    return { alarm, severity };
  }
}
