import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';

/** Namespace of the metrics that functions write to their logs. */
export const METRIC_NAMESPACE = 'Llavero';

/** The service's own metrics of one stage: its functions bear the stage in their service's name. */
export class ServiceMetrics {
  readonly oldestOpenHoldAge: Metric;
  readonly holdsOpen: Metric;
  readonly recordAltered: Metric;

  constructor(serviceName: string) {
    const metric = (metricName: string) =>
      new Metric({
        namespace: METRIC_NAMESPACE,
        metricName,
        dimensionsMap: { service: serviceName },
        statistic: 'Maximum',
        period: Duration.minutes(1),
      });
    this.oldestOpenHoldAge = metric('OldestOpenHoldAge');
    this.holdsOpen = metric('HoldsOpen');
    this.recordAltered = metric('RecordAltered').with({ statistic: 'Sum' });
  }
}
