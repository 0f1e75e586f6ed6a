import * as z from 'zod';
import { currentCode, openSeed } from '../../../phone/protocol/index.ts';
import { type Answer, call } from './http.ts';
import type { Phone } from './phone.ts';
import { stack } from './stack.ts';

/** One of the bank's systems. */
export interface BankSystem {
  readonly accessToken: string;
  /** Asks whether a user's code is good. */
  readonly verify: (userId: string, code: string) => Promise<Answer>;
}

/** Signs one of the bank's systems in. */
export async function openSystem(): Promise<BankSystem> {
  const { clientId, clientSecret } = stack().clients.otp;
  const response = await fetch(stack().login.tokenUrl, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'llavero/otp' }),
  });
  const { access_token } = z.object({ access_token: z.string() }).parse(await response.json());
  const verify = (userId: string, code: string) =>
    call(access_token, 'POST', '/otp/verifications', { body: { userId, code } });
  return { accessToken: access_token, verify };
}

/** The phone's code of a step near the present one. */
export async function computeCode(phone: Phone, steps = 0): Promise<string> {
  const seed = await openSeed(phone.sealedSeed, phone.keys.encryption.privateKey);
  return currentCode(seed, new Date(Date.now() + steps * 30_000)).code;
}
