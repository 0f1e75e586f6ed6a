import fc from 'fast-check';
import { itemSize, readUnits, writeUnits } from '../../bench/capacity/units.ts';

/** An item of so many bytes. */
const anItem = (bytes: number) => ({ i: 'x'.repeat(bytes - 1) });
const read = (bytes: number, consistent = true) => readUnits([anItem(bytes)], { consistent });
const write = (bytes: number, transactional = false) => writeUnits(undefined, anItem(bytes), { transactional });

describe('units', () => {
  it('pay for each started 4 KB of a read and each started 1 KB of a write', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * 1024 }), (bytes) => {
        expect(read(bytes) * 4096).toBeGreaterThanOrEqual(bytes);
        expect((read(bytes) - 1) * 4096).toBeLessThan(bytes);
        expect(write(bytes) * 1024).toBeGreaterThanOrEqual(bytes);
        expect((write(bytes) - 1) * 1024).toBeLessThan(bytes);
      }),
    );
  });

  it.each([
    { bytes: 4096, reads: 1, writes: 4 },
    { bytes: 4097, reads: 2, writes: 5 },
    { bytes: 1024, reads: 1, writes: 1 },
    { bytes: 1025, reads: 1, writes: 2 },
  ])('of $bytes bytes are $reads to read and $writes to write', ({ bytes, reads, writes }) => {
    expect([read(bytes), write(bytes)]).toEqual([reads, writes]);
    expect([read(bytes, false), write(bytes, true)]).toEqual([reads / 2, writes * 2]);
  });

  it('are one for what is not there', () => {
    expect(readUnits([], { consistent: true })).toBe(1);
    expect(writeUnits(undefined, undefined, { transactional: false })).toBe(1);
  });

  it('of a query are those of all its items together', () => {
    expect(readUnits([anItem(2048), anItem(2049)], { consistent: true })).toBe(2);
  });
});

describe('the size of an item', () => {
  it('is its names and values in UTF-8, with what lists and maps take beside', () => {
    expect(itemSize({ name: 'Núñez' })).toBe(4 + 7);
    expect(itemSize({ n: 1_795_589_066_559, b: true, x: null })).toBe(1 + 8 + 2 + 2);
    expect(itemSize({ l: ['a', 'bc'] })).toBe(1 + 3 + 2 + 3);
    expect(itemSize({ m: { key: 'v' } })).toBe(1 + 3 + 1 + 3 + 1);
  });

  it('is not guessed for a type that is not known', () => {
    expect(() => itemSize({ s: new Set(['a']) })).toThrow('type SS');
  });
});

describe('a write of an index', () => {
  const indexes = [{ name: 'list', partition: 'listPk', sort: 'listSk' }];
  const item = (partition?: string, other = '') => ({
    pk: 'p',
    sk: 's',
    other,
    ...(partition === undefined ? {} : { listPk: partition, listSk: '1' }),
  });

  it.each([
    { what: 'an entry that comes', before: undefined, after: item('a'), units: 1 },
    { what: 'an entry that goes', before: item('a'), after: undefined, units: 1 },
    { what: 'an entry that moves', before: item('a'), after: item('b'), units: 2 },
    { what: 'an item that leaves the index', before: item('a'), after: item(), units: 1 },
    { what: 'an entry that stays while its item changes', before: item('a', '1'), after: item('a', '2'), units: 0 },
    { what: 'an item that is not in the index', before: undefined, after: item(), units: 0 },
  ])('is $units for $what, in a transaction too', ({ before, after, units }) => {
    expect(writeUnits(before, after, { transactional: false, indexes })).toBe(1 + units);
    expect(writeUnits(before, after, { transactional: true, indexes })).toBe(2 + units);
  });
});
