import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { HttpRequest } from '@smithy/core/protocols';
import { clientSettings } from '../aws-environment.ts';
import { type AlarmChange, AlarmChanges } from './alarm-changes.ts';
import { ApiAnswers, apiAnswerSchema } from './api-answers.ts';
import type { Datum, Source } from './datum.ts';
import { EmbeddedMetrics } from './embedded-metrics.ts';
import { Executions } from './executions.ts';
import { publish } from './publish.ts';
import { QueueDepths } from './queue-depths.ts';
import { RelayList } from './relay-list.ts';
import { StreamAge } from './stream-age.ts';
import { TableThrottles, throttledCallSchema } from './table-throttles.ts';
import { apiNames, functionLogGroups, queueUrls, stateMachineArns } from './watched-resources.ts';

const EVERY_MS = 2_000;

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
  const settings = clientSettings(props.engineEndpoint);
  const cloudWatch = new CloudWatchClient(settings);
  const alarms = new AlarmChanges(cloudWatch);
  const sources = await openSources(props, settings);
  while (!signal.aborted) {
    const now = new Date();
    const data = (await Promise.all(sources.map((source) => source.measure(now)))).flat();
    await publish(cloudWatch, data);
    props.onData?.(data);
    for (const change of await alarms.look()) props.onAlarm(change);
    await sleep(Math.max(0, now.getTime() + EVERY_MS - Date.now()), undefined, { signal }).catch(() => undefined);
  }
}

async function openSources(
  { relayEndpoint, onMalformed }: WatchProps,
  settings: ReturnType<typeof clientSettings>,
): Promise<Source[]> {
  const from = new Date();
  const lambda = new LambdaClient(settings);
  const states = new SFNClient(settings);
  const sqs = new SQSClient({ ...settings, useQueueUrlAsEndpoint: false });
  // The queues' policy refuses plain transport, which is what the relay says in place of TLS.
  sqs.middlewareStack.add(
    (next) => (args) => {
      if (HttpRequest.isInstance(args.request)) args.request.headers['x-forwarded-proto'] = 'https';
      return next(args);
    },
    { step: 'build' },
  );
  const logs = new CloudWatchLogsClient(settings);
  const answers = new RelayList(`${relayEndpoint}/_relay/answers`, apiAnswerSchema);
  const throttles = new RelayList(`${relayEndpoint}/_relay/throttles`, throttledCallSchema);
  return [
    new EmbeddedMetrics({ logs, logGroups: await functionLogGroups(lambda), from, onMalformed }),
    new QueueDepths(sqs, await queueUrls(sqs)),
    ...(await stateMachineArns(states)).map((arn) => new Executions(states, arn, from)),
    new ApiAnswers(answers, await apiNames(new CloudFormationClient(settings))),
    new TableThrottles(throttles),
    new StreamAge(lambda),
  ];
}
