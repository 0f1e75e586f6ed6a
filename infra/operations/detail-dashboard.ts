import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { INDEXES } from '../constructs/token-tables.ts';
import type { WatchedService } from './watched-service.ts';

const MINUTE = { period: Duration.minutes(1) };
const SUM = { ...MINUTE, statistic: 'Sum' };
const WORST = { ...MINUTE, statistic: 'p99' };

/** Everything behind the first page, part by part: API, workflow, table, stream, push, security, cost. */
export class DetailDashboard extends Construct {
  constructor(scope: Construct, id: string, service: WatchedService) {
    super(scope, id);
    const sections = [api, changes, workflow, tables, stream, push, security, cost];
    new Dashboard(this, 'Dashboard', {
      periodOverride: PeriodOverride.INHERIT,
      widgets: sections.flatMap((section) => {
        const [title, ...widgets] = section(service);
        return [[new TextWidget({ markdown: `## ${title}`, width: 24, height: 1 })], widgets];
      }),
    });
  }
}

type Section = readonly [title: string, ...widgets: IWidget[]];

function api({ api: { restApi, tooManyRequests }, functions }: WatchedService): Section {
  return [
    'API',
    graph('Solicitudes y errores · Requests and errors', [
      restApi.metricCount(SUM),
      restApi.metricClientError(SUM),
      restApi.metricServerError(SUM),
    ]),
    graph(
      'Latencia (ms) · Latency (ms)',
      percentiles((statistic) => restApi.metricLatency({ ...MINUTE, statistic })),
    ),
    graph('Respuestas 429 · Answers 429', [tooManyRequests.with(SUM)]),
    graph(
      'Errores por función · Errors by function',
      Object.values(functions).map((each) => each.metricErrors({ ...SUM, label: each.node.id })),
    ),
    graph(
      'Invocaciones rechazadas por función · Throttles by function',
      Object.values(functions).map((each) => each.metricThrottles({ ...SUM, label: each.node.id })),
    ),
    graph(
      'Duración p99 (ms) · Duration p99 (ms)',
      Object.values(functions).map((each) => each.metricDuration({ ...WORST, label: each.node.id })),
    ),
  ];
}

function changes({ metrics }: WatchedService): Section {
  const ends = ['ChangesRejected', 'ChangesExpired', 'ChangesCancelled', 'ChangesSuperseded', 'ChangesFailed'] as const;
  return [
    'Cambios de estado · Changes of state',
    graph('En espera y autorizados · Held and authorized', named(metrics, ['ChangesHeld', 'ChangesAuthorized'])),
    graph('Otros finales · Other ends', named(metrics, ends)),
    graph('Tiempo hasta el aviso y el efecto (ms) · Time to push and effect (ms)', [
      metrics.of('TimeToPush', { statistic: 'p95' }).with({ label: 'push p95' }),
      metrics.of('TimeToApply', { statistic: 'p95' }).with({ label: 'apply p95' }),
    ]),
    graph('Tiempo hasta la decisión (ms) · Time to the decision (ms)', [
      metrics.of('TimeToDecision', { statistic: 'p50' }),
    ]),
  ];
}

function workflow({ workflow: { stateMachine }, metrics }: WatchedService): Section {
  return [
    'Flujo y conciliador · Workflow and reconciler',
    graph('Ejecuciones · Executions', [
      stateMachine.metricStarted(SUM),
      stateMachine.metricSucceeded(SUM),
      stateMachine.metricFailed(SUM),
      stateMachine.metricTimedOut(SUM),
    ]),
    graph('Duración p90 (ms) · Duration p90 (ms)', [stateMachine.metricTime({ ...MINUTE, statistic: 'p90' })]),
    graph('Reparaciones por clase · Repairs by kind', metrics.each('ReconcilerRepairs')),
    graph('Fallas del conciliador · Reconciler failures', [metrics.of('ReconcilerFailures')]),
  ];
}

function tables({ tables: all }: WatchedService): Section {
  // Those that the product calls.
  const operations = [Operation.BATCH_GET_ITEM, Operation.QUERY, Operation.UPDATE_ITEM, Operation.TRANSACT_WRITE_ITEMS];
  return [
    'Tablas · Tables',
    graph(
      'Latencia p99 (ms) · Latency p99 (ms)',
      operations.map((operation) =>
        all.Main.metricSuccessfulRequestLatency({
          ...WORST,
          dimensionsMap: { TableName: all.Main.tableName, Operation: operation },
          label: operation,
        }),
      ),
    ),
    graph(
      'Rechazos por exceso · Throttles',
      ['Read', 'Write'].flatMap((each) => [
        ...Object.entries(all).map(([name, table]) => {
          return table.metric(`${each}ThrottleEvents`, { ...SUM, label: `${name} ${each}` });
        }),
        ...INDEXES.map(({ table, index }) => {
          const dimensionsMap = { TableName: all[table].tableName, GlobalSecondaryIndexName: index };
          const label = `${table}/${index} ${each}`;
          return all[table].metric(`${each}ThrottleEvents`, { ...SUM, dimensionsMap, label });
        }),
      ]),
    ),
  ];
}

