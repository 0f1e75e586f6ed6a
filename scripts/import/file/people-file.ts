import { type FileHandle, open } from 'node:fs/promises';
import type { FileFacts } from '../file-facts.ts';
import { csvLines, type RawLine } from './csv-lines.ts';
import { csvRecords } from './csv-records.ts';
import { type Layout, readLayout } from './layout.ts';
import { type BadLine, type PersonLine, parsePersonLine } from './person-line.ts';
import { detectEncoding, type TextEncoding, unicodeBytes } from './text-encoding.ts';

/** A file of people, which is read as often as needed and is never in memory as a whole. */
export class PeopleFile {
  private readonly handle: FileHandle;
  private readonly encoding: TextEncoding;
  private readonly layout: Layout;
  readonly size: number;
  private readonly changedAt: number;

  private constructor(handle: FileHandle, encoding: TextEncoding, layout: Layout, size: number, changedAt: number) {
    this.handle = handle;
    this.encoding = encoding;
    this.layout = layout;
    this.size = size;
    this.changedAt = changedAt;
  }

  /**
   * Opens the file and finds how it is written.
   *
   * @throws UsageError where that cannot be told: the cause, with its remedy.
   */
  static async open(path: string): Promise<PeopleFile> {
    const handle = await open(path);
    try {
      const { size, mtimeMs } = await handle.stat();
      const encoding = await detectEncoding(handle);
      return new PeopleFile(handle, encoding, await readLayout(handle, encoding), size, mtimeMs);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** The persons of the file and its bad lines, in their order; tells the bytes of each line as it is taken. */
  async *lines(taken: (bytes: number) => void = () => {}): AsyncGenerator<PersonLine | BadLine> {
    const { delimiter, columns, headerLine } = this.layout;
    const lines = csvLines(unicodeBytes(this.handle, this.encoding.unicode), this.encoding.lineEnd);
    const format = { encoding: this.encoding, delimiter, columns: columns.length };
    for await (const record of csvRecords(counted(after(lines, headerLine), taken), format)) {
      yield parsePersonLine(record, columns);
    }
  }

  /** The same, where what the file says as a whole makes lines bad that are good by themselves. */
  async *judgedLines(facts: FileFacts, taken: (bytes: number) => void): AsyncGenerator<PersonLine | BadLine> {
    for await (const line of this.lines(taken)) {
      const reason = 'reason' in line ? undefined : facts.faultAt(line.number);
      yield reason === undefined ? line : { number: line.number, reason };
    }
  }

  /** @throws Error where the file is no longer as it was opened. */
  async assertUnchanged(): Promise<void> {
    const { size, mtimeMs } = await this.handle.stat();
    if (size !== this.size || mtimeMs !== this.changedAt) throw new Error('The file changed while it was read');
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

async function* after(lines: AsyncIterable<RawLine>, number: number): AsyncGenerator<RawLine> {
  for await (const line of lines) if (line.number > number) yield line;
}

async function* counted(lines: AsyncIterable<RawLine>, taken: (bytes: number) => void): AsyncGenerator<RawLine> {
  for await (const line of lines) {
    taken((line.bytes?.length ?? 0) + 1);
    yield line;
  }
}
