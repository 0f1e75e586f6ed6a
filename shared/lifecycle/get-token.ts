import { isAnybodyAsked, type Phones } from '../domain/approvers.ts';
import type { Company } from '../domain/company.ts';
import { ownActivationUntil } from '../domain/own-activation.ts';
import type { Token } from '../domain/token.ts';
import type { User } from '../domain/user.ts';
import { ProblemError } from '../errors.ts';
import { readCompany, readToken, readUser } from '../repositories/items.ts';
import { companyKey, tokenKey, userKey } from '../repositories/keys.ts';
import { getAll } from '../repositories/table.ts';
import { administratorPhones } from './approver-pages.ts';
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
 * A token of the reader's company, and who is left to authorize.
 *
 * @throws ProblemError `NOT_FOUND`.
 */
export async function getToken(reader: User, tokenId: string, now: Date): Promise<TokenForReader> {
  const { companyId, userId } = reader;
  const [companyItem, tokenItem] = await getAll([companyKey(companyId), tokenKey(companyId, tokenId)]);
  const company = readCompany(companyItem);
  const stored = readToken(tokenItem);
  if (!company || !stored) throw new ProblemError('NOT_FOUND');
  const token = await settleToken(stored, now);
  return {
    token,
    ...whoIsLeft(company, token, userId, await readPhones(token)),
    ownActivationUntil: token.holder.userId === userId ? ownActivationUntil(token) : null,
  };
}

async function readPhones({ companyId, status, device, holder }: Token): Promise<Phones> {
  const [administrators, [user]] = await Promise.all([
    administratorPhones(companyId),
    getAll([userKey(holder.userId)]),
  ]);
  const mayAuthorize = status === 'ACTIVE' && device !== null && readUser(user)?.enabled;
  return { administrators, holder: mayAuthorize ? { userId: holder.userId, deviceId: device.deviceId } : null };
}

function whoIsLeft({ authorizationPolicy }: Company, token: Token, requesterId: string, phones: Phones) {
  const asked = (holderExcluded: boolean): boolean =>
    isAnybodyAsked(authorizationPolicy, phones, { holderId: token.holder.userId, requesterId, holderExcluded });
  return { authorizable: asked(token.status !== 'ACTIVE'), leavesNobody: !asked(true) };
}
