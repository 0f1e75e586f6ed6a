/** Which actions a change can have; a metric of changes tells them apart. */
const ACTIONS = ['RELEASE', 'UNBLOCK', 'BLOCK'] as const;

/** A block is never held. */
const HELD_ACTIONS = ['RELEASE', 'UNBLOCK'] as const;

const KEPT_OR_NOT = ['MET', 'MISSED'] as const;

/**
 * Every metric of the service: data without code, so that dashboards and alarms can name no other. Each has the
 * dimension `service`; one with a `dimension` of its own has that too, with no value but those listed: never a person's,
 * a company's or an id. `total` has it once more without its own dimension, for an alarm on all its values.
 */
export const METRICS = {
  ChangesRequested: { dimension: 'action', values: ACTIONS, unit: 'Count' },
  ChangesHeld: { dimension: 'action', values: HELD_ACTIONS, unit: 'Count' },
  ChangesAuthorized: { dimension: 'action', values: HELD_ACTIONS, unit: 'Count' },
  ChangesRejected: { dimension: 'action', values: HELD_ACTIONS, unit: 'Count' },
  ChangesExpired: { dimension: 'action', values: HELD_ACTIONS, unit: 'Count' },
  ChangesCancelled: { dimension: 'action', values: HELD_ACTIONS, unit: 'Count' },
  ChangesSuperseded: { dimension: 'action', values: HELD_ACTIONS, unit: 'Count' },
  ChangesApplied: { dimension: 'action', values: ACTIONS, unit: 'Count' },
  /** Attempts at applying that threw: each is made again. */
  ChangesFailed: { dimension: 'action', values: HELD_ACTIONS, unit: 'Count' },
  RequestsDisowned: { unit: 'Count' },
  /** Blocks of one person beyond those that nobody remarks on, and those that left a company without an approver. */
  ManyBlocks: { unit: 'Count' },
  LastApproverBlocked: { unit: 'Count' },

  /** From the request to the push being accepted, to the phone's decision, and from that to the effect. */
  TimeToPush: { unit: 'Milliseconds' },
  TimeToDecision: { unit: 'Milliseconds' },
  TimeToApply: { unit: 'Milliseconds' },
  /** Holds pushed, and authorized changes applied, within the objective's time or later. */
  PushObjective: { dimension: 'result', values: KEPT_OR_NOT, unit: 'Count' },
  ApplyObjective: { dimension: 'result', values: KEPT_OR_NOT, unit: 'Count' },
  /**
   * Written each minute by the reconciler: changes that are open or of which the execution is not known to have ended,
   * and how old the oldest open one is.
   */
  HoldsOpen: { unit: 'Count' },
  OldestOpenHoldAge: { unit: 'Seconds' },
  ReconcilerRepairs: {
    dimension: 'kind',
    values: ['APPLIED', 'EXPIRED', 'STARTED', 'PROMPTED', 'ENDED'],
    unit: 'Count',
    total: true,
  },
  /** Changes that it could not see to, each in each of its runs. */
  ReconcilerFailures: { unit: 'Count' },

  PushFailures: {
    dimension: 'kind',
    values: ['ENDPOINT_DISABLED', 'ENDPOINT_GONE', 'APPLICATION_DISABLED', 'PASSING', 'NO_ENDPOINT'],
    unit: 'Count',
  },
  NoticeFailures: { dimension: 'channel', values: ['PUSH', 'EMAIL'], unit: 'Count' },

  /** By problem code: each of them, for a dashboard searches for what there is. */
  Refusals: { dimension: 'code', unit: 'Count' },
  OtpVerifications: { dimension: 'result', values: ['VALID', 'INVALID', 'RESTING'], unit: 'Count' },
  /** Calls that AWS refused for want of a permission, wherever they were made. */
  PermissionsRefused: { unit: 'Count' },
  SeedsSealed: { unit: 'Count' },
  SeedsDestroyed: { unit: 'Count' },
  /** Codes asked about of an active token whose phone's seed is not there. */
  SeedsMissing: { unit: 'Count' },
  EventsArchived: { unit: 'Count' },
  EventsPublished: { unit: 'Count' },
  RecordAltered: { unit: 'Count' },
} as const satisfies Record<string, MetricSpec>;

export interface MetricSpec {
  readonly dimension?: string;
  readonly values?: readonly string[];
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds';
  readonly total?: boolean;
}

export type MetricName = keyof typeof METRICS;

/** Values of a metric's own dimension, where they are listed. */
export type MetricValues<Name extends MetricName> = (typeof METRICS)[Name] extends {
  values: readonly (infer Value extends string)[];
}
  ? Value
  : never;
