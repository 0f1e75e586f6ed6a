import { type Company, loadCompany, nth } from './support/company.ts';
import { expectProblem } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openPhone, openPhones } from './support/phone.ts';
import { changeSchema, eventSchema, tokenSchema } from './support/shapes.ts';
import { listAll, RELEASE, type Web } from './support/web.ts';

let company: Company;
let administrator: Administrator;
let web: Web;

beforeAll(async () => {
  company = await loadCompany('lists', { administrators: 1, secondaries: 5 });
  administrator = await openAdministrator(nth(company.administrators, 0));
  web = administrator.web;
  await openPhones(company.secondaries.slice(0, 3), web);
});

const usernames = async (query: string, limit = 100): Promise<string[]> =>
  (await listAll(web, `/tokens${query}`, tokenSchema, limit)).map(({ holder }) => holder.username);

const all = () => [...company.administrators, ...company.secondaries].map(({ username }) => username).sort();

describe('the list of tokens', () => {
  it('holds a virtual and a physical token of everybody, each kind by itself when asked', async () => {
    expect((await usernames('')).sort()).toEqual([...all(), ...all()].sort());
    expect((await usernames('?kind=VIRTUAL')).sort()).toEqual(all());
    expect((await usernames('?kind=PHYSICAL')).sort()).toEqual(all());
  });

  it('gives everything once in pages of two', async () => {
    const tokens = await listAll(web, '/tokens?kind=VIRTUAL', tokenSchema, 2);
    expect(tokens.map(({ holder }) => holder.username).sort()).toEqual(all());
    expect(new Set(tokens.map(({ tokenId }) => tokenId)).size).toBe(tokens.length);
  });

  it('is narrowed to a state', async () => {
    const enrolled = [nth(company.administrators, 0), ...company.secondaries.slice(0, 3)].map(
      ({ username }) => username,
    );
    expect((await usernames('?kind=VIRTUAL&status=ACTIVE', 2)).sort()).toEqual(enrolled.sort());
    expect((await usernames('?kind=VIRTUAL&status=PENDING_ENROLLMENT', 2)).sort()).toEqual(
      company.secondaries
        .slice(3)
        .map(({ username }) => username)
        .sort(),
    );
    expect(await usernames('?kind=VIRTUAL&status=BLOCKED')).toEqual([]);
  });

  it('is searched by words in any order, without their accents, and by a username', async () => {
    const { username } = nth(company.secondaries, 4);
    expect(await usernames('?kind=VIRTUAL&q=numero%20titul', 3)).toHaveLength(5);
    expect(await usernames(`?kind=VIRTUAL&q=${username.toUpperCase()}`)).toEqual([username]);
    expect(await usernames('?kind=VIRTUAL&q=itular')).toEqual([]);
  });

  it('gives the latest changed first where asked so, and everything once', async () => {
    const tokens = await listAll(web, '/tokens?kind=VIRTUAL&sort=-updatedAt', tokenSchema, 3);
    expect(tokens.map(({ updatedAt }) => updatedAt)).toEqual(
      tokens
        .map(({ updatedAt }) => updatedAt)
        .sort()
        .reverse(),
    );
    expect(tokens.map(({ holder }) => holder.username).sort()).toEqual(all());
  });

  it('refuses a cursor with one letter changed, and one of another listing', async () => {
    const { nextCursor } = Object((await web.send('GET', '/tokens?kind=VIRTUAL&limit=1')).body);
    const spoiled = `${nextCursor.slice(0, -6)}${nextCursor.at(-6) === 'A' ? 'B' : 'A'}${nextCursor.slice(-5)}`;
    for (const path of [
      `/tokens?kind=VIRTUAL&limit=1&cursor=${spoiled}`,
      `/tokens?kind=PHYSICAL&limit=1&cursor=${nextCursor}`,
    ]) {
      expectProblem(await web.send('GET', path), 400, 'VALIDATION_FAILED', {
        errors: [{ path: 'cursor', message: expect.any(String) }],
      });
    }
  });
});

it('the lists of changes and of events are newest first, whole, and narrowed by state', async () => {
  const { tokenId } = await openPhone(nth(company.secondaries, 3), web);
  const cancelled = await web.hold(tokenId);
  await web.cancel(cancelled.changeId);
  const applied = await web.hold(tokenId, { ...RELEASE, note: 'Segunda vez' });
  await administrator.phone.answer(applied.changeId, approval(applied));
  await web.until(applied.changeId, 'APPLIED');
  for (const limit of [1, 100]) {
    const changes = await listAll(web, '/changes', changeSchema, limit);
    expect(changes.map(({ changeId, status }) => ({ changeId, status }))).toEqual([
      { changeId: applied.changeId, status: 'APPLIED' },
      { changeId: cancelled.changeId, status: 'CANCELLED' },
    ]);
  }
  expect(await listAll(web, '/changes?status=CANCELLED', changeSchema)).toEqual([await web.change(cancelled.changeId)]);

  const events = await listAll(web, `/tokens/${tokenId}/events`, eventSchema, 2);
  const sequence = events.map(({ seq }) => seq);
  expect(sequence).toEqual(Array.from({ length: events.length }, (_, index) => events.length - index));
  for (const [index, event] of events.slice(0, -1).entries()) expect(event.previousHash).toBe(events[index + 1]?.hash);
});
