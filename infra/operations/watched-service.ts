import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ArchiveConsumer } from '../constructs/archive-consumer.ts';
import type { EventFeed } from '../constructs/event-feed.ts';
import type { Notices } from '../constructs/notices.ts';
import type { PushApplications } from '../constructs/push-applications.ts';
import type { ServiceApi } from '../constructs/service-api.ts';
import type { ServiceFunction } from '../constructs/service-function.ts';
import type { ServiceMetrics } from '../constructs/service-metrics.ts';
import type { TokenChangeWorkflow } from '../constructs/token-change-workflow.ts';
import type { FunctionName } from '../functions.ts';

/** Everything of the service that operations watch, whichever stack it is in. */
export interface WatchedService {
  readonly api: ServiceApi;
  readonly workflow: TokenChangeWorkflow;
  readonly functions: Readonly<Record<FunctionName, ServiceFunction>>;
  readonly metrics: ServiceMetrics;
  readonly archive: ArchiveConsumer;
  readonly notices: Notices;
  readonly events: EventFeed;
  readonly push: PushApplications;
  readonly tables: { readonly Main: Table; readonly Record: Table };
  /** The logs of everything that a change passes through. */
  readonly logGroups: ILogGroup[];
}
