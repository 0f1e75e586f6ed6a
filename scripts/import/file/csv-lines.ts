/** A line of the file by its number from 1: its bytes without the line end, or null where it is too long to be kept. */
export interface RawLine {
  readonly number: number;
  readonly bytes: Buffer | null;
}

/** No good line comes near it; a longer one is not kept in memory. */
export const MAX_LINE_BYTES = 16 * 1024;

export const LINE_ENDS = { feed: 0x0a, return: 0x0d } as const;
/** The byte at which lines end; a carriage return before a line feed belongs to the end. */
export type LineEnd = keyof typeof LINE_ENDS;

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The lines that are not empty, by their numbers in the file. */
export async function* csvLines(chunks: AsyncIterable<Buffer>, lineEnd: LineEnd = 'feed'): AsyncGenerator<RawLine> {
  const endByte = LINE_ENDS[lineEnd];
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
    for (let end = chunk.indexOf(endByte); end !== -1; end = chunk.indexOf(endByte, from)) {
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
  const end = bytes.at(-1) === LINE_ENDS.return ? -1 : bytes.length;
  return bytes.subarray(start, end);
}
