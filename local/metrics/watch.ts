import { setTimeout as sleep } from 'node:timers/promises';
import { APIGatewayClient, paginateGetRestApis } from '@aws-sdk/client-api-gateway';
import { CloudWatchClient, PutMetricDataCommand, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { paginateListQueues, SQSClient } from '@aws-sdk/client-sqs';
import { HttpRequest } from '@smithy/core/protocols';
import { clientSettings } from '../aws-environment.ts';
import type { Datum, Source } from './datum.ts';
import { embeddedMetrics } from './embedded-metrics.ts';
import { executions, queueDepth, streamAges } from './engine-metrics.ts';
import { apiAnswers, tableThrottles } from './relay-metrics.ts';

const EVERY_MS = 2_000;

/** The most metrics that one call takes. */
const MOST_PER_CALL = 1_000;

/** An alarm that is in another state than when it was last looked at. */
export interface AlarmChange {
  readonly name: string;
  readonly state: string;
  /** The section of the runbook, from the alarm's description. */
  readonly description: string;
}

export interface WatchProps {
  /** Of the engine itself: what AWS measures is neither counted nor faulted by the relay. */
  readonly engineEndpoint: string;
  readonly relayEndpoint: string;
  readonly onData?: (data: readonly Datum[]) => void;
  readonly onAlarm: (change: AlarmChange) => void;
  readonly onMalformed: (logGroup: string, problem: string) => void;
}

/** Measures a local cloud until the signal, publishes metrics to its CloudWatch, and reports alarms that change. */
export async function watch(props: WatchProps, signal: AbortSignal): Promise<void> {
  const cloudWatch = new CloudWatchClient(clientSettings(props.engineEndpoint));
  const sources = await openSources(props);
  /** By name. The first look reports the alarms that are not well. */
  const states = new Map<string, string>();
  while (!signal.aborted) {
    const now = new Date();
    const data: Datum[] = [];
    // One after another: the engine answers one call at a time, and has the functions' to answer too.
    for (const measure of sources) data.push(...(await measure(now)));
    await publish(cloudWatch, data);
    props.onData?.(data);
    const alarms = await Array.fromAsync(paginateDescribeAlarms({ client: cloudWatch }, {}));
    for (const alarm of alarms.flatMap(({ MetricAlarms = [] }) => MetricAlarms)) {
      const { AlarmName: name = '', StateValue: state = '', AlarmDescription: description = '' } = alarm;
      if ((states.get(name) ?? 'OK') !== state) props.onAlarm({ name, state, description });
      states.set(name, state);
    }
    await sleep(Math.max(0, now.getTime() + EVERY_MS - Date.now()), undefined, { signal }).catch(() => undefined);
  }
}

/** Puts data into CloudWatch, which judges the alarms as it takes them. */
async function publish(cloudWatch: CloudWatchClient, data: readonly Datum[]): Promise<void> {
  for (const [Namespace, ofNamespace] of Map.groupBy(data, ({ namespace }) => namespace)) {
    const metrics = ofNamespace.map(({ name, dimensions, unit, at, values, resolution }) => ({
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Unit: unit,
      Timestamp: at,
      Values: [...values],
      StorageResolution: resolution,
    }));
    for (let from = 0; from < metrics.length; from += MOST_PER_CALL) {
      const MetricData = metrics.slice(from, from + MOST_PER_CALL);
      await cloudWatch.send(new PutMetricDataCommand({ Namespace, MetricData }));
    }
  }
}

/** Finds what there is to measure in the cloud. */
async function openSources({ engineEndpoint, relayEndpoint, onMalformed }: WatchProps): Promise<Source[]> {
  const from = new Date();
  const settings = clientSettings(engineEndpoint);
  const [lambda, states, logs] = [
    new LambdaClient(settings),
    new SFNClient(settings),
    new CloudWatchLogsClient(settings),
  ];
  const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  // The queues' policy refuses plain transport, which is what the relay says in place of TLS.
  sqs.middlewareStack.add(
    (next) => (args) => {
      if (HttpRequest.isInstance(args.request)) args.request.headers['x-forwarded-proto'] = 'https';
      return next(args);
    },
    { step: 'build' },
  );

  const functions = await Array.fromAsync(paginateListFunctions({ client: lambda }, {}));
  const logGroups = functions
    .flatMap(({ Functions = [] }) => Functions)
    .map(({ FunctionName, LoggingConfig }) => LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`);
  const queues = await Array.fromAsync(paginateListQueues({ client: sqs }, {}));
  const machines = await Array.fromAsync(paginateListStateMachines({ client: states }, {}));
  const apis = await Array.fromAsync(paginateGetRestApis({ client: new APIGatewayClient(settings) }, {}));
  const names = apis.flatMap(({ items = [] }) => items).map(({ id, name }) => [String(id), String(name)] as const);
  return [
    ...[...new Set(logGroups)].map((logGroup) => embeddedMetrics(logs, logGroup, from, onMalformed)),
    ...queues.flatMap(({ QueueUrls = [] }) => QueueUrls).map((url) => queueDepth(sqs, url)),
    ...machines
      .flatMap(({ stateMachines = [] }) => stateMachines)
      .map(({ stateMachineArn }) => executions(states, String(stateMachineArn), from)),
    apiAnswers(relayEndpoint, new Map(names)),
    tableThrottles(relayEndpoint),
    streamAges(lambda),
  ];
}
