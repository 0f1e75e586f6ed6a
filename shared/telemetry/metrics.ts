import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Action } from '../domain/change.ts';
import type { ProblemCode } from '../errors.ts';
import { METRICS, type MetricName, type MetricValues } from './metric-names.ts';

let made: Metrics | undefined;

/** The service's own metrics, written to the log in CloudWatch's embedded format; made when the first is written. */
function metrics(): Metrics {
  made ??= new Metrics({ namespace: 'Llavero' });
  return made;
}

/** The value of a metric's own dimension: none where it has no such dimension. */
type Own<Name extends MetricName> = (typeof METRICS)[Name] extends { dimension: infer Dimension }
  ? [value: Dimension extends 'action' ? Action : Dimension extends 'code' ? ProblemCode : MetricValues<Name>]
  : [];

/** Counts one of a metric. */
export function count<Name extends MetricName>(name: Name, ...own: Own<Name>): void {
  write(name, 1, own[0]);
}

/** Emits one measured value, in the metric's unit. */
export function measure<Name extends MetricName>(name: Name, amount: number, ...own: Own<Name>): void {
  write(name, amount, own[0]);
}

function write(name: MetricName, amount: number, value: string | undefined): void {
  const spec: { dimension?: string; unit: (typeof METRICS)[MetricName]['unit']; total?: boolean } = METRICS[name];
  const single = metrics().singleMetric();
  if (spec.dimension && value) single.addDimension(spec.dimension, value);
  // A second set of dimensions: the same value counted once more, without the metric's own.
  if (spec.total) single.addDimensions({});
  single.addMetric(name, spec.unit, amount);
}

/** Most milliseconds that a person waits for a push, or for the effect of their authorization, within the objective. */
export const OBJECTIVE_MS = 5_000;

/** Says whether an objective was kept: by the time it took in milliseconds, or not at all where nothing came of it. */
export function judgeObjective(name: 'PushObjective' | 'ApplyObjective', elapsedMs: number | undefined): void {
  count(name, elapsedMs !== undefined && elapsedMs <= OBJECTIVE_MS ? 'MET' : 'MISSED');
}
