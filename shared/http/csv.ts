/** The beginning of what a spreadsheet runs, also behind white space, and in the full width of some keyboards. */
const RUNNABLE = /^[\s'=+\-@＝＋－＠]/u;

/**
 * A page's items as CSV (RFC 4180): a header row of the columns, then a row for each item. A column is a path in the
 * item. What is not there is empty, words of a list are apart by spaces, and anything else with parts is JSON.
 */
export function writeCsv(columns: readonly string[], items: readonly object[]): string {
  const rows = items.map((item) => columns.map((column) => cellText(valueAt(item, column))));
  return [columns, ...rows].map((cells) => `${cells.map(writeCell).join(',')}\r\n`).join('');
}

/**
 * One cell. A spreadsheet would run a text that begins like a formula, so it gets an apostrophe before it. So does a
 * text that begins with an apostrophe: to take one away always gives the text back.
 */
export function writeCell(text: string): string {
  const inert = RUNNABLE.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

function valueAt(item: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    return typeof value === 'object' && value !== null
      ? Object.entries(value).find(([key]) => key === name)?.[1]
      : undefined;
  }, item);
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(' ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
