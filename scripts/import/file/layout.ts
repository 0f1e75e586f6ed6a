import type { FileHandle } from 'node:fs/promises';
import { csvLines } from './csv-lines.ts';
import { splitCells } from './csv-records.ts';
import { COLUMNS, type Column } from './person-line.ts';
import { decodeLine, refuseFile, type TextEncoding, unicodeBytes } from './text-encoding.ts';

/** Where the file's header stands, and what it says. */
export interface Layout {
  readonly headerLine: number;
  readonly delimiter: string;
  /** The columns in the file's order; null where a column has no name. */
  readonly columns: readonly (Column | null)[];
}

const DELIMITERS = [',', ';', '\t'];

const HEADER = COLUMNS.join(',');
const HEADER_REMEDY = {
  es: `la primera línea debe tener estos nombres, en cualquier orden: ${HEADER}`,
  en: `its first line must have these names, in any order: ${HEADER}`,
};

/**
 * Reads the header, and a `sep=` line before it.
 *
 * @throws UsageError where there is no header that can be read.
 */
export async function readLayout(file: FileHandle, encoding: TextEncoding): Promise<Layout> {
  let separator: string | undefined;
  for await (const { number, bytes } of csvLines(unicodeBytes(file, encoding.unicode), encoding.lineEnd)) {
    const text = (bytes && decodeLine(bytes, encoding)) ?? '';
    if (/^[,;\s"]*$/.test(text)) continue;
    const declared = separator === undefined ? /^"?sep=(.)"?[,;\t]*$/i.exec(text)?.[1] : undefined;
    if (declared === undefined) return parseHeader(text, number, separator);
    if (!DELIMITERS.includes(declared)) {
      const es = `dice que separa las celdas con «${declared}»`;
      const remedy = { es: 'use coma, punto y coma o tabulador', en: 'use comma, semicolon or tab' };
      throw refuseFile(es, `says that "${declared}" parts its cells`, remedy);
    }
    separator = declared;
  }
  throw refuseFile('está vacío', 'is empty', HEADER_REMEDY);
}

function parseHeader(text: string, headerLine: number, separator: string | undefined): Layout {
  const readings = (separator === undefined ? DELIMITERS : [separator]).map((delimiter) => ({
    delimiter,
    names: (splitCells(text, delimiter) ?? []).map((name) => name.toLowerCase()),
  }));
  const [best] = readings.sort((one, other) => other.names.length - one.names.length);
  if (!best) throw refuseFile('no tiene encabezado', 'has no header', HEADER_REMEDY);
  const { delimiter, names } = best;
  const missing = COLUMNS.filter((column) => !names.includes(column));
  const named = names.filter((name) => name !== '');
  if (missing.length === COLUMNS.length) throw refuseFile('no tiene encabezado', 'has no header', HEADER_REMEDY);
  if (missing.length > 0) {
    const list = missing.join(', ');
    throw refuseFile(`no tiene la columna ${list}`, `has no column ${list}`, HEADER_REMEDY);
  }
  if (named.length > COLUMNS.length) {
    throw refuseFile('tiene una columna de más o repetida', 'has a column too many or twice', HEADER_REMEDY);
  }
  return {
    headerLine,
    delimiter,
    columns: names.map((name) => COLUMNS.find((column) => column === name) ?? null),
  };
}
