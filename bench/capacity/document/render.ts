import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBill, computeCost, monthlyBill, storageBill, sumCosts } from '../cost.ts';
import type { CapacityData } from '../data.ts';
import { computeLoads, targetRates } from '../limits.ts';
import { buildParts, countCalls, type Part } from '../parts.ts';
import { billTable, callsTable, dollars, loadsTable, monthlyDollars, number, partsTable, table } from './tables.ts';

const RELEASES = 1000;

/** The document, from nothing but the data files and the template. */
export function renderCapacity(data: CapacityData): string {
  const parts = buildParts(data);
  const [own, beside] = [parts.filter((part) => part.own), parts.filter((part) => !part.own)];
  const loads = computeLoads(data, parts);
  const values = {
    ...measurementValues(data, own, beside),
    ...costValues(data, own, beside),
    ...limitValues(data, loads),
    partsOwn: partsTable(own),
    partsBeside: partsTable(beside),
    callsOwn: callsTable(own),
    callsBeside: callsTable(beside),
    loads: loadsTable(loads),
    assumptions: table(
      ['assumption', 'value', 'why'],
      Object.entries(data.assumptions).map(([name, { value, why }]) => [`\`${name}\``, number(value), why]),
      [1],
    ),
  };
  return fill(readFileSync(join(import.meta.dirname, 'template.md'), 'utf8'), values);
}

function measurementValues({ measured }: CapacityData, own: readonly Part[], beside: readonly Part[]) {
  const callCount = (parts: readonly Part[]) => Object.values(countCalls(parts)).reduce((sum, count) => sum + count, 0);
  const path = own.filter(({ id }) => id === 'request' || id === 'decide');
  const notices = beside.filter(({ id }) => id === 'notices');
  return {
    date: measured.date,
    engine: measured.engine,
    machine: measured.machine,
    transitions: number(measured.transitions),
    pathCalls: number(callCount(path)),
    noticeCalls: number(callCount(notices)),
    ownCalls: number(callCount(own)),
    personBytes: number(measured.storage.perPerson),
    personItems: number(measured.storage.mainItemsPerPerson),
    releaseBytes: number(measured.storage.perRelease),
  };
}

function costValues(data: CapacityData, own: readonly Part[], beside: readonly Part[]) {
  const { tokens, releasesPerHour } = data.assumptions;
  const [ownBill, besideBill] = [buildBill(data, own, RELEASES), buildBill(data, beside, RELEASES)];
  const month = monthlyBill(data);
  const storage = storageBill(data, tokens.value, 0);
  const polls = own.filter(({ id }) => id === 'polls');
  const measuredMs = [...own, ...beside].reduce(
    (sum, { ms, invocations }) => ({ ms: sum.ms + ms, runs: sum.runs + invocations }),
    {
      ms: 0,
      runs: 0,
    } as { ms: number; runs: number },
  );
  return {
    costOwn: dollars(sumCosts(ownBill)),
    costBeside: dollars(sumCosts(besideBill)),
    costTogether: dollars(sumCosts(ownBill) + sumCosts(besideBill)),
    costPolls: dollars(sumCosts(buildBill(data, polls, RELEASES))),
    costHour: monthlyDollars(((sumCosts(ownBill) + sumCosts(besideBill)) * releasesPerHour.value) / RELEASES),
    billOwn: billTable(ownBill, dollars),
    billBeside: billTable(besideBill, dollars),
    billMonth: billTable(month, monthlyDollars),
    costMonth: monthlyDollars(sumCosts(month)),
    billStorage: billTable(storage, monthlyDollars),
    costSignedIn: monthlyDollars(computeCost(data.prices, 'cognito-user', tokens.value).usd),
    tokens: number(tokens.value),
    meanMs: number(measuredMs.ms / measuredMs.runs, 0),
    billedMs: number(data.assumptions.billedMsPerInvocation.value),
    polls: number(polls[0]?.apiRequests ?? 0),
    secondsToDecide: number(data.assumptions.secondsToDecide.value),
  };
}

function limitValues(data: CapacityData, loads: ReturnType<typeof computeLoads>) {
  const { mean, peak } = targetRates(data);
  const named = (load: (typeof loads)[number]) =>
    `${load.owner === 'AWS' ? `${load.service}: ` : ''}${load.what}${load.confirmed ? '' : ' †'}`;
  const beyond = loads.filter(({ atPeak }) => atPeak > 1);
  return {
    releasesPerHour: number(data.assumptions.releasesPerHour.value),
    meanRate: number(mean, 1),
    peakRate: number(peak, 1),
    peakFactor: number(data.assumptions.peakFactor.value),
    beyondCount: number(beyond.length),
    beyond: beyond
      .map(
        (load, index) =>
          `${index + 1}. ${named(load)}: reached at ${number(load.reachedAt, 1)} releases a second. To do: ${load.remedy}.`,
      )
      .join('\n'),
  };
}

/** Puts values in the place of their names; a name without a value and a value without a name both fail. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  const unused = new Set(Object.keys(values));
  const filled = template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The template asks for ${name}, which nothing gives`);
    unused.delete(name);
    return value;
  });
  if (unused.size > 0) throw new Error(`The template does not ask for ${[...unused].join(', ')}`);
  return filled;
}
