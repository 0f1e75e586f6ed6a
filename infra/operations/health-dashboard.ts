import {
  AlarmStatusWidget,
  Color,
  Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  MathExpression,
  PeriodOverride,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { BURN_RATES } from './burn-rate-alarms.ts';
import { budgetLeft, burnRate, type Objective } from './objectives.ts';
import type { WatchedService } from './watched-service.ts';

export interface HealthDashboardProps {
  readonly service: WatchedService;
  readonly objectives: readonly Objective[];
  readonly alarms: readonly IAlarm[];
  readonly holdSeconds: number;
  /** The release that these alarms were deployed with. */
  readonly release: string | undefined;
}

/** The page that says within five seconds whether the service is well: error budgets first, then alarms and changes. */
export class HealthDashboard extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { service, objectives, alarms, holdSeconds, release }: HealthDashboardProps,
  ) {
    super(scope, id);
    const { metrics } = service;
    const oldest = metrics.of('OldestOpenHoldAge', { statistic: 'Maximum' });
    const overdue = new MathExpression({
      expression: `IF(oldest > ${holdSeconds}, 1, 0)`,
      usingMetrics: { oldest },
      period: Duration.minutes(1),
      label: 'minutos · minutes',
    });
    new Dashboard(this, 'Dashboard', {
      periodOverride: PeriodOverride.INHERIT,
      defaultInterval: Duration.hours(3),
      widgets: [
        [
          ...objectives.map((objective) => budgetWidget(objective)),
          new GraphWidget({
            title: 'Cambios fuera de su tiempo · Changes past their time',
            left: [overdue],
            width: 6,
            height: 4,
          }),
        ],
        [new AlarmStatusWidget({ title: 'Alarmas · Alarms', alarms: [...alarms], width: 24, height: 5 })],
        objectives.map((objective) => burnWidget(objective)),
        [
          graph('Pedidos y aplicados · Requested and applied', [
            ...metrics.each('ChangesRequested').map((each) => each.with({ label: `+ ${each.label}` })),
            ...metrics.each('ChangesApplied').map((each) => each.with({ label: `✔ ${each.label}` })),
          ]),
          graph('En espera · On hold', [metrics.of('HoldsOpen', { statistic: 'Maximum' })]),
          graph('La espera más antigua (s) · Oldest hold (s)', [oldest]),
        ],
        // With each release the stack changes, so that CloudFormation reads anew what it refers to in the others.
        [new TextWidget({ markdown: `Versión · Release: ${release ?? 'local'}`, width: 24, height: 1 })],
      ],
    });
  }
}

function budgetWidget(objective: Objective): IWidget {
  const title = `${objective.title} (${objective.target * 100} %): presupuesto restante · budget left`;
  return new SingleValueWidget({
    title,
    metrics: [budgetLeft(objective)],
    start: '-P30D',
    end: 'P0D',
    // Otherwise it shows the thirty days that are under way by the clock, of which there may be an hour.
    setPeriodToTimeRange: true,
    width: 6,
    height: 4,
  });
}

function burnWidget(objective: Objective): IWidget {
  return new GraphWidget({
    title: `${objective.title}: consumo del presupuesto · budget burn`,
    left: [burnRate(objective, Duration.minutes(5)), burnRate(objective, Duration.hours(1))],
    leftAnnotations: BURN_RATES.filter(({ severity }) => severity === 'page').map(({ rate, long }, index) => ({
      value: rate,
      label: `${long.toHours()} h`,
      color: index === 0 ? Color.RED : Color.ORANGE,
    })),
    width: 8,
    height: 6,
  });
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}
