import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { UsageError } from '../../../tools/command-line.ts';
import { say } from '../say.ts';
import { csvLines, LINE_ENDS, type LineEnd } from './csv-lines.ts';

/** The encoding by which a file's bytes are read as text. */
export interface TextEncoding {
  readonly unicode: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** Set where the lines are read so instead; undefined where a line that is not Unicode is bad. */
  readonly otherwise: 'windows-1252' | undefined;
  readonly lineEnd: LineEnd;
}

const CHUNK_BYTES = 64 * 1024;

const MARKS = [
  { unicode: 'utf-16le', bytes: [0xff, 0xfe] },
  { unicode: 'utf-16be', bytes: [0xfe, 0xff] },
] as const;

/** The first bytes of files that are no text, as people send them. */
const WORKBOOKS = [
  [0x50, 0x4b, 0x03, 0x04],
  [0xd0, 0xcf, 0x11, 0xe0],
];

/** Bytes that Windows-1252 gives no character. */
const NOT_WINDOWS_1252 = /[\x81\x8d\x8f\x90\x9d]/;

const REMEDY_ES = 'ábralo en la hoja de cálculo y guárdelo como «CSV UTF-8»';
const REMEDY_EN = 'open it in the spreadsheet and save it as "CSV UTF-8"';

/** The cause, with the remedy, for which a file is refused whole. */
export function refuseFile(es: string, en: string, remedy = { es: REMEDY_ES, en: REMEDY_EN }): UsageError {
  return new UsageError(say(`El archivo ${es}: ${remedy.es}`, `The file ${en}: ${remedy.en}`));
}

/**
 * Finds how the file's text is encoded, from all of its bytes: a file is UTF-8 unless more of its lines are not than are.
 *
 * @throws UsageError where it is no text that can be read.
 */
export async function detectEncoding(file: FileHandle): Promise<TextEncoding> {
  const unicode = await readUnicode(file);
  const seen = { utf8: 0, other: 0, undefinedBytes: false, zero: false, feeds: false, returns: false };
  for await (const chunk of unicodeBytes(file, unicode)) {
    seen.zero ||= chunk.includes(0);
    seen.feeds ||= chunk.includes(LINE_ENDS.feed);
    seen.returns ||= chunk.includes(LINE_ENDS.return);
  }
  if (seen.zero) throw refuseFile('no es texto', 'is not text');
  const lineEnd = seen.returns && !seen.feeds ? 'return' : 'feed';
  for await (const { bytes } of csvLines(unicodeBytes(file, unicode), lineEnd)) {
    if (!bytes) continue;
    const text = bytes.toString('latin1');
    if (!isUtf8(bytes)) {
      seen.other++;
      seen.undefinedBytes ||= NOT_WINDOWS_1252.test(text);
    } else if (/[\x80-\xff]/.test(text)) seen.utf8++;
  }
  if (seen.other <= seen.utf8) return { unicode, otherwise: undefined, lineEnd };
  if (seen.undefinedBytes || lineEnd === 'return') {
    throw refuseFile('no está en UTF-8, UTF-16 ni Windows-1252', 'is in none of UTF-8, UTF-16 and Windows-1252');
  }
  return { unicode, otherwise: 'windows-1252', lineEnd };
}

/** The file from its start, as bytes of UTF-8 where it is Unicode. */
export async function* unicodeBytes(file: FileHandle, unicode: TextEncoding['unicode']): AsyncGenerator<Buffer> {
  if (unicode === 'utf-8') {
    yield* rawBytes(file);
    return;
  }
  const decoder = new TextDecoder(unicode);
  for await (const chunk of rawBytes(file)) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

/** From its start at each call: a stream of the handle would leave it where its reader stopped. */
async function* rawBytes(file: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const WINDOWS_1252 = new TextDecoder('windows-1252');

/** A line's text; undefined where it is not encoded as the file is. */
export function decodeLine(bytes: Buffer, { otherwise }: Pick<TextEncoding, 'otherwise'>): string | undefined {
  if (otherwise) return WINDOWS_1252.decode(bytes);
  return isUtf8(bytes) ? UTF_8.decode(bytes) : undefined;
}

async function readUnicode(file: FileHandle): Promise<TextEncoding['unicode']> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
  const starts = (bytes: readonly number[]) =>
    bytesRead >= bytes.length && bytes.every((byte, index) => buffer[index] === byte);
  if (WORKBOOKS.some(starts)) throw refuseFile('es un libro de Excel y no un CSV', 'is an Excel workbook and no CSV');
  return MARKS.find(({ bytes }) => starts(bytes))?.unicode ?? 'utf-8';
}
