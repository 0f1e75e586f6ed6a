import * as z from 'zod/mini';

/** Who authorizes a company's held changes. */
export const approvalPolicySchema = z.enum(['REQUESTER', 'OTHER_ADMINISTRATOR', 'HOLDER']);
export type ApprovalPolicy = z.infer<typeof approvalPolicySchema>;

export const companySchema = z.object({
  companyId: z.string(),
  name: z.string(),
  authorizationPolicy: approvalPolicySchema,
});
export type Company = z.infer<typeof companySchema>;
