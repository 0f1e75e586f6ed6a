import { listSearchWords } from '../../../shared/domain/search-words.ts';
import type { Token } from '../../../shared/domain/token.ts';
import { putSearchEntries } from '../../../shared/repositories/company-writes.ts';
import { changes } from '../../../shared/repositories/items.ts';
import { countTokens } from '../../../shared/use-cases/count-tokens.ts';
import { createActivationCode } from '../../../shared/use-cases/create-activation-code.ts';
import { listChanges } from '../../../shared/use-cases/list-changes.ts';
import { assertToken, listEvents } from '../../../shared/use-cases/list-events.ts';
import { listTokens, type TokenFilter, type TokenPosition } from '../../../shared/use-cases/list-tokens.ts';
import { aHeldChange, aHolder, aToken, aUser, later, NOW, withPending } from '../../fixtures.ts';
import { given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, refuse, sent, TABLE_NAMES } from '../../world/world.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
});

describe('the tokens of a company', () => {
  const names = ['Ana Pérez', 'Berta Anaya', 'Carlos Ruiz', 'Diana Peralta'];
  const held = (fullName: string, members: Partial<Token> = {}) => {
    const id = fullName.split(' ')[0]?.toLowerCase() ?? '';
    const holder = { userId: `user-${id}`, fullName, username: `demo.${id}`, role: 'SECONDARY' } as const;
    const enabled = members.holder?.enabled ?? true;
    const searchWords = listSearchWords({ ...holder, serial: `VT-${id}`, email: `${id}@demo.example`, enabled });
    return aToken({ tokenId: id, holder, searchWords, ...members });
  };

  /** Puts tokens with the entries by which they are found. */
  function store(...all: Token[]): void {
    given(world, ...all);
    for (const { Put } of all.flatMap((token) => putSearchEntries(token, null))) {
      if (Put?.Item) world.services.tables.seed(TABLE_NAMES.main, [Put.Item]);
    }
  }

  beforeEach(() => {
    store(...names.map((name) => held(name)));
    store(held('Ana Pérez', { tokenId: 'ana-physical', kind: 'PHYSICAL', status: 'DISABLED', device: null }));
    store(held('Otra Ana', { tokenId: 'otra', companyId: 'OTRA' }));
  });

  const filter = (members: Partial<TokenFilter> = {}): TokenFilter => ({
    companyId: 'DEMO',
    kind: undefined,
    status: undefined,
    words: [],
    sort: 'name',
    ...members,
  });

  /** Every page's ids. */
  async function pages(members: Partial<TokenFilter>, limit: number): Promise<string[][]> {
    const read: string[][] = [];
    let next: TokenPosition | undefined;
    do {
      const page = await listTokens(world, filter(members), limit, next);
      read.push(page.tokens.map(({ tokenId }) => tokenId));
      next = page.next;
    } while (next);
    return read;
  }

  it.each<[string, Partial<TokenFilter>, string[]]>([
    ['of all', {}, ['ana', 'berta', 'carlos', 'diana', 'ana-physical']],
    ['of one kind', { kind: 'PHYSICAL' }, ['ana-physical']],
    ['in one state', { status: 'ACTIVE' }, ['ana', 'berta', 'carlos', 'diana']],
    ['in a state of the other kind', { kind: 'VIRTUAL', status: 'DISABLED' }, []],
    ['whose holders have a name that begins so', { words: ['ana'] }, ['ana', 'berta', 'ana-physical']],
    ['found so and in one state', { words: ['per'], status: 'DISABLED' }, ['ana-physical']],
    ['found by several words, one of the e-mail address', { words: ['demo', 'peralta', 'vt'] }, ['diana']],
    ['found by a word that nobody has', { words: ['zoraida'] }, []],
    ['of another company', { companyId: 'OTRA' }, ['otra']],
  ])('are listed by name, the virtual first: %s', async (_, members, ids) => {
    expect((await pages(members, 25)).flat()).toEqual(ids);
    expect((await pages(members, 1)).flat()).toEqual(ids);
  });

  it.each<[string, Partial<TokenFilter>, string[]]>([
    ['of all', {}, ['carlos', 'diana', 'berta', 'ana', 'ana-physical']],
    ['in one state', { status: 'ACTIVE' }, ['carlos', 'diana', 'berta', 'ana']],
    ['found by words', { words: ['an'] }, ['berta', 'ana', 'ana-physical']],
  ])('are listed with the latest changed first: %s', async (_, members, ids) => {
    store(
      held('Ana Pérez', { updatedAt: later(-40).toISOString() }),
      held('Berta Anaya', { updatedAt: later(-30).toISOString() }),
      held('Carlos Ruiz', { updatedAt: later(-10).toISOString() }),
      held('Diana Peralta', { updatedAt: later(-20).toISOString() }),
    );
    for (const limit of [25, 1]) expect((await pages({ sort: '-updatedAt', ...members }, limit)).flat()).toEqual(ids);
  });

  it('are looked at in their order where more than a thousand have a word', async () => {
    const many = Array.from({ length: 1001 }, (_, n) => held(`P${String(n).padStart(4, '0')} Gómez`));
    store(...many);
    const query = { kind: 'VIRTUAL', words: ['gomez', 'p'] } as const;
    const all = many.map(({ tokenId }) => tokenId);
    expect((await pages(query, 100)).flat()).toEqual(all);
    expect((await pages({ ...query, sort: '-updatedAt' }, 100)).flat().toSorted()).toEqual(all);
  });

  describe('by their holders’ enablement', () => {
    beforeEach(() => {
      const { holder } = held('Zoe Gil');
      store(held('Zoe Gil', { holder: { ...holder, enabled: false } }));
    });

    it.each<[string, Partial<TokenFilter>, string[]]>([
      ['disabled', { enabled: false }, ['zoe']],
      ['enabled', { enabled: true }, ['ana', 'berta', 'carlos', 'diana', 'ana-physical']],
      ['disabled and found by words', { enabled: false, words: ['gil'] }, ['zoe']],
      ['enabled and found by words', { enabled: true, words: ['gil'] }, []],
      ['disabled and in another state', { enabled: false, status: 'BLOCKED' }, []],
    ])('are listed and counted: %s', async (_, members, ids) => {
      expect((await pages(members, 25)).flat()).toEqual(ids);
      expect((await pages(members, 1)).flat()).toEqual(ids);
      expect(await countTokens(world, filter(members))).toEqual({ count: ids.length, more: false });
    });
  });

  it('are found by a rare word beside a common one without a look at the others', async () => {
    store(...Array.from({ length: 1001 }, (_, n) => held(`P${String(n).padStart(4, '0')} Gonzalez`)));
    const found = await listTokens(world, filter({ kind: 'VIRTUAL', words: ['gonzalez', 'p0700'] }), 25, undefined);
    expect([found.tokens.map(({ tokenId }) => tokenId), found.next, sent(world, 'BatchGet').length]).toEqual([
      ['p0700'],
      undefined,
      1,
    ]);
  });

  it.each<[string, string[]]>([
    ['a word of one of them', ['p0700']],
    ['a word of one of them, and one that all have', ['gonzalez', 'p0700']],
    ['an address, of which all have the end', ['p0700', 'demo', 'example']],
    ['a word of nobody', ['nadie']],
  ])('are found among many thousands by no more reads and calls than bound them: %s', async (_, words) => {
    store(...Array.from({ length: 3000 }, (_, n) => held(`P${String(n).padStart(4, '0')} Gonzalez`)));
    const found = await listTokens(world, filter({ kind: 'VIRTUAL', words }), 25, undefined);
    expect(found.tokens.map(({ tokenId }) => tokenId)).toEqual(words.includes('p0700') ? ['p0700'] : []);
    // One question for each word, all at once, and one read of what was found.
    expect(sent(world, 'Query').map((query) => (query as { Limit: number }).Limit)).toEqual(words.map(() => 100));
    expect(sent(world, 'BatchGet')).toHaveLength(words.includes('p0700') ? 1 : 0);
  });

  it.each<[string, Partial<TokenFilter>, number]>([
    ['all of them', {}, 2],
    ['all by their last change', { sort: '-updatedAt' }, 2],
    ['one state, which the index knows', { status: 'ACTIVE' }, 2],
    ['one state by their last change', { status: 'ACTIVE', sort: '-updatedAt' }, 2],
    ['the enabled ones', { enabled: true }, 2],
  ])('are read in as many keys as are shown: %s', async (_, members, limit) => {
    await listTokens(world, filter({ kind: 'VIRTUAL', ...members }), 2, undefined);
    expect(sent(world, 'Query').map((query) => (query as { Limit: number }).Limit)).toEqual([limit]);
  });

  it('are read a hundred at a time once some were left out', async () => {
    const { holder } = held('Abel Gil');
    store(held('Abel Gil', { holder: { ...holder, enabled: false } }));
    const { tokens } = await listTokens(world, filter({ kind: 'VIRTUAL', enabled: true }), 2, undefined);
    expect(tokens.map(({ tokenId }) => tokenId)).toEqual(['ana', 'berta']);
    expect(sent(world, 'Query').map((query) => (query as { Limit: number }).Limit)).toEqual([2, 100]);
  });

  it('are looked at in their order where too many have a word to be searched by it', async () => {
    store(...Array.from({ length: 1001 }, (_, n) => held(`P${String(n).padStart(4, '0')} Gómez`)));
    await listTokens(world, filter({ kind: 'VIRTUAL', words: ['gomez'] }), 2, undefined);
    expect(sent(world, 'Query').map((query) => (query as { Limit: number }).Limit)).toEqual([100, 500, 2, 100]);
  });

  it.each<[string, Partial<TokenFilter>, number]>([
    ['all of them', {}, 0],
    ['one state', { status: 'ACTIVE' }, 0],
    ['a word', { words: ['per'] }, 0],
    ['a word and a state', { words: ['per'], status: 'ACTIVE' }, 1],
    ['the enabled ones', { enabled: true }, 1],
  ])('are counted by their keys, and read only where these do not tell: %s', async (_, members, reads) => {
    await countTokens(world, filter({ kind: 'VIRTUAL', ...members }));
    expect(sent(world, 'BatchGet')).toHaveLength(reads);
  });

  it('are counted as more than a thousand where both kinds together are', async () => {
    const physical = { kind: 'PHYSICAL', status: 'ENABLED', device: null } as const;
    store(...Array.from({ length: 600 }, (_, n) => held(`P${n}`)));
    store(...Array.from({ length: 600 }, (_, n) => held(`Q${n}`, physical)));
    expect(await countTokens(world, filter())).toEqual({ count: 1000, more: true });
  });

  it.each<[string, Partial<TokenFilter>, number, object]>([
    ['all of a small company', {}, 0, { count: 5, more: false }],
    ['those in one state', { status: 'DISABLED' }, 0, { count: 1, more: false }],
    ['those found by a word', { words: ['per'] }, 0, { count: 3, more: false }],
    ['those found so and in one state', { words: ['per'], status: 'DISABLED' }, 0, { count: 1, more: false }],
    ['a thousand', { kind: 'VIRTUAL' }, 996, { count: 1000, more: false }],
    ['a thousand and one', { kind: 'VIRTUAL' }, 997, { count: 1000, more: true }],
    ['a thousand of both kinds', {}, 995, { count: 1000, more: false }],
    ['a thousand found by words that more have', { words: ['gomez', 'p'] }, 1000, { count: 1000, more: false }],
    ['more than a thousand found so', { words: ['gomez', 'p'] }, 1001, { count: 1000, more: true }],
    ['a rare word beside a common one', { words: ['gomez', 'p0007'] }, 1500, { count: 1, more: false }],
    ['enabled ones of many', { enabled: true, kind: 'VIRTUAL' }, 997, { count: 1000, more: true }],
  ])('are counted up to a thousand: %s', async (_, members, others, counted) => {
    store(...Array.from({ length: others }, (_, n) => held(`P${String(n).padStart(4, '0')} Gómez`)));
    expect(await countTokens(world, filter(members))).toEqual(counted);
  });

  it('are counted no further than two thousand that have to be read', async () => {
    const enabled = false;
    const { holder } = held('Zoe Gil');
    store(...Array.from({ length: 2100 }, (_, n) => held(`P${n}`, { holder: { ...holder, enabled } })));
    const counted = await countTokens(world, filter({ kind: 'VIRTUAL', enabled: true }));
    expect(counted).toEqual({ count: 4, more: true });
  });

  it('are given a page at a time', async () => {
    expect((await pages({ kind: 'VIRTUAL' }, 2)).filter(({ length }) => length > 0)).toEqual([
      ['ana', 'berta'],
      ['carlos', 'diana'],
    ]);
  });

  it('show as expired what is past its time only once that is written', async () => {
    const change = aHeldChange(
      { tokenId: 'ana', createdAt: later(-700).toISOString() },
      { expiresAt: later(-100).toISOString() },
    );
    given(world, change, withPending(held('Ana Pérez'), change));
    const { tokens: listed, now } = await listTokens(world, filter({ kind: 'VIRTUAL' }), 1, undefined);
    expect([now, listed[0]?.pendingChange, stored(world, changes.at('DEMO', 'change-1'))?.status]).toEqual([
      NOW,
      null,
      'EXPIRED',
    ]);
  });
});

