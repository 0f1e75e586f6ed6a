import { type CapacityData, rowOf } from '../data.ts';
import type { TouchFigures } from '../measured.ts';
import { touchesOf } from '../parts.ts';
import { type PartitionLimits, Partitions, Traffic } from './partitions.ts';
import { seededRandom } from './random.ts';
import { keyOf, placeOf, type SimulatedRelease } from './release-keys.ts';

/** What the simulation found for one kind of partition key. */
export interface Heat {
  readonly target: string;
  readonly partition: string;
  /** Units that one release consumes there. */
  readonly read: number;
  readonly write: number;
  /** Releases a second that its partitions bear before any has split, and once they have split as far as they can. */
  readonly unsplitAt: number;
  /** Infinity where it was not reached at any rate that was tried. */
  readonly reachedAt: number;
}

export interface Company {
  readonly users: number;
  readonly administrators: number;
}

const SEED = 20_261_125;
/** Releases in each simulated stretch of time. */
const SAMPLE = 500;
/** The last stretch is so many times as long: bursts even out, for which DynamoDB keeps five minutes of unused capacity. */
const LAST = 4;
/** Stretches in which partitions may split, one after the other. */
const STRETCHES = 16;
/** Beyond this, a sample of that size says nothing. */
export const HIGHEST_RATE = 2 ** 14;

/**
 * How hot the releases of companies make the partitions of each kind of key, one kind after the other: the rate at which
 * DynamoDB would refuse, after it has split what it can.
 *
 * @param companies among which the releases are spread evenly.
 * @param onlyPartition the kind of partition key to look at, where it is one.
 */
export function heatOf(
  data: Pick<CapacityData, 'measured' | 'assumptions' | 'quotas'>,
  companies: readonly Company[],
  onlyPartition?: string,
): Heat[] {
  const limits = {
    read: rowOf(data.quotas, 'partition-reads').value,
    write: rowOf(data.quotas, 'partition-writes').value,
  };
  const kinds = Map.groupBy(touchesOf(data), ({ target, partition }) => `${target} ${partition}`);
  return [...kinds.values()]
    .filter(([first]) => onlyPartition === undefined || first?.partition === onlyPartition)
    .map((touches) => heatOfKind(touches, companies, limits))
    .sort((a, b) => a.reachedAt - b.reachedAt || a.unsplitAt - b.unsplitAt);
}

function heatOfKind(touches: readonly TouchFigures[], companies: readonly Company[], limits: PartitionLimits): Heat {
  const [first] = touches;
  if (!first) throw new Error('unreachable');
  const stretches = stretchesOf(touches, companies);
  const [read, write] = [totalOf(touches, 'read'), totalOf(touches, 'write')];
  const settledAt = (rate: number) =>
    settle(stretches, { read: (limits.read * SAMPLE) / rate, write: (limits.write * SAMPLE) / rate });

  let rate = 1;
  while (rate < HIGHEST_RATE && settledAt(rate * 2) <= 1) rate *= 2;
  const reached = rate < HIGHEST_RATE;
  for (let step = rate / 2; reached && step >= rate / 64; step /= 2) {
    if (settledAt(rate + step) <= 1) rate += step;
  }
  return {
    target: first.target,
    partition: first.partition,
    read,
    write,
    unsplitAt: 1 / Math.max(read / limits.read, write / limits.write),
    reachedAt: reached ? rate : Number.POSITIVE_INFINITY,
  };
}

const totalOf = (touches: readonly TouchFigures[], kind: 'read' | 'write'): number =>
  touches.reduce((sum, touch) => sum + touch[kind], 0);

interface Stretches {
  readonly before: readonly Traffic[];
  readonly last: Traffic;
}

/** The traffic of stretch after stretch, the same for every rate: a rate only makes them shorter. */
function stretchesOf(touches: readonly TouchFigures[], companies: readonly Company[]): Stretches {
  const random = seededRandom(SEED);
  let time = Date.UTC(2026, 0, 1);
  const stretch = (releases: number) =>
    new Traffic(
      Array.from({ length: releases }, () => {
        time += 1;
        const release = aRelease(companies, random, time);
        return touches.map((touch) => ({
          place: placeOf(keyOf(touch, release)),
          read: touch.read,
          write: touch.write,
        }));
      }).flat(),
    );
  return { before: Array.from({ length: STRETCHES }, () => stretch(SAMPLE)), last: stretch(SAMPLE * LAST) };
}

/** How hot the hottest partition is once they have split; the limits are for a stretch. */
function settle({ before, last }: Stretches, limits: PartitionLimits): number {
  const partitions = new Partitions(limits);
  for (const stretch of before) partitions.splitForHeat(stretch);
  // What comes after the splits meets them with new keys: those that only ever grow all go to the last range.
  return partitions.hottest(last).utilisation / LAST;
}

function aRelease(companies: readonly Company[], random: () => number, time: number): SimulatedRelease {
  const pick = (count: number) => Math.floor(random() * count);
  const companyIndex = pick(companies.length);
  const { users, administrators } = companies[companyIndex] ?? { users: 1, administrators: 1 };
  const [holder, requester] = [pick(users), pick(administrators)];
  const id = (kind: string, index: number) => `${kind}-${companyIndex}-${index}`;
  return {
    companyId: String(companyIndex),
    requesterId: id('administrator', requester),
    requesterDeviceId: id('administrator-device', requester),
    requesterTokenId: id('administrator-token', requester),
    holderId: id('user', holder),
    holderDeviceId: id('device', holder),
    // Names spread over the alphabet.
    holderName: String.fromCharCode(97 + pick(26)) + random().toString(36).slice(2, 8),
    tokenId: id('token', holder),
    changeId: Math.floor(random() * 2 ** 48)
      .toString(16)
      .padStart(64, '0'),
    at: new Date(time).toISOString(),
    seq: 1 + pick(1000),
  };
}
