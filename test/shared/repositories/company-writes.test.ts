import type { Company } from '../../../shared/domain/company.ts';
import { COMPANY_RECORD, type TokenEvent } from '../../../shared/domain/event.ts';
import type { User } from '../../../shared/domain/user.ts';
import {
  companyWrites,
  deleteUser,
  noteSpelling,
  putCompany,
  putFormerAddress,
  putSearchEntries,
  putUser,
  putUsernameOwner,
  retireUsername,
} from '../../../shared/repositories/company-writes.ts';
import {
  companies,
  companySpellings,
  formerAddresses,
  type UsernameOwner,
  usernameOwners,
  users,
} from '../../../shared/repositories/items.ts';
import type { Write } from '../../../shared/repositories/tables.ts';
import { aHolder, aToken, later, NOW } from '../../fixtures.ts';
import { at, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, TABLE_NAMES } from '../../world/world.ts';
import { record } from '../use-cases/scene.ts';
import { tryWrites } from './try-writes.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
});

const write = (...writes: Write[]) => tryWrites(world, ...writes);

const under = (pk: string) => world.services.tables.items(TABLE_NAMES.main).filter((item) => item.pk === pk);

describe('a company', () => {
  const company: Company = { companyId: 'DEMO', name: 'Demo', authorizationPolicy: 'REQUESTER' };
  const first = { ...company, recordHead: { seq: 1, hash: 'one' } };
  const second = { ...company, name: 'Otra', recordHead: { seq: 2, hash: 'two' } };
  const place = companies.at('DEMO');

  it.each<[string, Company | null, Company | null, string]>([
    ['new', null, null, 'WRITTEN'],
    ['new, and there already', company, null, 'REFUSED'],
    ['as it was read, without a record', company, company, 'WRITTEN'],
    ['read without a record, and gone', null, company, 'REFUSED'],
    ['read without a record, which was begun since', first, company, 'REFUSED'],
    ['as it was read, with a record', first, first, 'WRITTEN'],
    ['read with a record that has gone on since', { ...second, name: 'Demo' }, first, 'REFUSED'],
    ['read with a record, and gone', null, first, 'REFUSED'],
  ])('that is %s', async (_, there, read, expected) => {
    if (there) given(world, at(place, there));
    expect(await write(putCompany(second, read))).toBe(expected);
    expect(stored(world, place)).toEqual(expected === 'WRITTEN' ? second : (there ?? undefined));
  });

  it('is written with the events of its own record, or not at all', async () => {
    const event: TokenEvent = {
      seq: 1,
      type: 'COMPANY_CREATED',
      at: NOW.toISOString(),
      actor: { type: 'BANK' },
      details: {},
      previousHash: 'a',
      hash: 'one',
    };
    const created = () => write(...companyWrites({ before: null, company: first, events: [event] }));
    expect([await created(), await created()]).toEqual(['WRITTEN', 'REFUSED']);
    expect([stored(world, place), record(world, COMPANY_RECORD)]).toEqual([first, [event]]);
  });

  it('is noted among those whose ids differ in case and punctuation alone', async () => {
    await write(noteSpelling('Demo-1'), noteSpelling('DEMO_1'));
    await write(noteSpelling('DEMO_1'), noteSpelling('DEMO2'));
    expect(under(companySpellings('demo 1')).map(({ sk }) => sk)).toEqual(['DEMO_1', 'Demo-1']);
  });
});

describe('a user', () => {
  const user = aHolder();
  const place = users.at(user.userId);
  const CHANGED: Partial<User>[] = [
    { fullName: 'Otra' },
    { email: 'otra@example.com' },
    { role: 'ADMINISTRATOR' },
    { enabled: false },
  ];

  it('is written where it is new, and not where it is there', async () => {
    expect([await write(putUser(user, null)), await write(putUser(user, null))]).toEqual(['WRITTEN', 'REFUSED']);
    expect(stored(world, place)).toEqual(user);
  });

  it('is written, and deleted, where it is as it was read', async () => {
    given(world, user);
    const renamed = aHolder({ fullName: 'Otra' });
    expect(await write(putUser(renamed, user))).toBe('WRITTEN');
    expect(stored(world, place)).toEqual(renamed);
    expect(await write(deleteUser(renamed))).toBe('WRITTEN');
    expect(stored(world, place)).toBeUndefined();
  });

  it.each(CHANGED)('is neither where somebody has changed it meanwhile: %j', async (change) => {
    given(world, aHolder(change));
    expect([await write(putUser(user, user)), await write(deleteUser(user))]).toEqual(['REFUSED', 'REFUSED']);
    expect(stored(world, place)).toEqual(aHolder(change));
  });

  it('keeps the address that its notices no longer go to for seven days', async () => {
    const { pk } = formerAddresses.key('DEMO', 3);
    const event = { seq: 3, at: later(0.4).toISOString() } as TokenEvent;
    await write(putFormerAddress(user, event));
    expect(under(pk)).toEqual([
      {
        pk,
        sk: 'ADDRESS',
        email: user.email,
        ttl: later(7 * 86_400 + 1).getTime() / 1000,
      },
    ]);
  });
});

