import { addAssumed, buildBill, computeLoads, sumBill } from '../../bench/capacity/bill.ts';
import { readData } from '../../bench/capacity/data.ts';
import { add, isCall, subtract } from '../../bench/capacity/usage.ts';

const data = readData();

describe('a bill', () => {
  it('has a line for each price of what is used, the dearest first', () => {
    const lines = buildBill(data.prices, { 'write units': 2_000_000, 'sns.Publish': 1_000_000, 'kms.Unknown': 5 });
    expect(lines.map(({ price, quantity, usd }) => [price.id, quantity, usd])).toEqual([
      ['dynamodb-write', 2_000_000, 1.25],
      ['sns-push', 1_000_000, 0.5],
    ]);
    expect(sumBill(lines)).toBe(1.75);
  });

  it('adds the amounts that one price counts together', () => {
    const [line] = buildBill(data.prices, { 'kms.Encrypt': 4_000, 'kms.Decrypt': 6_000 });
    expect(line).toMatchObject({ quantity: 10_000, usd: 0.03 });
  });

  it('counts Lambda by the assumed time and its memory, and the lines of the access log', () => {
    const { assumptions, measured } = data;
    expect(addAssumed({ 'Lambda runs': 10, 'API requests': 2, 'log bytes': 1000 }, data)).toMatchObject({
      'Lambda seconds': (10 * assumptions.billedMsPerInvocation.value) / 1000,
      'Lambda GB-seconds': (assumptions.billedMsPerInvocation.value * measured.stage.functionMemoryMb) / 1024 / 100,
      'log GB': (1000 + 2 * assumptions.accessLogLineBytes.value) / 1024 ** 3,
      traces: 2 * assumptions.traceSampling.value,
    });
  });
});

it('a limit is reached where its releases use all of it', () => {
  const concurrent = computeLoads(data).find(({ what }) => what === 'concurrent executions');
  const { release, beside } = data.measured;
  const runs = add([...Object.values(release), ...Object.values(beside)])['Lambda runs'] ?? 0;
  expect(concurrent?.reachedAt).toBeCloseTo(1000 / (runs * 0.1));
  expect(concurrent?.atPeak).toBeCloseTo((3 * (concurrent?.atMean ?? 0)) as number);
});

it('amounts are added and taken away by their names, and nothing is left of nothing', () => {
  expect(add([{ a: 1, b: 2 }, { b: 3, c: 4 }, {}])).toEqual({ a: 1, b: 5, c: 4 });
  expect(subtract({ a: 3, b: 1, c: 1 }, { a: 1, b: 1, c: 2 })).toEqual({ a: 2 });
});

describe('the data files', () => {
  const { release, beside } = data.measured;
  const used = new Set([release, beside].flatMap((parts) => Object.values(parts).flatMap((part) => Object.keys(part))));

  it('have a price for every call that was measured, or none because AWS asks none', () => {
    const priced = new Set(data.prices.flatMap((price) => price.of));
    const unpriced = [...used].filter((name) => isCall(name) && !priced.has(name)).sort();
    expect(unpriced.filter((name) => !/^(dynamodb|states)\./.test(name))).toEqual([
      'sns.CreatePlatformEndpoint',
      'sns.DeleteEndpoint',
      'sns.SetEndpointAttributes',
    ]);
  });

  it('have no limit that no release uses', () => {
    expect(computeLoads(data).filter(({ reachedAt }) => !Number.isFinite(reachedAt))).toEqual([]);
  });
});
