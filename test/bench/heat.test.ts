import { readData } from '../../bench/capacity/data.ts';
import { Partitions, Traffic } from '../../bench/capacity/heat/partitions.ts';
import { seededRandom } from '../../bench/capacity/heat/random.ts';
import { keyOf, placeOf } from '../../bench/capacity/heat/release-keys.ts';
import { heatOf } from '../../bench/capacity/heat/simulate.ts';
import { touchesOf } from '../../bench/capacity/parts.ts';

const OPEN = 'OPEN#{shard}';
const LIMITS = { read: 3000, write: 1000 };
const writes = (places: readonly string[], each: number): Traffic =>
  new Traffic(places.map((place) => ({ place, read: 0, write: each })));

/** Serves stretch after stretch, splitting, and tells how hot the hottest partition is in the last. */
function settled(stretchOf: (stretch: number) => readonly string[]): number {
  const partitions = new Partitions(LIMITS);
  for (let stretch = 0; stretch < 12; stretch++) partitions.splitForHeat(writes(stretchOf(stretch), 10));
  return partitions.hottest(writes(stretchOf(12), 10)).utilisation;
}

describe('splitting for heat', () => {
  const random = seededRandom(1);

  it('mends traffic that is spread', () => {
    expect(settled(() => Array.from({ length: 400 }, () => random().toFixed(9)))).toBeLessThan(1);
  });

  it('does not mend a sort key that only grows', () => {
    const place = (count: number) => String(count).padStart(9, '0');
    expect(settled((stretch) => Array.from({ length: 400 }, (_, index) => place(stretch * 400 + index)))).toBe(4);
  });

  it('does not mend a single item', () => {
    expect(settled(() => Array.from({ length: 400 }, () => 'one'))).toBe(4);
  });

  it('leaves a partition alone that is not hot', () => {
    const partitions = new Partitions(LIMITS);
    partitions.splitForHeat(writes(['a', 'b', 'c'], 10));
    expect(partitions.count).toBe(1);
  });
});

describe('the simulation', () => {
  const data = readData();
  const company = { users: 1000, administrators: 3 };

  it('has the product’s key for everything that was measured, and invents none', () => {
    const release = {
      companyId: 'C',
      requesterId: 'u1',
      requesterDeviceId: 'd1',
      requesterTokenId: 't1',
      holderId: 'u2',
      holderDeviceId: 'd2',
      holderName: 'name',
      tokenId: 't2',
      changeId: 'x',
      at: '2026-01-01T00:00:00.000Z',
      seq: 7,
    };
    for (const touch of touchesOf(data))
      expect(keyOf(touch, release)).toEqual({ pk: expect.any(String), sk: expect.any(String) });
    const token = { target: 'main', partition: 'COMPANY#{company}', sort: 'TOKEN#{token}', read: 1, write: 0 };
    expect(keyOf(token, release)).toEqual({ pk: 'COMPANY#C', sk: 'TOKEN#t2' });
    expect(() => keyOf({ ...token, sort: 'OTHER#{token}' }, release)).toThrow('no key');
  });

  it('gives the same for the same data, and finds twice the writes at half the rate', () => {
    const first = heatOf(data, [company], OPEN);
    expect(heatOf(data, [company], OPEN)).toEqual(first);
    const [hottest] = first;
    const steps = data.measured.steps.map((step) => ({
      ...step,
      touches: step.touches.map((touch) => ({ ...touch, write: touch.write * 2 })),
    }));
    const [doubled] = heatOf({ ...data, measured: { ...data.measured, steps } }, [company], OPEN);
    expect(doubled?.partition).toBe(hottest?.partition);
    expect((hottest?.reachedAt ?? 0) / (doubled?.reachedAt ?? 1)).toBeCloseTo(2, 0);
  });

  it('keeps the order of sort keys within a partition key', () => {
    expect(placeOf({ pk: 'P', sk: '1' }) < placeOf({ pk: 'P', sk: '2' })).toBe(true);
  });
});
