import { type BillLine, billMonth, billPersons, billReleases, computeLoads, sumBill, targetRates } from './bill.ts';
import type { CapacityData, Parts } from './data.ts';
import { add, count, countCalls, isCall } from './usage.ts';

const RELEASES = 1000;

/** The page with its figures written anew; what is not between two of its marks is left as it is. */
export function fillPage(page: string, figures: Readonly<Record<string, string>>): string {
  const missing = new Set(Object.keys(figures));
  const filled = page.replaceAll(/(<!-- figures: (.+) -->\n)[\s\S]*?(<!-- end -->)/g, (_, begin, name, end) => {
    const figure = figures[name];
    if (figure === undefined) throw new Error(`The page asks for the figures ${name}, which nothing gives`);
    missing.delete(name);
    return `${begin}\n${figure}\n\n${end}`;
  });
  if (missing.size > 0) throw new Error(`The page does not ask for ${[...missing].join(', ')}`);
  return filled;
}

/** The figures of the page by the name that it asks for them. */
export function renderFigures(data: CapacityData): Record<string, string> {
  const { measured, assumptions } = data;
  const persons = billPersons(data);
  return {
    'in short': inShort(data),
    'the measurement': measurement(data),
    'the release': partsTable(data, measured.release),
    'beside it': partsTable(data, measured.beside),
    'bill of the release': billTable(billReleases(data, add(Object.values(measured.release)), RELEASES)),
    'bill of the rest': billTable(billReleases(data, add(Object.values(measured.beside)), RELEASES)),
    'bill of a month': billTable(billMonth(data), 2),
    'bill of all persons': billTable(persons, 2),
    storage: storage(data),
    limits: loadsTable(data),
    assumptions: table(
      ['assumption', 'value', 'why'],
      Object.entries(assumptions).map(([name, { value, why }]) => [`\`${name}\``, number(value), why]),
    ),
  };
}

function measurement({ measured: { date, engine, machine, release, beside }, assumptions }: CapacityData): string {
  const all = add([...Object.values(release), ...Object.values(beside)]);
  const mean = count(all, ['Lambda ms, here']) / count(all, ['Lambda runs']);
  return `Measured ${date} by \`npm run capacity\` on ${engine}, ${machine}: one release, after one that is not counted. A run of a function took ${number(mean, 0)} ms in the mean, and is billed here as ${number(assumptions.billedMsPerInvocation.value)} ms.`;
}

function storage({ measured: { storage: stored }, assumptions }: CapacityData): string {
  return `Each of ${number(assumptions.tokens.value)} persons has a virtual and a physical token and a phone. A person takes ${number(stored.perPerson)} bytes and ${number(stored.mainItemsPerPerson)} items of the main table. A release with its next phone leaves ${number(stored.perRelease)} bytes more.`;
}

function inShort(data: CapacityData): string {
  const { release, beside } = data.measured;
  const [own, rest] = [release, beside].map((parts) =>
    sumBill(billReleases(data, add(Object.values(parts)), RELEASES)),
  ) as [number, number];
  const parts: Parts = { ...release, ...beside };
  const calls = (names: readonly string[]) => countCalls(add(names.map((name) => parts[name] ?? {})));
  const hour = data.assumptions.releasesPerHour.value;
  return [
    `- **1,000 releases cost ${dollars(own)}**, and ${dollars(rest)} more with notices, archive, a receipt and the next phone for each: ${dollars(own + rest)} in all, without free allowances. An hour of ${number(hour)} such releases costs ${dollars(((own + rest) * hour) / RELEASES, 2)}. An unused stage costs ${dollars(sumBill(billMonth(data)), 2)} a month.`,
    `- **A release is ${calls(['request and hold', 'decision and effect'])} AWS calls** from the request to its effect, and ${calls(['notices'])} beside it to tell the holder and to drop the phone's push endpoint. A function that has not met its caller makes one more. With the calls of the phone, of the console's polling and of the reconciler it is ${calls(Object.keys(release))}.`,
    `- **${computeLoads(data).filter(({ atPeak }) => atPeak > 1).length} limits** lie below the busiest seconds of the target; the table of limits says of each what to do.`,
  ].join('\n');
}

/** The measures that have a row, in its order; a row for each operation follows. */
const MEASURES = [
  'read units',
  'write units',
  'API requests',
  'Lambda runs',
  'Lambda ms, here',
  'log bytes',
  'states entered',
];

/** One column for each part of a release, and one for all of them. */
function partsTable(data: CapacityData, parts: Parts): string {
  const together = add(Object.values(parts));
  const usages = [...Object.values(parts), together];
  const operations = Object.keys(together).filter(isCall).sort();
  return table(
    ['', ...Object.keys(parts), '**together**'],
    [
      ['**AWS calls**', ...usages.map((usage) => number(countCalls(usage)))],
      ...MEASURES.filter((name) => together[name]).map((name) => [
        name,
        ...usages.map((usage) => number(count(usage, [name]))),
      ]),
      ['**cost of 1,000**', ...usages.map((usage) => dollars(sumBill(billReleases(data, usage, RELEASES))))],
      ...operations.map((name) => [`\`${name}\``, ...usages.map((usage) => (usage[name] ? number(usage[name]) : ''))]),
    ],
  );
}

/** A bill with its sum, in dollars of so many digits after the point. */
function billTable(lines: readonly BillLine[], digits = 4): string {
  const rows = lines.map(({ price, quantity, usd }) => [
    price.service,
    `${price.what}${mark(price)}`,
    number(quantity, quantity < 1 ? 4 : 1),
    `$${price.usd} for ${number(price.per)} ${price.unit}`,
    dollars(usd, digits),
  ]);
  const total = ['', '**together**', '', '', `**${dollars(sumBill(lines), digits)}**`];
  return table(['service', 'what', 'quantity', 'price', 'cost'], [...rows, total]);
}

/** Limits, the tightest first. */
function loadsTable(data: CapacityData): string {
  const { mean, peak } = targetRates(data);
  const percent = (share: number) => `${number(Number((share * 100).toPrecision(3)))} %`;
  return table(
    [
      'limit',
      'allows',
      `mean of the hour, ${number(mean, 1)}/s`,
      `busiest seconds, ${number(peak, 1)}/s`,
      'reached at, releases/s',
      'what to do',
    ],
    computeLoads(data).map((load) => [
      `${load.service}: ${load.what}${mark(load)}`,
      `${number(load.value)} ${load.unit}`,
      percent(load.atMean),
      load.atPeak > 1 ? `**${percent(load.atPeak)}**` : percent(load.atPeak),
      number(load.reachedAt, load.atPeak > 1 ? 1 : 0),
      load.remedy,
    ]),
  );
}

/** A Markdown table; a column whose first cell is a figure stands right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, index) => (/^\**\$?\d/.test(rows[0]?.[index] ?? '') ? '---:' : '---'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Marks a figure of AWS's that was not seen on a public page. */
const mark = ({ confirmed }: { readonly confirmed: boolean }): string => (confirmed ? '' : ' †');

/** At most so many digits after the point, thousands set apart. */
function number(value: number, digits = 2): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

function dollars(value: number, digits = 4): string {
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
