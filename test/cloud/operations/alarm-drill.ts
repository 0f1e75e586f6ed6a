import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { aws, clientConfiguration, functionName } from '../support/aws.ts';

/** A cause that makes alarms fire, and one that clears them. */
export interface AlarmDrill {
  /** Ids of the alarms in their stack. */
  readonly fires: readonly string[];
  /** Done again and again until they fire. */
  readonly cause: () => Promise<unknown>;
  /** Done once they have fired, where it takes more than to cause nothing any more. */
  readonly end?: () => Promise<unknown>;
}

/** Drills one after another, which may be at work at the same time as those of any other lane. */
export type Lane = readonly AlarmDrill[];

/** Runs a function as its caller would; that it throws may be what is wanted. */
export async function invoke(folder: string, payload: unknown): Promise<void> {
  const Payload = JSON.stringify(payload);
  await aws.lambda().send(new InvokeCommand({ FunctionName: await functionName(folder), Payload }));
}

/** Works of a number, side by side. */
export const times = <T>(count: number, make: (each: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, each) => make(each)));

/** The id of an alarm in its stack: `…-AlarmsApiFaults1A2B3C4D-…` is `ApiFaults`. */
export const readAlarmId = (alarmName = ''): string => /-Alarms(\w+)[0-9A-F]{8}-/.exec(alarmName)?.[1] ?? alarmName;

/**
 * Gives alarms another threshold, and what sets it back: what takes minutes to go wrong is shown to fire in seconds,
 * on the same metric.
 */
export async function setThreshold(ids: readonly string[], threshold: number): Promise<() => Promise<unknown>> {
  const cloudWatch = new CloudWatchClient(clientConfiguration());
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'Llavero-local-' }));
  const alarms = MetricAlarms.filter(({ AlarmName }) => ids.includes(readAlarmId(AlarmName)));
  const put = (Threshold?: number) =>
    Promise.all(
      alarms.map((alarm) => {
        const { AlarmName, EvaluationPeriods, ComparisonOperator, ...rest } = alarm;
        const wanted = Threshold ?? alarm.Threshold;
        return cloudWatch.send(
          new PutMetricAlarmCommand({ ...rest, AlarmName, EvaluationPeriods, ComparisonOperator, Threshold: wanted }),
        );
      }),
    );
  await put(threshold);
  return () => put();
}
