import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { METRICS, type MetricName, type MetricSpec, type MetricValues } from '../../shared/telemetry/metric-names.ts';

/** Namespace of the metrics that functions write to their logs. */
export const METRIC_NAMESPACE = 'Llavero';

/** The service's own metrics of one stage: its functions bear the stage in their service's name. */
export class ServiceMetrics {
  private readonly serviceName: string;

  constructor(serviceName: string) {
    this.serviceName = serviceName;
  }

  /** A metric for one value of its own dimension, or without it: the sum of each minute, if nothing else is asked for. */
  of<Name extends MetricName>(
    name: Name,
    {
      value,
      statistic = 'Sum',
    }: { value?: Name extends 'Refusals' ? string : MetricValues<Name>; statistic?: string } = {},
  ): Metric {
    const spec: MetricSpec = METRICS[name];
    const own = spec.dimension !== undefined && value !== undefined ? { [spec.dimension]: value } : {};
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName: name,
      dimensionsMap: { service: this.serviceName, ...own },
      statistic,
      period: Duration.minutes(1),
    });
  }

  /** A metric for each value of its own dimension. */
  each<Name extends Exclude<MetricName, 'Refusals'>>(name: Name): Metric[] {
    const spec: MetricSpec = METRICS[name];
    return (spec.values ?? []).map((value) => this.of(name, { value: value as never }).with({ label: value }));
  }

  /** An expression that finds every value there is of a metric's own dimension. */
  search(name: MetricName): string {
    const { dimension = '' }: MetricSpec = METRICS[name];
    const schema = `{${METRIC_NAMESPACE},service,${dimension}}`;
    return `SEARCH('${schema} MetricName="${name}" service="${this.serviceName}"', 'Sum', 60)`;
  }
}
