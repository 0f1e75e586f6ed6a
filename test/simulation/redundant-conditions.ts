import { RECORD } from './conditions.ts';

/** A condition that never refuses a write alone, or whose refusal alone keeps no harm away; and why. */
export interface RedundantCondition {
  readonly condition: RegExp;
  readonly reason: string;
}

const BY_THE_TOKEN =
  'the import writes the token of whoever it disables or whose role it changes, so that its version refuses too';

/** Conditions whose removal breaks no rule, each with what keeps the rule in its place. */
export const REDUNDANT: readonly RedundantCondition[] = [
  {
    condition: RECORD,
    reason:
      'token, changes and events are written together, and each refuses what the others do: see their removal together',
  },
  {
    condition: /^getChange: the conditions of token, changes and events together$/,
    reason:
      'it writes an expiry by settleChange, as getToken does, whose removal is noticed; nobody else writes at that moment under the first 5,000 seeds',
  },
  {
    condition: /^(applyChange|reconcileChanges|confirmRescue|proposeRescue|enrolDevice): ConditionCheck user/,
    reason: `it is of the holder, whose token is written: ${BY_THE_TOKEN}`,
  },
  {
    condition: /^createActivationCode: ConditionCheck user if enabled = :true AND companyId = :company$/,
    reason: `it is of the holder, whose token is written: ${BY_THE_TOKEN}`,
  },
  {
    condition: /^decideChange: ConditionCheck user if enabled = :true AND companyId = :company$/,
    reason: `it is of the holder who decides about their own token: ${BY_THE_TOKEN}; a wrong code, which writes no token, has no effect but its count`,
  },
  {
    condition: /^decideChange: ConditionCheck later id/,
    reason:
      'nobody gets another id in the simulation: test/shared/use-cases/decide-moved.test.ts shows what it keeps away',
  },
  {
    condition: /^decideChange: ConditionCheck device/,
    reason: 'a phone is retired in the transaction that takes it off its token, whose version or check refuses too',
  },
  {
    condition: /^enrolDevice: Put device/,
    reason: 'the id is random, and made once for all tries: whoever wrote it has written the token as well',
  },
  {
    condition: /^(applyChange|reconcileChanges): Update device if attribute_exists\(pk\)$/,
    reason: 'a token names its phone from the transaction on that puts it, and no phone is ever deleted',
  },
  {
    condition: /^dropRetiredEndpoints: Update device if #noted/,
    reason: 'a retired phone gets no other endpoint, so that nothing but the same note can be forgotten twice',
  },
  {
    condition: /^requestChange: Update blocks if/,
    reason:
      'it keeps nothing from being written: an alarm counts by it, as test/shared/use-cases/watch-blocks.test.ts shows',
  },
];
