import { type CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { Datum } from './datum.ts';

/** The most metrics that one call takes. */
const MOST_PER_CALL = 1_000;

/** Puts data into CloudWatch, which judges the alarms as it takes them. */
export async function publish(cloudWatch: CloudWatchClient, data: readonly Datum[]): Promise<void> {
  for (const [Namespace, ofNamespace] of Map.groupBy(data, ({ namespace }) => namespace)) {
    for (let from = 0; from < ofNamespace.length; from += MOST_PER_CALL) {
      const MetricData = ofNamespace.slice(from, from + MOST_PER_CALL).map(metricDatum);
      await cloudWatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
    }
  }
}

function metricDatum({ name, dimensions, unit, at, values, resolution }: Datum): MetricDatum {
  return {
    MetricName: name,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    Unit: unit,
    Timestamp: at,
    Values: [...values],
    ...(resolution === undefined ? {} : { StorageResolution: resolution }),
  };
}
