import { apiHandler } from '../../shared/http/api-handler.ts';
import { otpVerificationSchema } from '../../shared/http/schemas.ts';
import { verifyOtp } from '../../shared/lifecycle/verify-otp.ts';

/** POST /otp/verifications, for the bank's transaction systems. */
export const handler = apiHandler({ caller: 'SYSTEM', body: otpVerificationSchema }, async ({ body }) => ({
  status: 200,
  body: { valid: await verifyOtp(body.userId, body.code) },
}));
