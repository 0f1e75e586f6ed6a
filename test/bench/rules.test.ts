import fc from 'fast-check';
import { computeCost, sumCosts } from '../../bench/capacity/cost.ts';
import { readData } from '../../bench/capacity/data.ts';
import { concurrency } from '../../bench/capacity/limits.ts';
import { itemSize } from '../../bench/capacity/rules/item-size.ts';
import { indexWrites, readUnits, writeUnits } from '../../bench/capacity/rules/units.ts';

const bytes = fc.integer({ min: 0, max: 400 * 1024 });

describe('units', () => {
  it('pay for each started 4 KB of a read and each started 1 KB of a write, and at least for one', () => {
    fc.assert(
      fc.property(bytes, (size) => {
        const [read, write] = [readUnits(size, { consistent: true }), writeUnits(size, { transactional: false })];
        expect(read * 4096).toBeGreaterThanOrEqual(size);
        expect((read - 1) * 4096).toBeLessThan(Math.max(size, 1));
        expect(write * 1024).toBeGreaterThanOrEqual(size);
        expect((write - 1) * 1024).toBeLessThan(Math.max(size, 1));
      }),
    );
  });

  it('are half for an eventually consistent read, and twice in a transaction', () => {
    fc.assert(
      fc.property(bytes, (size) => {
        expect(readUnits(size, { consistent: false }) * 2).toBe(readUnits(size, { consistent: true }));
        expect(writeUnits(size, { transactional: true })).toBe(2 * writeUnits(size, { transactional: false }));
      }),
    );
  });

  it.each([
    { size: 4096, read: 1, write: 4 },
    { size: 4097, read: 2, write: 5 },
    { size: 1024, read: 1, write: 1 },
    { size: 1025, read: 1, write: 2 },
  ])('of $size bytes are $read to read and $write to write', ({ size, read, write }) => {
    expect([readUnits(size, { consistent: true }), writeUnits(size, { transactional: false })]).toEqual([read, write]);
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

describe('the writes of an index', () => {
  const index = { name: 'list', partition: 'listPk', sort: 'listSk' };
  const item = (partition?: string, other = '') => ({
    pk: 'p',
    sk: 's',
    other,
    ...(partition === undefined ? {} : { listPk: partition, listSk: '1' }),
  });

  it.each([
    { what: 'an entry that comes', before: undefined, after: item('a'), writes: [1] },
    { what: 'an entry that goes', before: item('a'), after: undefined, writes: [1] },
    { what: 'an entry that moves', before: item('a'), after: item('b'), writes: [1, 1] },
    { what: 'an item that leaves the index', before: item('a'), after: item(), writes: [1] },
    { what: 'an entry that stays while its item changes', before: item('a', '1'), after: item('a', '2'), writes: [] },
    { what: 'an item that is not in the index', before: undefined, after: item(), writes: [] },
  ])('are those of $what', ({ before, after, writes }) => {
    expect(indexWrites(index, before, after)).toEqual(writes);
  });
});

describe('the bill', () => {
  const { prices } = readData();
  const quantity = fc.double({ min: 0, max: 1e9, noNaN: true });

  it('is in proportion to what is used, and never less for more', () => {
    fc.assert(
      fc.property(fc.constantFrom(...prices), quantity, quantity, ({ id }, a, b) => {
        const [first, second, both] = [a, b, a + b].map((used) => computeCost(prices, id, used).usd);
        expect(both).toBeCloseTo((first ?? 0) + (second ?? 0), 3);
        expect(both).toBeGreaterThanOrEqual(first ?? 0);
      }),
    );
  });

  it('is the sum of its lines, and what a million of a row cost is its price', () => {
    const line = computeCost(prices, 'dynamodb-write', 2_000_000);
    expect(line.usd).toBeCloseTo(2 * line.price.usd);
    expect(sumCosts([line, line])).toBeCloseTo(2 * line.usd);
  });

  it('knows no price that is not in the data', () => {
    expect(() => computeCost(prices, 'dynamodb-writes', 1)).toThrow('no row');
  });
});

it('executions at once are those that come in a second times the seconds each takes', () => {
  expect(concurrency(100, 250)).toBe(25);
});
