import { randomUUID } from 'node:crypto';
import type * as z from 'zod/mini';
import {
  type RescueConfirmation,
  type RescueProposal,
  rescueConfirmationSchema,
  rescueProposalSchema,
} from '../../shared/domain/rescue.ts';
import { parseTarget, TARGET_OPTIONS, type Target, UsageError, type Values } from '../../tools/command-line.ts';

/** The parsed command line. */
export interface RescueOptions {
  readonly request: RescueProposal | RescueConfirmation;
  readonly target: Target;
  /** A demo member of the staff; only on a local cloud. */
  readonly as: string | undefined;
}

export const RESCUE_OPTIONS = {
  user: { type: 'string' },
  action: { type: 'string' },
  reason: { type: 'string' },
  note: { type: 'string' },
  change: { type: 'string' },
  as: { type: 'string' },
  ...TARGET_OPTIONS,
} as const;

/** Builds the request to the function from the command line. */
export function readRescueOptions(
  values: Values<typeof RESCUE_OPTIONS>,
  [operation, ...rest]: readonly string[],
): RescueOptions {
  const { user: username, action, reason, note, change: changeId, as, stage } = values;
  if (rest.length > 0) throw new UsageError(`${rest.join(' ')} is not understood`);
  if (stage && as !== undefined)
    throw new UsageError('--as is for a local cloud: on AWS you are who your credentials say');
  const target = parseTarget(values);
  const common = { username: username?.normalize('NFC'), action };
  switch (operation) {
    case 'propose': {
      if (changeId !== undefined) throw new UsageError('--change goes with confirm');
      const proposal = { operation: 'PROPOSE', ...common, reason, note: note ?? null, key: randomUUID() };
      return { request: parsed(rescueProposalSchema, proposal), target, as };
    }
    case 'confirm': {
      if (reason !== undefined || note !== undefined) throw new UsageError('--reason and --note go with propose');
      return { request: parsed(rescueConfirmationSchema, { operation: 'CONFIRM', ...common, changeId }), target, as };
    }
    default:
      throw new UsageError('Say propose or confirm');
  }
}

/** The command-line name of each member of a request. */
const OPTION_OF = new Map([
  ['username', '--user'],
  ['changeId', '--change'],
]);

function parsed<T extends z.ZodMiniType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const member = String(result.error.issues[0]?.path[0] ?? '');
  throw new UsageError(`${OPTION_OF.get(member) ?? `--${member}`} is missing or not valid`);
}
