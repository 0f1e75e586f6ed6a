import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';

type FailedCall = Parameters<typeof isTransientError>[0];

/** Faults of DynamoDB that pass, and that the SDK does not count among those. */
const CONFLICTS = new Set(['TransactionConflictException', 'TransactionInProgressException']);

/** True if the same call of AWS may succeed a moment later: too many calls, others at the same item, no answer. */
export function isPassingFault(error: unknown): boolean {
  if (!isFailedCall(error)) return false;
  return CONFLICTS.has(error.name) || isThrottlingError(error) || isTransientError(error) || isServerError(error);
}

function isFailedCall(error: unknown): error is FailedCall {
  return error instanceof Error && (error.cause === undefined || error.cause instanceof Error);
}
