/** The steps of a verification, in their order. */
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
  | 'PERSON_OR_TIME_DIFFERS'
  | 'CHALLENGE_DIFFERS'
  | 'KEY_NOT_ENROLLED'
  | 'ENROLLED_TOO_LATE'
  | 'DECISION_SIGNATURE_WRONG'
  | 'DECISION_OF_ANOTHER'
  | 'NOT_AN_APPROVER'
  | 'NOT_TWO_PERSONS'
  | 'OUT_OF_TIME'
  | 'EFFECT_DIFFERS'
  | 'MEMBER_MISSING';

/** A receipt is not what it claims to be; `step` says where that showed. */
export class StepFailedError extends Error {
  override readonly name = 'StepFailedError';
  readonly step: Step;
  readonly failure: Failure;

  constructor(step: Step, failure: Failure, cause?: unknown) {
    super(`${step}: ${failure}`, cause === undefined ? {} : { cause });
    this.step = step;
    this.failure = failure;
  }
}

/** Why a file is no receipt at all. */
export type Malformation = 'TOO_LONG' | 'NOT_TEXT' | 'NOT_JSON' | 'NO_SIGNATURE';

/** The file is no receipt at all. */
export class NotAReceiptError extends Error {
  override readonly name = 'NotAReceiptError';
  readonly malformation: Malformation;

  constructor(malformation: Malformation, cause?: unknown) {
    super(malformation, cause === undefined ? {} : { cause });
    this.malformation = malformation;
  }
}

/** Ends the step as failed unless the condition holds. */
export function assertStep(condition: boolean, step: Step, failure: Failure): asserts condition {
  if (!condition) throw new StepFailedError(step, failure);
}
