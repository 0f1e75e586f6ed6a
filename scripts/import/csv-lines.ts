/** A line of the file by its number from 1: its bytes without the line end, or null where it is too long to be kept. */
export interface RawLine {
  readonly number: number;
  readonly bytes: Buffer | null;
}

/** No good line comes near it; a longer one is not kept in memory. */
export const MAX_LINE_BYTES = 16 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The file's lines that are not empty. A line is a record, so that a quote left open spoils its own line only
 * (no column may have a line break in it).
 */
export async function* csvLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawLine> {
  let number = 1;
  let pieces: Buffer[] = [];
  let length = 0;

  const add = (piece: Buffer) => {
    length += piece.length;
    if (length <= MAX_LINE_BYTES) pieces.push(piece);
    else pieces = [];
  };
  const take = (): RawLine | undefined => {
    const bytes = length <= MAX_LINE_BYTES ? withoutMarks(Buffer.concat(pieces), number) : null;
    const line = { number, bytes };
    number++;
    pieces = [];
    length = 0;
    return bytes?.length === 0 ? undefined : line;
  };

  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      add(chunk.subarray(from, end));
      from = end + 1;
      const line = take();
      if (line) yield line;
    }
    add(chunk.subarray(from));
  }
  const last = take();
  if (last) yield last;
}

function withoutMarks(bytes: Buffer, number: number): Buffer {
  const start = number === 1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  const end = bytes.at(-1) === CARRIAGE_RETURN ? -1 : bytes.length;
  return bytes.subarray(start, end);
}