describe('the changes of a company', () => {
  const at = (changeId: string, seconds: number, members = {}) =>
    aHeldChange({ changeId, tokenId: `token-${changeId}`, createdAt: later(seconds).toISOString(), ...members });

  it('are listed newest first, all or those in one state, and none of another company', async () => {
    given(world, at('a', -3), at('b', -2, { status: 'REJECTED' }), at('c', -1), at('d', 0, { companyId: 'OTRA' }));
    const list = async (status?: 'REJECTED') => {
      const { found, next } = await listChanges(world, { companyId: 'DEMO', status }, { limit: 25, after: undefined });
      return [found.map(({ change }) => change.changeId), next];
    };
    expect([await list(), await list('REJECTED')]).toEqual([
      [['c', 'b', 'a'], undefined],
      [['b'], undefined],
    ]);
  });

  it('go on where the page before ended', async () => {
    given(world, at('a', -3), at('b', -2));
    const range = { companyId: 'DEMO', status: undefined };
    const { next } = await listChanges(world, range, { limit: 1, after: undefined });
    const { found } = await listChanges(world, range, { limit: 1, after: next });
    expect(found.map(({ change }) => change.changeId)).toEqual(['a']);
  });

  it('are not listed as waiting once they are past their time, which is written', async () => {
    const overdue = aHeldChange({ createdAt: later(-700).toISOString() }, { expiresAt: later(-100).toISOString() });
    given(world, overdue, withPending(aToken(), overdue));
    const filter = { companyId: 'DEMO', status: 'PENDING_AUTHORIZATION' } as const;
    expect((await listChanges(world, filter, { limit: 25, after: undefined })).found).toEqual([]);
    expect(stored(world, changes.at('DEMO', 'change-1'))?.status).toBe('EXPIRED');
  });
});

describe('the record of a token', () => {
  const token = { companyId: 'DEMO', tokenId: 'token-holder' };

  it('is listed newest first and goes on where the page before ended', async () => {
    given(world, aUser(), aHolder(), aToken({ status: 'RELEASED', device: null }));
    const request = { caller: aUser(), tokenId: 'token-holder', requestId: 'request-1' };
    for (let times = 0; times < 3; times++) await createActivationCode(world, request);
    const first = await listEvents(world, token, { limit: 2, after: undefined });
    const second = await listEvents(world, token, { limit: 2, after: first.next });
    expect([first, second].map(({ events }) => events.map(({ seq }) => seq))).toEqual([[3, 2], [1]]);
    expect(second.next).toBeUndefined();
  });

  it('is that of a token of the company alone', async () => {
    given(world, aToken());
    await expect(assertToken(world, 'DEMO', 'token-holder')).resolves.toBeUndefined();
    await expect(assertToken(world, 'OTRA', 'token-holder')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is not listed where the table does not answer', async () => {
    refuse(world, 'Query', new Error('no answer'));
    await expect(listEvents(world, token, { limit: 2, after: undefined })).rejects.toThrow('no answer');
  });
});
