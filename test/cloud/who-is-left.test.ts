import { type Company, loadCompanies, nth } from './support/company.ts';
import { approval, openAdministrator, openPhone } from './support/phone.ts';
import { openWeb, type Web } from './support/web.ts';

let alone: Company;
let pair: Company;
let byHolder: Company;

beforeAll(async () => {
  const loaded = await loadCompanies('left', [
    { administrators: 1 },
    { administrators: 2 },
    { policy: 'HOLDER', administrators: 2, secondaries: 1 },
  ]);
  alone = nth(loaded, 0);
  pair = nth(loaded, 1);
  byHolder = nth(loaded, 2);
});

/** Reads from a token who is left to authorize. */
async function left(web: Web, tokenId: string) {
  const { authorizable, leavesNobody, ownActivationUntil } = await web.token(tokenId);
  return { authorizable, leavesNobody, ownActivationUntil };
}

describe('who is left to authorize', () => {
  it('is nobody without a sole administrator’s phone, released or blocked', async () => {
    const { web, phone } = await openAdministrator(nth(alone.administrators, 0));
    expect(await left(web, phone.tokenId)).toEqual({
      authorizable: true,
      leavesNobody: true,
      ownActivationUntil: null,
    });

    const change = await web.hold(phone.tokenId);
    await phone.answer(change.changeId, approval(change));
    const { authorization } = await web.until(change.changeId, 'APPLIED');
    const until = new Date(Date.parse(authorization?.decidedAt ?? '') + 30 * 60_000).toISOString();
    expect(await left(web, phone.tokenId)).toEqual({
      authorizable: false,
      leavesNobody: true,
      ownActivationUntil: until,
    });

    await web.block(phone.tokenId);
    expect(await left(web, phone.tokenId)).toEqual({
      authorizable: false,
      leavesNobody: true,
      ownActivationUntil: null,
    });
  });

  it('is the other administrator where there are two, and their own window is shown to nobody else', async () => {
    const one = await openAdministrator(nth(pair.administrators, 0));
    const other = await openAdministrator(nth(pair.administrators, 1));
    const somebody = { authorizable: true, leavesNobody: false, ownActivationUntil: null };
    expect(await left(one.web, one.phone.tokenId)).toEqual(somebody);
    expect(await left(one.web, other.phone.tokenId)).toEqual(somebody);

    const change = await one.web.hold(one.phone.tokenId);
    await one.phone.answer(change.changeId, approval(change));
    await one.web.until(change.changeId, 'APPLIED');
    expect(await left(other.web, one.phone.tokenId)).toEqual(somebody);
    expect((await left(one.web, one.phone.tokenId)).ownActivationUntil).not.toBeNull();
    // One is left: for whoever has no phone any more too, until that one goes.
    expect(await left(one.web, other.phone.tokenId)).toEqual({ ...somebody, leavesNobody: true });
    await other.web.block(other.phone.tokenId);
    expect(await left(one.web, other.phone.tokenId)).toEqual({
      authorizable: false,
      leavesNobody: true,
      ownActivationUntil: null,
    });
  });

  it('is the holder where the policy asks them, as long as their token is active', async () => {
    const { web: second, phone } = await openAdministrator(nth(byHolder.administrators, 1));
    const holder = await openPhone(nth(byHolder.secondaries, 0), second);
    expect(await left(second, holder.tokenId)).toMatchObject({ authorizable: true, leavesNobody: false });
    const first = await openWeb(nth(byHolder.administrators, 0));
    await first.block(phone.tokenId);
    expect(await left(first, holder.tokenId)).toMatchObject({ authorizable: true, leavesNobody: true });
    await first.block(holder.tokenId);
    expect(await left(first, holder.tokenId)).toMatchObject({ authorizable: false, leavesNobody: true });
  });
});
