import * as z from 'zod/mini';
import { actionSchema, type Change, changeStatusAt, changeStatusSchema } from '../domain/change.ts';
import { personSchema } from '../domain/user.ts';

/** A rescue as the bank's staff are shown it. */
export const rescueViewSchema = z.strictObject({
  changeId: z.string(),
  companyId: z.string(),
  tokenId: z.string(),
  holder: personSchema,
  action: actionSchema,
  reason: z.string(),
  note: z.nullable(z.string()),
  status: changeStatusSchema,
  proposedBy: z.string(),
  confirmedBy: z.nullable(z.string()),
  expiresAt: z.string(),
});
export type RescueView = z.infer<typeof rescueViewSchema>;

/** A rescue as it now is. */
export function rescueView(change: Change, now: Date): RescueView {
  const { changeId, companyId, tokenId, holder, action, reason, note, authorization } = change;
  if (!authorization?.rescue) throw new Error('Not a rescue');
  const { proposedBy, confirmedBy } = authorization.rescue;
  return {
    changeId,
    companyId,
    tokenId,
    holder,
    action,
    reason,
    note,
    status: changeStatusAt(change, now),
    proposedBy: proposedBy.fullName,
    confirmedBy: confirmedBy?.fullName ?? null,
    expiresAt: authorization.expiresAt,
  };
}
