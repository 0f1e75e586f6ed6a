import { apiHandler } from '../../shared/http/api-handler.ts';
import { tokenPathSchema } from '../../shared/http/schemas.ts';
import { createActivationCode } from '../../shared/lifecycle/create-activation-code.ts';

/** POST /tokens/{tokenId}/activation-codes */
export const handler = apiHandler(
  { caller: 'ADMINISTRATOR', path: tokenPathSchema },
  async ({ caller, path, requestId }) => ({
    status: 201,
    body: await createActivationCode({ caller, tokenId: path.tokenId, requestId }),
  }),
);
