import { csvLines, MAX_LINE_BYTES } from '../../../scripts/import/file/csv-lines.ts';

async function readLines(...chunks: (string | Buffer)[]): Promise<[number, string | null][]> {
  async function* read() {
    for (const chunk of chunks) yield Buffer.from(chunk);
  }
  const lines: [number, string | null][] = [];
  for await (const { number, bytes } of csvLines(read())) lines.push([number, bytes?.toString() ?? null]);
  return lines;
}

it('numbers the lines from 1 and passes over the empty ones', async () => {
  expect(await readLines('a\n\nb\n\n')).toEqual([
    [1, 'a'],
    [3, 'b'],
  ]);
});

it('takes a last line without its end', async () => {
  expect(await readLines('a\nb')).toEqual([
    [1, 'a'],
    [2, 'b'],
  ]);
});

it('takes a byte order mark at the start and carriage returns at the ends, and keeps those elsewhere', async () => {
  expect(await readLines('\uFEFFa\r\nb\rc\r\n\uFEFFd\n\r\n')).toEqual([
    [1, 'a'],
    [2, 'b\rc'],
    [3, '\uFEFFd'],
  ]);
});

it('gives the same lines wherever the chunks end', async () => {
  const bytes = Buffer.from('\uFEFFñandú,á\r\n"x\r\nz');
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(await readLines(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual([
      [1, 'ñandú,á'],
      [2, '"x'],
      [3, 'z'],
    ]);
  }
});

it('keeps a line of the greatest length, and not one of a byte more', async () => {
  const longest = 'x'.repeat(MAX_LINE_BYTES);
  expect(await readLines('a\n', longest, '\n', longest, 'x', 'x\nb')).toEqual([
    [1, 'a'],
    [2, longest],
    [3, null],
    [4, 'b'],
  ]);
});

it('gives nothing of an empty file', async () => {
  expect(await readLines()).toEqual([]);
});
