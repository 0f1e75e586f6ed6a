/** The steps of a receipt's verification, in their order. */
export const STEPS = [
  'FORM',
  'SIGNATURE',
  'CONTENTS',
  'RECORD',
  'CHANGE',
  'CHALLENGE',
  'DEVICE',
  'DECISION',
  'RESCUE',
  'EFFECT',
] as const;
export type Step = (typeof STEPS)[number];

/** Why a step failed. */
export type Failure =
  | 'NOT_CANONICAL'
  | 'KEY_NOT_PINNED'
  | 'SIGNATURE_WRONG'
  | 'NOT_THIS_FORMAT'
  | 'KEY_ID_DIFFERS'
  | 'EVENT_HASH_WRONG'
  | 'EVENTS_NOT_LINKED'
  | 'HEAD_WRONG'
  | 'EVENTS_OF_ANOTHER_CHANGE'
  | 'FOREIGN_RECORD'
  | 'PERSON_OR_TIME_DIFFERS'
  | 'TIMES_OUT_OF_ORDER'
  | 'CHALLENGE_DIFFERS'
  | 'KEY_NOT_ENROLLED'
  | 'ENROLLED_TOO_LATE'
  | 'FOREIGN_PHONE'
  | 'DECISION_SIGNATURE_WRONG'
  | 'DECISION_OF_ANOTHER'
  | 'NOT_AN_APPROVER'
  | 'NOT_TWO_PERSONS'
  | 'OUT_OF_TIME'
  | 'EFFECT_DIFFERS'
  | 'STATES_NOT_LINKED'
  | 'MEMBER_MISSING';

/** A receipt is not what it claims to be; `step` says where that showed. */
export class StepFailedError extends Error {
  override readonly name = 'StepFailedError';
  readonly step: Step;
  readonly failure: Failure;

  constructor(step: Step, failure: Failure, cause?: unknown) {
    super(`${step}: ${failure}`, { cause });
    this.step = step;
    this.failure = failure;
  }
}

/** Ends the step as failed unless the condition holds. */
export function assertStep(condition: boolean, step: Step, failure: Failure): asserts condition {
  if (!condition) throw new StepFailedError(step, failure);
}
