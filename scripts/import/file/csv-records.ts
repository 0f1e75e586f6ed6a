import { parse } from 'csv-parse/sync';
import { say } from '../say.ts';
import { MAX_LINE_BYTES, type RawLine } from './csv-lines.ts';
import { decodeLine, type TextEncoding } from './text-encoding.ts';

/** A record by the number of its first line: its cells without the space around them, or why it cannot be read. */
export type CsvRecord =
  | { readonly number: number; readonly cells: readonly string[] }
  | { readonly number: number; readonly reason: string };

/** The rules by which records are told from lines. */
export interface RecordFormat {
  readonly encoding: Pick<TextEncoding, 'otherwise'>;
  readonly delimiter: string;
  readonly columns: number;
}

/** Lines that one record may be spread over. */
const MAX_RECORD_LINES = 20;

const TOO_LONG = say('es demasiado larga: revise esta línea', 'is too long: look at this line');
const WRONG_ENCODING = say(
  'no está en UTF-8 como el resto del archivo: corríjala y guarde el archivo como «CSV UTF-8»',
  'is not UTF-8 as the rest of the file is: correct it and save the file as "CSV UTF-8"',
);
const QUOTES = say(
  'tiene comillas fuera de lugar: bórrelas o duplíquelas',
  'has a quotation mark out of place: delete it or double it',
);

/** Reads records. A quote left open spoils its own line only; a cell that has line breaks is one record. */
export async function* csvRecords(lines: AsyncIterable<RawLine>, format: RecordFormat): AsyncGenerator<CsvRecord> {
  const source = lines[Symbol.asyncIterator]();
  const ahead: RawLine[] = [];
  const next = async (): Promise<RawLine | undefined> => {
    const waiting = ahead.shift();
    if (waiting) return waiting;
    const { value, done } = await source.next();
    return done ? undefined : value;
  };
  for (let line = await next(); line; line = await next()) {
    if (line.bytes && isOpen(line.bytes)) {
      const { whole, taken } = await findWhole(line, line.bytes, next, format);
      if (whole) {
        yield whole;
        continue;
      }
      ahead.unshift(...taken);
    }
    const record = readRecord(line, format);
    if (!isEmpty(record)) yield record;
  }
}

/** The record that begins with this line and ends some lines further on, if there is one, and the lines it looked at. */
async function findWhole(
  first: RawLine,
  begun: Buffer,
  next: () => Promise<RawLine | undefined>,
  format: RecordFormat,
): Promise<{ whole: CsvRecord | undefined; taken: RawLine[] }> {
  const taken: RawLine[] = [];
  let bytes = begun;
  while (taken.length < MAX_RECORD_LINES) {
    const line = await next();
    if (!line) break;
    taken.push(line);
    if (!line.bytes || bytes.length + line.bytes.length > MAX_LINE_BYTES) break;
    bytes = Buffer.concat([bytes, Buffer.from('\n'), line.bytes]);
    if (isOpen(bytes)) continue;
    const record = readRecord({ number: first.number, bytes }, format);
    if ('cells' in record && record.cells.length === format.columns) return { whole: record, taken: [] };
  }
  return { whole: undefined, taken };
}

/** True if a quote that opened has not closed. */
function isOpen(bytes: Buffer): boolean {
  let quotes = 0;
  for (let at = bytes.indexOf('"'); at !== -1; at = bytes.indexOf('"', at + 1)) quotes++;
  return quotes % 2 === 1;
}

function readRecord({ number, bytes }: RawLine, { encoding, delimiter }: RecordFormat): CsvRecord {
  if (!bytes) return { number, reason: TOO_LONG };
  const text = decodeLine(bytes, encoding);
  if (text === undefined) return { number, reason: WRONG_ENCODING };
  const cells = splitCells(text, delimiter);
  return cells ? { number, cells } : { number, reason: QUOTES };
}

/** The cells of one record, or undefined where its quotes are wrong. */
export function splitCells(text: string, delimiter: string): string[] | undefined {
  try {
    // The delimiter of records is one that no text has: a line break within quotes is part of a cell.
    const rows: string[][] = parse(text, { delimiter, relaxColumnCount: true, recordDelimiter: '\u0000' });
    return (rows[0] ?? ['']).map((cell) => cell.replaceAll(/^[\p{Zs}\t]+|[\p{Zs}\t]+$/gu, ''));
  } catch {
    return undefined;
  }
}

function isEmpty(record: CsvRecord): boolean {
  return 'cells' in record && record.cells.every((cell) => cell === '');
}
