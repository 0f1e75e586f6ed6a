import type { CostLine } from '../cost.ts';
import type { Load } from '../limits.ts';
import type { Part } from '../parts.ts';

/** A Markdown table; the columns named in `right` are figures. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const rule = head.map((_, index) => (right.includes(index) ? '---:' : '---'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** At most so many digits after the point, thousands set apart. */
export function number(value: number, digits = 2): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

export const dollars = (value: number): string =>
  `$${value.toLocaleString('en-US', { minimumFractionDigits: 4, maximumFractionDigits: 4 })}`;
export const monthlyDollars = (value: number): string =>
  `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
const percent = (share: number): string => `${number(Number((share * 100).toPrecision(3)), 2)} %`;

/** One row for each part of a release. */
export function partsTable(parts: readonly Part[]): string {
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  const callCount = ({ calls }: Part) => Object.values(calls).reduce((total, count) => total + count, 0);
  const row = (title: string, of: (read: (part: Part) => number) => number) => [
    title,
    number(of(callCount)),
    number(of((part) => part.reads)),
    number(of((part) => part.writes)),
    number(of((part) => part.apiRequests)),
    number(of((part) => part.invocations)),
    number(
      of((part) => part.ms),
      0,
    ),
    number(
      of((part) => part.logBytes),
      0,
    ),
  ];
  return table(
    ['part', 'AWS calls', 'read units', 'write units', 'API requests', 'Lambda runs', 'Lambda ms, here', 'log bytes'],
    [...parts.map((part) => row(part.title, (read) => read(part))), row('**together**', sum)],
    [1, 2, 3, 4, 5, 6, 7],
  );
}

/** AWS calls by operation, one column for each part. */
export function callsTable(parts: readonly Part[]): string {
  const operations = [...new Set(parts.flatMap(({ calls }) => Object.keys(calls)))].sort();
  const rows = operations.map((operation) => [
    `\`${operation}\``,
    ...parts.map(({ calls }) => (calls[operation] ? number(calls[operation]) : '')),
  ]);
  return table(
    ['operation', ...parts.map(({ title }) => title)],
    rows,
    parts.map((_, index) => index + 1),
  );
}

/** A bill with its sum. */
export function billTable(lines: readonly CostLine[], usd: (value: number) => string): string {
  const rows = lines.map(({ price, quantity, usd: cost }) => [
    price.service,
    `${price.what}${price.confirmed ? '' : ' †'}`,
    number(quantity, quantity < 1 ? 4 : 1),
    `$${price.usd} for ${number(price.per)} ${price.unit}`,
    usd(cost),
  ]);
  const total = lines.reduce((sum, line) => sum + line.usd, 0);
  return table(
    ['service', 'what', 'quantity', 'price', 'cost'],
    [...rows, ['', '**together**', '', '', `**${usd(total)}**`]],
    [2, 4],
  );
}

/** Limits, the tightest first. */
export function loadsTable(loads: readonly Load[]): string {
  return table(
    ['limit', 'allows', 'mean of the hour', 'busiest seconds', 'reached at, releases/s', 'what to do'],
    loads.map((load) => [
      `${load.owner === 'AWS' ? load.service : '**Llavero**'}: ${load.what}${load.confirmed ? '' : ' †'}`,
      `${number(load.limit)} ${load.unit}`,
      percent(load.atMean),
      load.atPeak > 1 ? `**${percent(load.atPeak)}**` : percent(load.atPeak),
      number(load.reachedAt, 0),
      load.remedy,
    ]),
    [1, 2, 3, 4],
  );
}
