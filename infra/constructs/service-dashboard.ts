import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  PeriodOverride,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ServiceStack } from '../stacks/service-stack.ts';

export interface ServiceDashboardProps {
  readonly service: ServiceStack;
  readonly alarms: readonly Alarm[];
}

const HALF = 12;

/** One page over the whole service: alarms, what is waiting, the API, the workflow, the functions and the tables. */
export class ServiceDashboard extends Construct {
  constructor(scope: Construct, id: string, props: ServiceDashboardProps) {
    super(scope, id);
    const { api, workflow, functions, tables, metrics } = props.service;
    const { restApi } = api;
    const { stateMachine } = workflow;
    const minute = { period: Duration.minutes(1) };
    const sum = { ...minute, statistic: 'Sum' };
    const everyFunction = Object.values(functions);

    const operations = [Operation.GET_ITEM, Operation.QUERY, Operation.TRANSACT_WRITE_ITEMS];
    new Dashboard(this, 'Dashboard', {
      periodOverride: PeriodOverride.AUTO,
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms], width: 24, height: 4 })],
        [
          graph('Open holds', [metrics.holdsOpen]),
          graph('Age of the oldest open hold (seconds)', [metrics.oldestOpenHoldAge]),
        ],
        [
          graph('API: requests and errors', [
            restApi.metricCount(sum),
            restApi.metricClientError(sum),
            restApi.metricServerError(sum),
          ]),
          graph(
            'API: latency (ms)',
            ['p50', 'p90', 'p99'].map((statistic) => restApi.metricLatency({ ...minute, statistic, label: statistic })),
          ),
        ],
        [
          graph('Workflow: executions', [
            stateMachine.metricStarted(sum),
            stateMachine.metricSucceeded(sum),
            stateMachine.metricFailed(sum),
            stateMachine.metricTimedOut(sum),
          ]),
          graph('Workflow: time of an execution (ms)', [stateMachine.metricTime({ ...minute, statistic: 'p90' })]),
        ],
        [
          graph(
            'Functions: errors',
            everyFunction.map((each) => each.metricErrors({ ...sum, label: each.node.id })),
          ),
          graph(
            'Functions: p99 duration (ms)',
            everyFunction.map((each) => each.metricDuration({ ...minute, statistic: 'p99', label: each.node.id })),
          ),
        ],
        [
          graph(
            'Main table: latency by operation (ms)',
            operations.map((operation) =>
              tables.Main.metricSuccessfulRequestLatency({
                ...minute,
                statistic: 'p99',
                dimensionsMap: { TableName: tables.Main.tableName, Operation: operation },
                label: operation,
              }),
            ),
          ),
          graph(
            'Tables: capacity consumed',
            Object.entries(tables).flatMap(([name, table]) => [
              table.metricConsumedReadCapacityUnits({ ...sum, label: `${name} read` }),
              table.metricConsumedWriteCapacityUnits({ ...sum, label: `${name} write` }),
            ]),
          ),
        ],
      ],
    });
  }
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: HALF, height: 6 });
}
