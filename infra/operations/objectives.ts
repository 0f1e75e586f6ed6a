import { MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Settings } from '../settings.ts';
import type { WatchedService } from './watched-service.ts';

/** The service's promises over thirty days, and the measures that judge them. */
export interface Objective {
  readonly id: string;
  readonly title: string;
  /** The share that must be good. */
  readonly target: number;
  /** Counts failures, and either successes or everything: the total is the sum of both, or the latter alone. */
  readonly bad: Metric;
  readonly good?: Metric;
  readonly all?: Metric;
  /** Failures that are known only later: each was counted as a success before. */
  readonly undone?: readonly Metric[];
  /** Failures within so many minutes below which no budget is spent: at night they would be the whole of the traffic. */
  readonly fewestFailures: (minutes: number) => number;
  readonly runbookSection: string;
}

/** The objectives with an error budget; that no change outlives its time has none, and an alarm of its own. */
export function defineObjectives({ api, metrics, push }: WatchedService, { pushesPerDevice }: Settings): Objective[] {
  const kept = (name: 'PushObjective' | 'ApplyObjective') => ({
    good: metrics.of(name, { value: 'MET' }),
    bad: metrics.of(name, { value: 'MISSED' }),
  });
  return [
    {
      id: 'Served',
      title: 'Solicitudes atendidas · Requests served',
      target: 0.999,
      bad: api.restApi.metricServerError({ statistic: 'Sum' }),
      all: api.restApi.metricCount({ statistic: 'Sum' }),
      fewestFailures: () => FEWEST_FAILURES,
      runbookSection: 'api-faults',
    },
    {
      id: 'Pushed',
      title: 'Esperas avisadas en 5 s · Holds pushed within 5 s',
      target: 0.99,
      ...kept('PushObjective'),
      undone: Object.values(push.undelivered),
      // One phone that nothing reaches fails as often as it may be pushed, and calls nobody by itself.
      fewestFailures: (minutes) => pushesPerDevice * Math.ceil(Math.min(minutes, LONGEST_SHORT_WINDOW) / 10) + 1,
      runbookSection: 'holds-not-pushed-in-time',
    },
    {
      id: 'Applied',
      title: 'Autorizados y aplicados en 5 s · Authorized and applied within 5 s',
      target: 0.999,
      ...kept('ApplyObjective'),
      fewestFailures: () => FEWEST_FAILURES,
      runbookSection: 'changes-not-applied-in-time',
    },
  ];
}

const FEWEST_FAILURES = 3;

/** Minutes. Both windows of an alarm must fire, and of those that call somebody the longest short one has as many. */
const LONGEST_SHORT_WINDOW = 30;

/**
 * The rate at which the error budget is spent over a period, by the rate that the objective allows: 1 spends it in just the
 * thirty days.
 */
export function burnRate(objective: Objective, period: Duration): MathExpression {
  const { bad, share, usingMetrics } = buildTerms(objective, period);
  return new MathExpression({
    expression: `IF(${bad} >= ${objective.fewestFailures(period.toMinutes())}, ${share} / ${computeBudget(objective)}, 0)`,
    usingMetrics,
    period,
    label: period.toHumanString(),
  });
}

/** The part of the error budget that is left, in percent, over thirty days. */
export function budgetLeft(objective: Objective): MathExpression {
  const period = Duration.days(30);
  const { share, usingMetrics } = buildTerms(objective, period);
  return new MathExpression({
    expression: `100 * (1 - ${share} / ${computeBudget(objective)})`,
    usingMetrics,
    period,
    label: '%',
  });
}

/** The share of requests that may go wrong. */
const computeBudget = ({ target }: Objective) => Number((1 - target).toFixed(6));

/** The terms of an objective's expressions; ids bear its name and period, for one graph may show several. */
function buildTerms({ id, bad, good, all, undone = [] }: Objective, period: Duration) {
  const suffix = `${id}${period.toMinutes()}`;
  const later = undone.map((metric, index) => [`undone${index}`, metric] as const);
  const counted: Record<string, Metric | undefined> = { bad, good, all, ...Object.fromEntries(later) };
  const usingMetrics = Object.fromEntries(
    Object.entries(counted).flatMap(([name, metric]) =>
      metric ? [[`${name}${suffix}`, metric.with({ period })]] : [],
    ),
  );
  // Nothing is published of what did not happen.
  const term = (name: string) => `FILL(${name}${suffix}, 0)`;
  const total = all ? term('all') : `(${term('bad')} + ${term('good')})`;
  const failed = `(${['bad', ...later.map(([name]) => name)].map(term).join(' + ')})`;
  return { bad: failed, share: `${failed} / IF(${total} > 0, ${total}, 1)`, usingMetrics };
}
