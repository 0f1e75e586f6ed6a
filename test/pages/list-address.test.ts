import {
  readPosition,
  withFilter,
  withoutFilters,
  withPage,
  withSize,
} from '../../console/src/console/list-address.ts';
import { recallPage, rememberPage } from '../../console/src/console/page-trail.ts';

const at = (query: string) => new URLSearchParams(query);

it.each([
  ['', { size: 25, page: 1, cursor: null }],
  ['por=50&pagina=3&cursor=abc', { size: 50, page: 3, cursor: 'abc' }],
  ['por=100', { size: 100, page: 1, cursor: null }],
  // Said by halves, or by somebody's own hand: the start.
  ['por=7', { size: 25, page: 1, cursor: null }],
  ['pagina=3', { size: 25, page: 1, cursor: null }],
  ['cursor=abc', { size: 25, page: 1, cursor: null }],
  ['pagina=1.5&cursor=abc', { size: 25, page: 1, cursor: null }],
  ['pagina=-2&cursor=abc', { size: 25, page: 1, cursor: null }],
  ['pagina=x&cursor=abc', { size: 25, page: 1, cursor: null }],
])('an address with “%s” stands there', (query, position) => {
  expect(readPosition(at(query))).toEqual(position);
});

it('a page keeps the filters, and another filter or size begins at the first page', () => {
  const third = withPage(at('q=ana&estado=ACTIVE'), 3, 'abc');
  expect(String(third)).toBe('q=ana&estado=ACTIVE&pagina=3&cursor=abc');
  expect(String(withFilter(third, 'estado', 'BLOCKED'))).toBe('q=ana&estado=BLOCKED');
  expect(String(withFilter(third, 'estado', ''))).toBe('q=ana');
  expect(String(withSize(third, 100))).toBe('q=ana&estado=ACTIVE&por=100');
  expect(String(withSize(withSize(third, 100), 25))).toBe('q=ana&estado=ACTIVE');
  expect(String(withPage(third, 1, null))).toBe('q=ana&estado=ACTIVE');
});

it('without its filters an address keeps the rest', () => {
  expect(String(withoutFilters(at('q=ana&estado=ACTIVE&por=50&pagina=2&cursor=a'), ['q', 'estado']))).toBe('por=50');
});

describe('where pages begin', () => {
  const storage = (): Storage => {
    const kept = new Map<string, string>();
    const getItem = (key: string) => kept.get(key) ?? null;
    const setItem = (key: string, value: string) => void kept.set(key, value);
    return { getItem, setItem } as Storage;
  };

  it('is known of the pages that this tab has been on, and of the first', () => {
    const tab = storage();
    rememberPage(tab, 'list', 2, 'second');
    rememberPage(tab, 'list', 3, 'third');
    expect([1, 2, 3, 4].map((page) => recallPage(tab, 'list', page))).toEqual([null, 'second', 'third', undefined]);
  });

  it('is not known in another list, nor once another list was looked at', () => {
    const tab = storage();
    rememberPage(tab, 'list', 2, 'second');
    expect(recallPage(tab, 'other', 2)).toBeUndefined();
    rememberPage(tab, 'other', 2, 'another');
    expect(recallPage(tab, 'list', 2)).toBeUndefined();
  });
});
