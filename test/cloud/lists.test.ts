import { type Company, loadCompany, nth } from './support/company.ts';
import { expectProblem } from './support/http.ts';
import { type Administrator, approval, openAdministrator, openPhone, openPhones } from './support/phone.ts';
import { changeSchema, eventSchema, tokenSchema } from './support/shapes.ts';
import { listAll, RELEASE, type Web } from './support/web.ts';

let company: Company;
let administrator: Administrator;
let web: Web;

beforeAll(async () => {
  company = await loadCompany('lists', { administrators: 1, secondaries: 8 });
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

  it.each([1, 2, 4, 5, 100])('gives everything once in pages of %d', async (limit) => {
    const tokens = await listAll(web, '/tokens?kind=VIRTUAL', tokenSchema, limit);
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

  it.each([
    ['the start of a first name', 'titul', 8],
    ['the start of a later word, without its accent', 'numero', 9],
    ['the same with its accent and in capitals', 'NÚMERO', 9],
    ['words in another order', 'numero titul', 8],
    ['a word of the e-mail address', 'invalid titular', 8],
    ['the middle of a word', 'itular', 0],
  ])('is searched by %s', async (_, q, count) => {
    expect(await usernames(`?kind=VIRTUAL&q=${encodeURIComponent(q)}`, 3)).toHaveLength(count);
  });

  it('is searched by a username', async () => {
    const { username } = nth(company.secondaries, 4);
    expect(await usernames(`?kind=VIRTUAL&q=${username.toUpperCase()}`)).toContain(username);
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

  it.each([
    ['?limit=0', 'limit'],
    ['?limit=101', 'limit'],
    ['?limit=ten', 'limit'],
    ['?kind=PAPER', 'kind'],
    ['?sort=serial', 'sort'],
    ['?status=GONE', 'status'],
    ['?cursor=AAAA', 'cursor'],
  ])('refuses %s and names the field', async (query, path) => {
    expectProblem(await web.send('GET', `/tokens${query}`), 400, 'VALIDATION_FAILED', {
      errors: [{ path, message: expect.any(String) }],
    });
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

it('the reasons are those of the catalogue, per action', async () => {
  const answer = await web.send('GET', '/reasons?action=UNBLOCK');
  expect({ status: answer.status, body: answer.body }).toEqual({
    status: 200,
    body: {
      items: [
        {
          action: 'UNBLOCK',
          code: 'PHONE_RECOVERED',
          label: { es: 'Recuperación del celular', en: 'Phone recovered' },
          noteRequired: false,
          holderExcluded: false,
        },
        {
          action: 'UNBLOCK',
          code: 'USER_RETURNED',
          label: { es: 'Reintegro del usuario', en: 'User returned' },
          noteRequired: false,
          holderExcluded: false,
        },
        {
          action: 'UNBLOCK',
          code: 'FALSE_ALARM',
          label: { es: 'Falsa alarma', en: 'False alarm' },
          noteRequired: false,
          holderExcluded: false,
        },
        {
          action: 'UNBLOCK',
          code: 'OTHER',
          label: { es: 'Otra', en: 'Other' },
          noteRequired: true,
          holderExcluded: false,
        },
      ],
    },
  });
  expectProblem(await web.send('GET', '/reasons?action=DESTROY'), 400, 'VALIDATION_FAILED', {
    errors: [{ path: 'action', message: expect.any(String) }],
  });
});
