import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** The service's own metrics, written to the log in CloudWatch's embedded format. No dimension is a person's or a company's. */
const NAMESPACE = 'Llavero';

const metrics = new Metrics({ namespace: NAMESPACE });

/** Every metric with the names of its dimensions (beside `service`) and its unit. */
export const METRICS = {
  ChangesRequested: { dimension: 'action', unit: MetricUnit.Count },
  ChangesAuthorized: { dimension: 'action', unit: MetricUnit.Count },
  ChangesRejected: { dimension: 'action', unit: MetricUnit.Count },
  ChangesExpired: { dimension: 'action', unit: MetricUnit.Count },
  ChangesCancelled: { dimension: 'action', unit: MetricUnit.Count },
  ChangesSuperseded: { dimension: 'action', unit: MetricUnit.Count },
  ChangesApplied: { dimension: 'action', unit: MetricUnit.Count },
  TimeToPush: { dimension: undefined, unit: MetricUnit.Milliseconds },
  TimeToDecision: { dimension: undefined, unit: MetricUnit.Milliseconds },
  TimeToApply: { dimension: undefined, unit: MetricUnit.Milliseconds },
  RequestsDisowned: { dimension: undefined, unit: MetricUnit.Count },
  NoticeFailures: { dimension: 'channel', unit: MetricUnit.Count },
  PushFailures: { dimension: 'kind', unit: MetricUnit.Count },
  Refusals: { dimension: 'code', unit: MetricUnit.Count },
  ReconcilerRepairs: { dimension: 'kind', unit: MetricUnit.Count },
  OtpVerifications: { dimension: 'result', unit: MetricUnit.Count },
  SeedsSealed: { dimension: undefined, unit: MetricUnit.Count },
  SeedsDestroyed: { dimension: undefined, unit: MetricUnit.Count },
  EventsArchived: { dimension: undefined, unit: MetricUnit.Count },
  RecordAltered: { dimension: undefined, unit: MetricUnit.Count },
  HoldsOpen: { dimension: undefined, unit: MetricUnit.Count },
  OldestOpenHoldAge: { dimension: undefined, unit: MetricUnit.Seconds },
} as const satisfies Record<
  string,
  { dimension: string | undefined; unit: (typeof MetricUnit)[keyof typeof MetricUnit] }
>;

export type MetricName = keyof typeof METRICS;

/** Emits one value of a metric; `dimension` is the value of the metric's own dimension, where it has one. */
export function emit(name: MetricName, value = 1, dimension?: string): void {
  const { dimension: dimensionName, unit } = METRICS[name];
  const single = metrics.singleMetric();
  if (dimensionName && dimension) single.addDimension(dimensionName, dimension);
  single.addMetric(name, unit, value);
}
