import { billOf, sumOf } from '../cost.ts';
import type { CapacityData } from '../data.ts';
import type { Heat } from '../heat/simulate.ts';
import { HIGHEST_RATE } from '../heat/simulate.ts';
import { type Load, targetRates } from '../limits.ts';
import type { Part } from '../parts.ts';
import { type Bar, barPlot } from './bars.ts';

const OWN = '#2f6f9f';
const BESIDE = '#7fb2d0';
const OVER = '#c2483b';
const FITS = '#4f9a6b';

const LEAST_SHOWN = 0.001;

/** The bill of a thousand releases by line: what a release cannot do without, and what goes with it. */
export function costPlot(data: CapacityData, parts: readonly Part[]): string {
  const [own, beside] = [true, false].map((isOwn) =>
    billOf(
      data,
      parts.filter((part) => part.own === isOwn),
      1000,
    ),
  );
  const ids = [...new Set([...(own ?? []), ...(beside ?? [])].map(({ price }) => price.id))];
  const usdOf = (lines: typeof own, id: string) => sumOf((lines ?? []).filter(({ price }) => price.id === id));
  const bars = ids
    .map((id): Bar => {
      const { service, what } = [...(own ?? []), ...(beside ?? [])].find(({ price }) => price.id === id)?.price ?? {};
      const [first, second] = [usdOf(own, id), usdOf(beside, id)];
      return {
        label: `${service}: ${what}`,
        value: first + second,
        inner: first,
        shown: usd(first + second),
        color: BESIDE,
      };
    })
    .filter(({ value }) => value >= LEAST_SHOWN)
    .sort((a, b) => b.value - a.value);
  const highest = Math.ceil((bars[0]?.value ?? 1) * 10 + 0.01) / 10;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => ({ value: share * highest, label: usd(share * highest) }));
  return barPlot({
    title: 'What 1,000 releases cost, by line of the bill',
    subtitle: 'US dollars at list price in us-east-1, without free allowances; lines under a tenth of a cent left out',
    bars,
    axis: { label: 'US dollars for 1,000 releases', ticks, scale: 'linear' },
    legend: [
      { label: 'the release itself', color: '#567887' },
      { label: 'notices, archive, receipt, the next phone', color: BESIDE },
    ],
  });
}

/** How much of each limit the target's busiest seconds take. */
export function quotaPlot(data: CapacityData, loads: readonly Load[]): string {
  const { peak } = targetRates(data);
  const bars = loads.map(
    ({ service, what, atPeak, atMean, owner }): Bar => ({
      label: `${owner === 'product' ? '' : `${service}: `}${short(what)}`,
      value: atPeak,
      inner: Math.min(atMean, atPeak),
      shown: percent(atPeak),
      color: atPeak > 1 ? OVER : FITS,
    }),
  );
  return barPlot({
    title: 'How much of each limit the target takes',
    subtitle: `${count(data.assumptions.releasesPerHour.value)} releases an hour; light: the busiest seconds (${peak.toFixed(0)} a second), dark: the mean of the hour`,
    bars,
    axis: {
      label: 'share of the limit (logarithmic)',
      ticks: [0.001, 0.01, 0.1, 1, 10, 100].map((value) => ({ value, label: percent(value) })),
      scale: 'logarithmic',
    },
    marks: [{ value: 1, label: 'the limit', color: OVER }],
  });
}

/** At how many releases a second the partitions of each kind of key are as hot as they may be. */
export function heatPlot(data: CapacityData, heats: readonly Heat[], title: string): string {
  const { peak } = targetRates(data);
  const bars = heats.map(({ target, partition, reachedAt, unsplitAt }): Bar => {
    const reached = Number.isFinite(reachedAt);
    return {
      label: `${target} ${partition}`,
      value: reached ? reachedAt : HIGHEST_RATE,
      inner: Math.min(unsplitAt, reached ? reachedAt : HIGHEST_RATE),
      shown: reached ? count(reachedAt) : `over ${count(HIGHEST_RATE)}`,
      color: reachedAt <= peak ? OVER : OWN,
    };
  });
  return barPlot({
    title,
    subtitle:
      'Releases a second that the partitions bear; dark: all in one partition, light: once they have split for heat',
    bars,
    axis: {
      label: 'releases a second (logarithmic)',
      ticks: [10, 100, 1_000, 10_000, 100_000].map((value) => ({ value, label: count(value) })),
      scale: 'logarithmic',
    },
    marks: [{ value: peak, label: 'the target’s busiest seconds', color: OVER }],
  });
}

const usd = (value: number): string => `$${value.toFixed(3)}`;
const percent = (share: number): string => `${Number((share * 100).toPrecision(3)).toLocaleString('en-US')} %`;
const count = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
/** Without what stands in brackets, and shortened to fit beside a bar. */
const short = (what: string): string =>
  what.replace(/ \(.*\)| for 55 s of a minute|, refill of the bucket|, if each .*|`/g, '');
