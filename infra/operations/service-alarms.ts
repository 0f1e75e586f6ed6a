import {
  Alarm,
  type AlarmBase,
  type AlarmProps,
  ComparisonOperator,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { INDEXES } from '../constructs/token-tables.ts';
import type { AlarmPeriods, Silence } from '../settings.ts';
import type { WatchedService } from './watched-service.ts';

/** A page wakes somebody up; a ticket waits for the morning. */
export type Severity = 'page' | 'ticket';

/** An alarm, of whichever kind, and how soon somebody must look. */
export interface RatedAlarm {
  readonly alarm: AlarmBase;
  readonly severity: Severity;
  /** True if the alarm clears after a period although nobody repaired anything: it reports a single event. */
  readonly clearsByItself?: boolean;
  /** True if the alarm rings where there were data and are none any more: without a first run it has nothing to miss. */
  readonly ringsOnSilence?: boolean;
}

export interface ServiceAlarmsProps {
  readonly service: WatchedService;
  readonly holdSeconds: number;
  readonly periods: AlarmPeriods;
}

/** Time that a hold may outlive its end before somebody must look: three runs of the reconciler. */
const HOLD_AGE_MARGIN_SECONDS = 180;

/** Milliseconds that the record's consumers may be late: ten minutes of retries are more than a passing fault. */
const MOST_LATE_MS = 600_000;

/**
 * Refusals in one period that people and their phones do not come to by themselves. Ids cannot be guessed: whoever is
 * told "not found" again and again tries those of another company, or ones that they made up.
 */
const PROOFS_REFUSED = 10;
const NOT_FOUND = 20;

/** Pushes that reached nobody in one period: the first of a phone that is gone disables its endpoint, so that it has one. */
const PUSHES_UNDELIVERED = 5;

/** Answers 429 in one period: more than a few people cause by normal use. */
const REFUSED_FOR_RATE = 50;

/**
 * Codes in one period for which an active token's seed was missing. One may be a release that commits between the two
 * reads of a batch. If the table is lost, every code is among them.
 */
const SEEDS_MISSING = 3;

type Threshold = Pick<AlarmProps, 'threshold' | 'evaluationPeriods' | 'comparisonOperator' | 'treatMissingData'> &
  Pick<RatedAlarm, 'clearsByItself' | 'ringsOnSilence'>;

const atLeast = (threshold: number): Threshold => ({
  threshold,
  evaluationPeriods: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  treatMissingData: TreatMissingData.NOT_BREACHING,
});

const AT_ALL = atLeast(1);

/** In three periods: the next run may well do what one failed at. */
const LASTING: Threshold = { ...AT_ALL, evaluationPeriods: 3 };

const ONCE: Threshold = { ...AT_ALL, clearsByItself: true };

/** Functions whose errors nobody sees but here: none answers a person. */
const WATCHED = [
  'hold-change',
  'apply-change',
  'expire-change',
  'reconcile-changes',
  'archive-events',
  'send-notices',
  'publish-events',
  'sign-day',
] as const;

/** Functions that read the record's stream. */
const CONSUMERS = ['archive-events', 'send-notices', 'publish-events'] as const;

/** The alarms of the service, each on one metric, each with the section of the runbook that says what to do. */
export class ServiceAlarms extends Construct {
  readonly all: RatedAlarm[] = [];
  private readonly periods: AlarmPeriods;

  constructor(scope: Construct, id: string, { service, holdSeconds, periods }: ServiceAlarmsProps) {
    super(scope, id);
    this.periods = periods;
    this.watchRequests(service);
    this.watchWorkflow(service, holdSeconds);
    this.watchRecord(service);
    this.watchSecurity(service);
    this.watchTables(service);
  }

  private watchRequests({ api, metrics, push }: WatchedService): void {
    this.add('ApiFaults', 'api-faults', 'ticket', api.restApi.metricServerError({ statistic: 'Sum' }), AT_ALL);
    this.add(
      'RequestsRefused',
      'requests-refused-for-their-rate',
      'ticket',
      api.tooManyRequests,
      atLeast(REFUSED_FOR_RATE),
    );
    const disabled = metrics.of('PushFailures', { value: 'APPLICATION_DISABLED' });
    this.add('PushApplicationDisabled', 'push-application-disabled', 'page', disabled, AT_ALL);
    for (const [platform, failed] of Object.entries(push.undelivered)) {
      this.add(`${platform}PushesUndelivered`, 'pushes-not-delivered', 'ticket', failed, atLeast(PUSHES_UNDELIVERED));
    }
  }

  private watchWorkflow({ workflow, functions, metrics }: WatchedService, holdSeconds: number): void {
    const { stateMachine } = workflow;
    this.add('ExecutionsFailed', 'executions-failed', 'ticket', stateMachine.metricFailed(), AT_ALL);
    this.add('ExecutionsTimedOut', 'executions-failed', 'ticket', stateMachine.metricTimedOut(), AT_ALL);
    for (const name of WATCHED) {
      const id = `${functions[name].node.id}Errors`;
      this.add(id, 'function-errors', 'ticket', functions[name].metricErrors(), AT_ALL);
    }
    const runs = functions['reconcile-changes'].metricInvocations();
    const { eachMinute } = this.periods.silence;
    this.add('ReconcilerSilent', 'reconciler-silent', 'page', runs, silentFor(eachMinute), eachMinute.seconds);
    const repairs = metrics.of('ReconcilerRepairs');
    this.add('ReconcilerRepairing', 'reconciler-repairing', 'ticket', repairs, AT_ALL);
    const failures = metrics.of('ReconcilerFailures');
    this.add('ReconcilerFailing', 'reconciler-failing', 'ticket', failures, LASTING);
    const oldest = metrics.of('OldestOpenHoldAge', { statistic: 'Maximum' });
    this.add('OldestOpenHold', 'oldest-open-hold', 'page', oldest, {
      threshold: holdSeconds + HOLD_AGE_MARGIN_SECONDS,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  private watchRecord({ metrics, archive, notices, events, functions }: WatchedService): void {
    this.add('RecordAltered', 'record-altered', 'page', metrics.of('RecordAltered'), ONCE);
    const unarchived = archive.failures.metricApproximateNumberOfMessagesVisible();
    this.add('EventsNotArchived', 'events-not-archived', 'ticket', unarchived, AT_ALL);
    const untold = notices.failures.metricApproximateNumberOfMessagesVisible();
    this.add('HoldersNotTold', 'holders-not-told', 'ticket', untold, AT_ALL);
    const unpublished = events.failures.metricApproximateNumberOfMessagesVisible();
    this.add('EventsNotPublished', 'events-not-published', 'ticket', unpublished, AT_ALL);
    const undelivered = events.undelivered?.metricApproximateNumberOfMessagesVisible();
    if (undelivered) this.add('EventsNotDelivered', 'events-not-delivered', 'ticket', undelivered, AT_ALL);
    for (const name of CONSUMERS) {
      const age = functions[name].metric('IteratorAge', { statistic: 'Maximum' });
      this.add(`${functions[name].node.id}Late`, 'record-stream-late', 'ticket', age, atLeast(MOST_LATE_MS));
    }
    const signings = functions['sign-day'].metricInvocations();
    const { eachDay } = this.periods.silence;
    this.add('DaysNotSigned', 'days-not-signed', 'ticket', signings, silentFor(eachDay), eachDay.seconds);
  }

  private watchSecurity({ metrics }: WatchedService): void {
    const proofs = metrics.of('Refusals', { value: 'PROOF_REFUSED' });
    this.add('ProofsRefused', 'proofs-refused', 'page', proofs, atLeast(PROOFS_REFUSED));
    this.add('PermissionsRefused', 'permissions-refused', 'page', metrics.of('PermissionsRefused'), AT_ALL);
    const seeds = metrics.of('SeedsMissing');
    this.add('SeedsMissing', 'seeds-missing', 'page', seeds, atLeast(SEEDS_MISSING));
    const foreign = metrics.of('Refusals', { value: 'NOT_FOUND' });
    this.add('OthersAsked', 'other-companies-asked-for', 'page', foreign, atLeast(NOT_FOUND));
    this.add('ManyBlocks', 'many-blocks-by-one-person', 'page', metrics.of('ManyBlocks'), ONCE);
    const last = metrics.of('LastApproverBlocked');
    this.add('LastApproverBlocked', 'last-approver-blocked', 'page', last, ONCE);
  }

  private watchTables({ tables }: WatchedService): void {
    for (const [name, table] of Object.entries(tables)) {
      for (const direction of ['Read', 'Write']) {
        const metric = table.metric(`${direction}ThrottleEvents`, { statistic: 'Sum' });
        this.add(`${name}${direction}Throttled`, 'table-throttled', 'ticket', metric, atLeast(10));
      }
    }
    // An index that is throttled has its table's writes refused, and counts them as its own. What reads an index says so
    // itself: a list is answered 5xx, the reconciler throws.
    for (const { table, index } of INDEXES) {
      const dimensionsMap = { TableName: tables[table].tableName, GlobalSecondaryIndexName: index };
      const metric = tables[table].metric('WriteThrottleEvents', { statistic: 'Sum', dimensionsMap });
      this.add(`${table}${capitalized(index)}WriteThrottled`, 'table-throttled', 'ticket', metric, atLeast(10));
    }
  }

  private add(
    id: string,
    runbookSection: string,
    severity: Severity,
    metric: Metric,
    { clearsByItself = false, ringsOnSilence = false, ...threshold }: Threshold,
    period = this.periods.usual,
  ): void {
    const alarm = new Alarm(this, id, {
      metric: metric.with({ period: Duration.seconds(period) }),
      alarmDescription: `See docs/runbook.md#${runbookSection}`,
      ...threshold,
    });
    this.all.push({ alarm, severity, clearsByItself, ringsOnSilence });
  }
}

const capitalized = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;

/**
 * So many periods without a single run: then the alarm lacks data, as it did before the first run. CloudWatch tells of
 * changes alone, so that a new stage has nothing told of it.
 */
function silentFor({ periods }: Silence): Threshold {
  return {
    threshold: 1,
    evaluationPeriods: periods,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.MISSING,
    ringsOnSilence: true,
  };
}
