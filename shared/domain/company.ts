import * as z from 'zod/mini';
import { recordHeadSchema } from './event.ts';

/** Who authorizes a company's held changes. */
export const approvalPolicySchema = z.enum(['REQUESTER', 'OTHER_ADMINISTRATOR', 'HOLDER']);
export type ApprovalPolicy = z.infer<typeof approvalPolicySchema>;

export const companySchema = z.object({
  companyId: z.string(),
  name: z.string(),
  authorizationPolicy: approvalPolicySchema,
  /** The last event of its own record; absent until the first, where it was loaded before companies had one. */
  recordHead: z.optional(recordHeadSchema),
});
export type Company = z.infer<typeof companySchema>;
