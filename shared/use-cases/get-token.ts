import { isAnybodyAsked, type Phones } from '../domain/approvers.ts';
import type { Company } from '../domain/company.ts';
import { ownActivationUntil } from '../domain/own-activation.ts';
import type { Token } from '../domain/token.ts';
import type { User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { administratorPhones } from '../repositories/approver-phones.ts';
import { companies, tokens, users } from '../repositories/items.ts';
import type { Uses } from '../world.ts';
import { settleToken } from './settle-change.ts';

/** A token with what its reader can do about it. */
export interface TokenForReader {
  readonly token: Token;
  /** Somebody could authorize a change of it that the reader asks for now. */
  readonly authorizable: boolean;
  /** Nobody could any more, once the token's phone is gone. */
  readonly leavesNobody: boolean;
  /** Only of the reader's own token: until when they may create its activation code. */
  readonly ownActivationUntil: string | null;
}

/**
 * Reads a token of the reader's company, and who is left to authorize.
 *
 * @throws ProblemError `NOT_FOUND`.
 */
export async function getToken(
  world: Uses<'tables' | 'clock'>,
  reader: User,
  tokenId: string,
  now: Date,
): Promise<TokenForReader> {
  const { companyId, userId } = reader;
  const { company, stored } = await world.tables.read({
    company: companies.at(companyId),
    stored: tokens.at(companyId, tokenId),
  });
  if (!company || !stored) throw new ProblemError('NOT_FOUND');
  const token = await settleToken(world, stored, now);
  return {
    token,
    ...whoIsLeft(company, token, userId, await readPhones(world, token)),
    ownActivationUntil: token.holder.userId === userId ? ownActivationUntil(token) : null,
  };
}

async function readPhones({ tables }: Uses<'tables'>, { companyId, status, device, holder }: Token): Promise<Phones> {
  const [administrators, { user }] = await Promise.all([
    administratorPhones(tables, companyId),
    tables.read({ user: users.at(holder.userId) }),
  ]);
  const mayAuthorize = status === 'ACTIVE' && device !== null && user?.enabled;
  return { administrators, holder: mayAuthorize ? { userId: holder.userId, deviceId: device.deviceId } : null };
}

function whoIsLeft({ authorizationPolicy }: Company, token: Token, requesterId: string, phones: Phones) {
  const asked = (holderExcluded: boolean): boolean =>
    isAnybodyAsked(authorizationPolicy, phones, { holderId: token.holder.userId, requesterId, holderExcluded });
  return { authorizable: asked(token.status !== 'ACTIVE'), leavesNobody: !asked(true) };
}
