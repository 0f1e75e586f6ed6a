import { readData } from '../../bench/capacity/data.ts';
import { lookAgainMs } from '../../console/src/console/look-again.ts';

/** The moments, in milliseconds, at which the console has looked at a held change again. */
function looksWithin(ms: number): number[] {
  const moments: number[] = [];
  for (let at = lookAgainMs('PENDING_AUTHORIZATION', 1); at <= ms; ) {
    moments.push(Math.round(at));
    at += lookAgainMs('PENDING_AUTHORIZATION', moments.length + 1);
  }
  return moments;
}

it('the console looks at a held change less and less often, and at what is being applied soon', () => {
  expect(looksWithin(30_000)).toEqual([4_000, 10_000, 18_000, 26_000]);
  expect(looksWithin(600_000)).toHaveLength(75);
  expect(lookAgainMs('AUTHORIZED', 100)).toBe(1_500);
});

it('the cost of a release counts as many looks as the console makes until somebody decides', () => {
  const { assumptions, measured } = readData();
  const looks = looksWithin(assumptions.secondsToDecide.value * 1_000).length;
  expect(assumptions.statusLooks.value).toBe(looks);
  expect(measured.release['looks at the status']?.['API requests']).toBe(looks);
});