function stream({ functions, archive, notices, events, metrics }: WatchedService): Section {
  const consumers = [functions['archive-events'], functions['send-notices'], functions['publish-events']];
  return [
    'Registro y su archivo · Record and its archive',
    graph(
      'Atraso (ms) · Iterator age (ms)',
      consumers.map((each) => each.metric('IteratorAge', { ...MINUTE, statistic: 'Maximum', label: each.node.id })),
    ),
    graph('Colas de fallas · Failure queues', [
      archive.failures.metricApproximateNumberOfMessagesVisible({ ...MINUTE, label: 'archivo · archive' }),
      notices.failures.metricApproximateNumberOfMessagesVisible({ ...MINUTE, label: 'avisos · notices' }),
      events.failures.metricApproximateNumberOfMessagesVisible({ ...MINUTE, label: 'bus de eventos · event bus' }),
    ]),
    graph('Archivados, publicados y alterados · Archived, published and altered', [
      metrics.of('EventsArchived'),
      metrics.of('EventsPublished'),
      metrics.of('RecordAltered'),
    ]),
  ];
}

function push({ metrics, push: { undelivered } }: WatchedService): Section {
  return [
    'Avisos · Push and notices',
    graph(
      'Push aceptados y no entregados · Accepted and not delivered',
      Object.entries(undelivered).map(([platform, metric]) => metric.with({ ...SUM, label: platform })),
    ),
    graph('Fallas de push por clase · Push failures by kind', metrics.each('PushFailures')),
    graph('Avisos al titular no entregados · Notices not delivered', metrics.each('NoticeFailures')),
  ];
}

function security({ metrics }: WatchedService): Section {
  return [
    'Seguridad · Security',
    graph('Rechazos por código · Refusals by code', [
      new MathExpression({ expression: metrics.search('Refusals'), usingMetrics: {}, ...MINUTE, label: '' }),
    ]),
    graph('Códigos de un solo uso · One-time codes', metrics.each('OtpVerifications')),
    graph('Semillas · Seeds', [metrics.of('SeedsSealed'), metrics.of('SeedsDestroyed'), metrics.of('SeedsMissing')]),
    graph('Permisos negados a la plataforma · Permissions refused', [metrics.of('PermissionsRefused')]),
    graph('“No fui yo” · Disowned requests', [metrics.of('RequestsDisowned')]),
    graph('Bloqueos llamativos · Remarkable blocks', [metrics.of('ManyBlocks'), metrics.of('LastApproverBlocked')]),
  ];
}

/** The parts of the bill; docs/capacity.md has the cost of each. */
function cost({ tables: all, functions, logGroups }: WatchedService): Section {
  const spent = Object.values(functions).map((each) =>
    each.metricDuration({ ...SUM, period: Duration.hours(1), label: each.node.id }),
  );
  const bytes = logGroups.map((group) => group.metricIncomingBytes({ ...SUM, period: Duration.hours(1) }));
  return [
    'Costo · Cost',
    graph(
      'Capacidad consumida por hora · Capacity consumed per hour',
      Object.entries(all).flatMap(([name, table]) => [
        table.metricConsumedReadCapacityUnits({ ...SUM, period: Duration.hours(1), label: `${name} read` }),
        table.metricConsumedWriteCapacityUnits({ ...SUM, period: Duration.hours(1), label: `${name} write` }),
      ]),
    ),
    graph('Tiempo de funciones por hora (ms) · Function time per hour (ms)', spent),
    graph('Bytes de registro por hora · Log bytes per hour', bytes),
    graph('Estimado del mes (USD) · Estimated bill (USD)', [
      new Metric({
        namespace: 'AWS/Billing',
        metricName: 'EstimatedCharges',
        dimensionsMap: { Currency: 'USD' },
        statistic: 'Maximum',
        period: Duration.hours(6),
        region: 'us-east-1',
      }),
    ]),
  ];
}

function named(
  metrics: WatchedService['metrics'],
  names: readonly (
    | 'ChangesHeld'
    | 'ChangesAuthorized'
    | 'ChangesRejected'
    | 'ChangesExpired'
    | 'ChangesCancelled'
    | 'ChangesSuperseded'
    | 'ChangesFailed'
  )[],
): IMetric[] {
  return names.flatMap((name) => metrics.each(name).map((each) => each.with({ label: `${name} ${each.label}` })));
}

function percentiles(metric: (statistic: string) => Metric): IMetric[] {
  return ['p50', 'p90', 'p99'].map((statistic) => metric(statistic).with({ label: statistic }));
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: 6, height: 6 });
}
