import { randomUUID } from 'node:crypto';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  type MetricDatum,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import { clientConfiguration } from '../support/aws.ts';

/** That the local cloud judges alarms as CloudWatch does is what makes it worth anything that they fire there. */
const Namespace = `Judge-${randomUUID()}`;
const cloudWatch = new CloudWatchClient(clientConfiguration());
const made: string[] = [];

afterAll(() => cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: made })));

type Wish = Partial<PutMetricAlarmCommandInput>;

async function alarm(wish: Wish): Promise<string> {
  const AlarmName = `${Namespace}-${made.length}`;
  made.push(AlarmName);
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      ...wish,
    }),
  );
  return AlarmName;
}

const put = (...MetricData: MetricDatum[]) => cloudWatch.send(new PutMetricDataCommand({ Namespace, MetricData }));

async function state(name: string): Promise<string | undefined> {
  const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
  return MetricAlarms?.[0]?.StateValue;
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const dimension = (Value: string) => [{ Name: 'kind', Value }];

it('by the metric with exactly its dimensions: no other, none more, none fewer', async () => {
  const MetricName = 'Exact';
  const ofOne = await alarm({ MetricName, Dimensions: dimension('one') });
  const ofOther = await alarm({ MetricName, Dimensions: dimension('other') });
  const ofNone = await alarm({ MetricName });
  const ofMore = await alarm({ MetricName, Dimensions: [...dimension('one'), { Name: 'more', Value: 'x' }] });
  await put({ MetricName, Dimensions: dimension('one'), Value: 5 });
  expect(await Promise.all([ofOne, ofOther, ofNone, ofMore].map(state))).toEqual(['ALARM', 'OK', 'OK', 'OK']);
});

it('by its threshold: the sum of a period’s points, and not one less', async () => {
  const MetricName = 'Sum';
  const fires = await alarm({ MetricName, Dimensions: dimension('5') });
  const stays = await alarm({ MetricName, Dimensions: dimension('4') });
  await put(
    { MetricName, Dimensions: dimension('5'), Values: [1, 2], Counts: [3, 1] },
    { MetricName, Dimensions: dimension('4'), Values: [1, 2], Counts: [2, 1] },
  );
  expect([await state(fires), await state(stays)]).toEqual(['ALARM', 'OK']);
});

it('period by period: as many as it needs must breach, the last ones', async () => {
  const MetricName = 'Periods';
  const all = await alarm({ MetricName, EvaluationPeriods: 3 });
  const two = await alarm({ MetricName, EvaluationPeriods: 3, DatapointsToAlarm: 2 });
  await put({ MetricName, Value: 15, Timestamp: minutesAgo(0.5) });
  expect([await state(all), await state(two)]).toEqual(['OK', 'OK']);
  await put({ MetricName, Value: 15, Timestamp: minutesAgo(2.5) });
  expect([await state(all), await state(two)]).toEqual(['OK', 'ALARM']);
  await put({ MetricName, Value: 15, Timestamp: minutesAgo(1.5) });
  expect([await state(all), await state(two)]).toEqual(['ALARM', 'ALARM']);
});

it('by its own percentile, and by its unit where it names one', async () => {
  const MetricName = 'Percentile';
  const { Statistic, ...percentile } = { Statistic: undefined, ExtendedStatistic: 'p99', Threshold: 100 };
  const name = await alarm({ MetricName, Statistic, ...percentile });
  const seconds = await alarm({ MetricName, Statistic, ...percentile, Unit: 'Seconds' });
  await put({ MetricName, Values: [1, 1000], Counts: [50, 50], Unit: 'Milliseconds' });
  expect([await state(name), await state(seconds)]).toEqual(['ALARM', 'OK']);
});

it.each([
  { TreatMissingData: 'breaching', state: 'ALARM' },
  { TreatMissingData: 'notBreaching', state: 'OK' },
  { TreatMissingData: 'missing', state: 'INSUFFICIENT_DATA' },
  { TreatMissingData: 'ignore', state: 'INSUFFICIENT_DATA' },
])('of missing data that are $TreatMissingData: $state', async ({ TreatMissingData, state: wanted }) => {
  const name = await alarm({ MetricName: `Missing-${TreatMissingData}`, TreatMissingData });
  await put({ MetricName: 'Any', Value: 1 });
  expect(await state(name)).toBe(wanted);
});

it('clears when what breached is over, and stays where it is told to ignore that data are missing', async () => {
  const MetricName = 'Clears';
  const wish = { MetricName, Period: 10 };
  const clears = await alarm(wish);
  const ignores = await alarm({ ...wish, TreatMissingData: 'ignore' });
  await put({ MetricName, Value: 5, Timestamp: new Date(Date.now() - 7_000) });
  expect([await state(clears), await state(ignores)]).toEqual(['ALARM', 'ALARM']);
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  await put({ MetricName: 'Any', Value: 1 });
  expect([await state(clears), await state(ignores)]).toEqual(['OK', 'ALARM']);
});
