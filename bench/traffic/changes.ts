import { loadCompany, nth } from '../../test/cloud/support/company.ts';
import { eventually } from '../../test/cloud/support/eventually.ts';
import { type Administrator, approval, openAdministrator } from '../../test/cloud/support/phone.ts';
import { changeSchema, tokenSchema } from '../../test/cloud/support/shapes.ts';
import { BLOCK, listAll, UNBLOCK } from '../../test/cloud/support/web.ts';

/** So many that no phone is pushed more than three times in ten minutes at twenty changes a minute. */
const ADMINISTRATORS = 80;
const SIDE_BY_SIDE = 8;

/** Loads a company and gives what asks for the next change and authorizes it, as far as the service answers. */
export async function openTraffic(): Promise<() => Promise<void>> {
  const people = { administrators: ADMINISTRATORS, secondaries: ADMINISTRATORS };
  const company = await loadCompany('traffic', people);
  const administrators: Administrator[] = [];
  for (let from = 0; from < ADMINISTRATORS; from += SIDE_BY_SIDE) {
    const some = company.administrators.slice(from, from + SIDE_BY_SIDE);
    administrators.push(...(await Promise.all(some.map(openAdministrator))));
  }
  const usernames = new Set(company.secondaries.map(({ username }) => username));
  const listed = await listAll(nth(administrators, 0).web, '/tokens?kind=VIRTUAL', tokenSchema);
  const tokenIds = listed.flatMap(({ tokenId, holder }) => (usernames.has(holder.username) ? [tokenId] : []));
  let turn = 0;
  return async () => {
    const each = turn++ % ADMINISTRATORS;
    await unblock(nth(administrators, each), nth(tokenIds, each));
  };
}

/** Blocks a token and has it unblocked, once the phone was pushed or was not. */
async function unblock({ web, phone }: Administrator, tokenId: string): Promise<void> {
  await web.ask(tokenId, BLOCK);
  const asked = await web.ask(tokenId, UNBLOCK);
  if (asked.status !== 202) return;
  const change = changeSchema.parse(asked.body);
  await eventually(
    () => web.change(change.changeId),
    ({ notification }) => notification.status !== 'PENDING',
  );
  await phone.answer(change.changeId, approval(change));
}
