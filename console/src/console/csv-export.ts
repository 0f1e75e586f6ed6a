/** One page of a list as CSV, and the cursor of the next. */
export interface CsvPage {
  readonly text: string;
  readonly next: string | null;
}

/** A whole list as one CSV file. */
export interface CsvFile {
  readonly parts: readonly string[];
  readonly rows: number;
}

/** Spreadsheets take a file for UTF-8 where it begins so. */
export const BYTE_ORDER_MARK = '\uFEFF';
const HEADER = /^[^\r\n]*\r\n/;

/**
 * Joins the pages of a list to one file with one header row.
 *
 * @param onRows is told how many rows there are so far.
 * @throws where a page fails or has another header than the first: there is then no file, not half of one.
 */
export async function collectCsv(
  read: (cursor: string | null) => Promise<CsvPage>,
  onRows: (rows: number) => void,
): Promise<CsvFile> {
  const parts: string[] = [];
  let rows = 0;
  let header: string | undefined;
  let cursor: string | null = null;
  do {
    const page: CsvPage = await read(cursor);
    const [ownHeader = ''] = HEADER.exec(page.text) ?? [];
    header ??= ownHeader;
    if (!ownHeader || ownHeader !== header) throw new Error('The columns of the list changed between two pages');
    if (parts.length === 0) parts.push(BYTE_ORDER_MARK + header);
    const body = page.text.slice(ownHeader.length);
    parts.push(body);
    rows += countRows(body);
    onRows(rows);
    cursor = page.next;
  } while (cursor !== null);
  return { parts, rows };
}

/** Reads the cursor of the next page from a `Link` header. */
export function readNextCursor(link: string | null): string | null {
  const [, address] = /<([^>]*)>\s*;\s*rel="?next"?/.exec(link ?? '') ?? [];
  return address === undefined ? null : new URL(address, 'https://list.invalid').searchParams.get('cursor');
}

/** Counts rows: a line break between quotes ends none. */
function countRows(text: string): number {
  let rows = 0;
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (character === '\n' && !quoted) rows += 1;
  }
  return rows;
}
