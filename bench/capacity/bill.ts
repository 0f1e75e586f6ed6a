import type { CapacityData, Price, Usage } from './data.ts';
import { add, count, multiply } from './usage.ts';

const BYTES_PER_GB = 1024 ** 3;

/** One line of a bill. */
export interface BillLine {
  readonly price: Price;
  readonly quantity: number;
  readonly usd: number;
}

/** The lines of what is used, the dearest first: in proportion, without free allowances, tiers and minimums. */
export function buildBill(prices: readonly Price[], usage: Usage): BillLine[] {
  const lines = prices.map((price) => {
    const quantity = count(usage, price.of);
    return { price, quantity, usd: (quantity / price.per) * price.usd };
  });
  return lines.filter(({ quantity }) => quantity > 0).sort((a, b) => b.usd - a.usd);
}

export const sumBill = (lines: readonly BillLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);

/** Adds what follows from what was measured and is billed or limited besides. */
export function addAssumed(usage: Usage, { assumptions, measured: { stage } }: CapacityData): Usage {
  const { billedMsPerInvocation, accessLogLineBytes, traceSampling, signInsPerRelease } = assumptions;
  const requests = count(usage, ['API requests']);
  const billedSeconds = (count(usage, ['Lambda runs']) * billedMsPerInvocation.value) / 1000;
  return {
    ...usage,
    'Lambda GB-seconds': (billedSeconds * stage.functionMemoryMb) / 1024,
    'Lambda seconds': billedSeconds,
    'log GB': (count(usage, ['log bytes']) + requests * accessLogLineBytes.value) / BYTES_PER_GB,
    traces: requests * traceSampling.value,
    'sign-ins': signInsPerRelease.value,
  };
}

/** The bill for so many of these releases. */
export function billReleases(data: CapacityData, usage: Usage, releases: number): BillLine[] {
  return buildBill(data.prices, multiply(addAssumed(usage, data), releases));
}

/** The bill for a month of a stage that nobody uses. */
export function billMonth(data: CapacityData): BillLine[] {
  const { stage, idleRun } = data.measured;
  const runs = data.assumptions.hoursPerMonth.value * 60;
  return buildBill(data.prices, add([stage.resources, multiply(addAssumed(idleRun, data), runs)]));
}

/** The bill for a month of all persons, if each of them signed in. */
export function billPersons({ prices, measured, assumptions: { tokens } }: CapacityData): BillLine[] {
  const storedGb = (tokens.value * measured.storage.perPerson) / BYTES_PER_GB;
  return buildBill(prices, { 'stored GB': storedGb, 'active users': tokens.value });
}

/** Releases a second in the mean of the target hour, and in its busiest seconds. */
export function targetRates({ assumptions }: Pick<CapacityData, 'assumptions'>): { mean: number; peak: number } {
  const mean = assumptions.releasesPerHour.value / 3600;
  return { mean, peak: mean * assumptions.peakFactor.value };
}

/** The shares of each limit that the target takes and the releases a second that reach it, the tightest first. */
export function computeLoads(data: CapacityData) {
  const { release, beside, stage } = data.measured;
  const { mean, peak } = targetRates(data);
  const usage = addAssumed(add([...Object.values(release), ...Object.values(beside)]), data);
  const own = {
    service: '**Llavero**',
    what: 'requests of the stage (`apiRatePerSecond`, default)',
    value: stage.apiRatePerSecond,
    unit: 'per second',
    of: ['API requests'],
    remedy: 'raise the stage’s setting; the look at the status is most of it',
    confirmed: true,
  };
  return [own, ...data.quotas]
    .map((limit) => {
      const used = count(usage, limit.of) / limit.value;
      return { ...limit, atMean: used * mean, atPeak: used * peak, reachedAt: 1 / used };
    })
    .sort((a, b) => b.atPeak - a.atPeak);
}