describe('a username', () => {
  const owner = { userId: 'user', companyId: 'DEMO', tokenId: 'token', physicalTokenId: null, canSignIn: true };
  const place = usernameOwners.at('demo.ana');

  it.each<[string, string | undefined, string | undefined, string]>([
    ['nobody has', undefined, undefined, 'WRITTEN'],
    ['is theirs', 'user', undefined, 'WRITTEN'],
    ['is another’s', 'other', undefined, 'REFUSED'],
    ['was theirs under an earlier id', 'before', 'before', 'WRITTEN'],
    ['is theirs, where it was read under an earlier id', 'user', 'before', 'REFUSED'],
  ])('that %s', async (_, there, before, expected) => {
    if (there) given(world, at(place, { ...owner, userId: there }));
    expect(await write(putUsernameOwner('Demo.Ana', owner, before))).toBe(expected);
    expect(stored(world, place)?.userId).toBe(expected === 'WRITTEN' ? 'user' : there);
  });

  it.each<[string, Partial<UsernameOwner> | null, string]>([
    ['is given up as it was read', {}, 'WRITTEN'],
    ['has gone', null, 'REFUSED'],
    ['is another’s by now', { userId: 'other' }, 'REFUSED'],
    ['lets them sign in no more', { canSignIn: false }, 'REFUSED'],
    ['was given up already', { renamedTo: 'demo.rosa' }, 'REFUSED'],
  ])('that %s', async (_, changed, expected) => {
    const there = changed && { ...owner, ...changed };
    if (there) given(world, at(place, there));
    expect(await write(retireUsername('Demo.Ana', owner, 'demo.eva'))).toBe(expected);
    const retired = { ...owner, canSignIn: false, renamedTo: 'demo.eva' };
    expect(stored(world, place)).toEqual(expected === 'WRITTEN' ? retired : (there ?? undefined));
  });
});

describe('the entries by which a token is found', () => {
  const token = aToken({ searchWords: ['ana', 'demo'] });
  const entries = () => under('COMPANY#DEMO#SEARCH#VIRTUAL').map(({ sk, words }) => [sk, words]);

  it('are one for each word, each with all of them', async () => {
    await write(...putSearchEntries(token, null));
    expect(under('COMPANY#DEMO#SEARCH#VIRTUAL')).toEqual([
      expect.objectContaining({ sk: 'ana#token-holder', tokenId: 'token-holder', words: ' ana demo' }),
      expect.objectContaining({ sk: 'demo#token-holder', tokenId: 'token-holder', words: ' ana demo' }),
    ]);
  });

  it('are not written again where the token has the same', () => {
    expect(putSearchEntries({ ...token, version: 9 }, token)).toEqual([]);
  });

  it.each<[string, readonly string[], [string, string][]]>([
    ['a word more', ['ana', 'demo', 'rosa'], ['ana', 'demo', 'rosa'].map((word) => [word, ' ana demo rosa'])],
    ['a word less', ['ana'], [['ana', ' ana']]],
    ['another word', ['ana', 'rosa'], ['ana', 'rosa'].map((word) => [word, ' ana rosa'])],
    ['no word', [], []],
  ])('follow a token that has %s', async (_, searchWords, expected) => {
    await write(...putSearchEntries(token, null));
    await write(...putSearchEntries({ ...token, searchWords: [...searchWords] }, token));
    expect(entries()).toEqual(expected.map(([word, words]) => [`${word}#token-holder`, words]));
  });

  it('follow a token whose name sorts elsewhere', async () => {
    const renamed = { ...token, holder: { ...token.holder, fullName: 'Zoe Titular' } };
    expect(putSearchEntries(renamed, token)).toHaveLength(2);
  });
});
