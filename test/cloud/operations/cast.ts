import { type Company, loadCompanies, nth } from '../support/company.ts';
import { type Administrator, openAdministrator } from '../support/phone.ts';
import { type Change, tokenSchema } from '../support/shapes.ts';
import { listAll, UNBLOCK } from '../support/web.ts';

/** Longer than the objectives allow, and than the workflow has before what the reconciler does is a repair. */
export const PAST_OBJECTIVES_MS = 5_500;

/** Who and what takes part in a run of the whole process. */
export interface Cast {
  /** Its changes are authorized by whoever asks for them. */
  readonly company: Company;
  /** Its administrators; each has a phone of its own, which may be pushed three times. */
  readonly administrators: readonly Administrator[];
  /** A company whose changes another administrator authorizes, with two of them. */
  readonly fourEyes: Company;
  readonly pair: readonly [Administrator, Administrator];
  /** A token of the company whose holder has no phone, another each time: it can be blocked and unblocked. */
  readonly idleToken: () => Promise<string>;
}

/** Loads the companies and enrols their administrators' phones. */
export async function openCast(administrators: number, idle: number, holders: number): Promise<Cast> {
  const [company, fourEyes] = await loadCompanies('process', [
    { administrators, secondaries: holders + idle },
    { policy: 'OTHER_ADMINISTRATOR', administrators: 2, secondaries: 1 },
  ]);
  if (!company || !fourEyes) throw new Error('Two companies are needed');
  const own = await Promise.all(company.administrators.map(openAdministrator));
  const [one, other] = await Promise.all(fourEyes.administrators.map(openAdministrator));
  if (!one || !other) throw new Error('Two administrators are needed');
  const tokens = idleTokens(
    nth(own, 0),
    company.secondaries.slice(holders).map(({ username }) => username),
  );
  return {
    company,
    administrators: own,
    fourEyes,
    pair: [one, other],
    idleToken: () => tokens.next().then(readTokenId),
  };
}

async function* idleTokens({ web }: Administrator, usernames: readonly string[]): AsyncGenerator<string> {
  const tokens = await listAll(web, '/tokens?kind=VIRTUAL', tokenSchema);
  for (const { tokenId, holder } of tokens) if (usernames.includes(holder.username)) yield tokenId;
}

function readTokenId({ value, done }: IteratorResult<string>): string {
  if (done) throw new Error('More idle tokens are needed');
  return value;
}

/** Blocks a token and asks for its unblocking: a held change that takes no phone of the holder's. */
export async function holdUnblock({ web }: Administrator, tokenId: string): Promise<Change> {
  await web.block(tokenId);
  return web.hold(tokenId, UNBLOCK);
}
