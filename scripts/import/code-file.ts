import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { UsageError } from '../../tools/command-line.ts';
import type { IssuedCode } from './load-person.ts';

const HEADER = 'company_id,username,activation_code,expires_at\n';

/** The file of activation codes, for its owner's eyes only. */
export class CodeFile {
  private readonly stream: WriteStream;
  /** Where an earlier file of this name went. */
  readonly movedTo: string | undefined;

  private constructor(stream: WriteStream, movedTo: string | undefined) {
    this.stream = stream;
    this.movedTo = movedTo;
  }

  /** Opens a new file. An earlier one of that name is moved aside, since its codes exist nowhere else. */
  static async open(path: string): Promise<CodeFile> {
    const movedTo = await moveAside(path);
    const stream = createWriteStream(path, { flags: movedTo === null ? 'a' : 'wx', mode: 0o600 });
    await once(stream, 'open');
    stream.write(HEADER);
    return new CodeFile(stream, movedTo ?? undefined);
  }

  /** Writes one code; none of its cells can hold a comma or a quotation mark. */
  async write({ companyId, username, activationCode, expiresAt }: IssuedCode): Promise<void> {
    if (!this.stream.write(`${companyId},${username},${activationCode},${expiresAt}\n`))
      await once(this.stream, 'drain');
  }

  async close(): Promise<void> {
    this.stream.end();
    await finished(this.stream);
  }
}

/** The earlier file's new name, undefined where there was none, or null where the path is no file (a pipe, a terminal). */
async function moveAside(path: string): Promise<string | undefined | null> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  if (found.isDirectory()) throw new UsageError(`--activation-codes ${path} is a folder`);
  if (!found.isFile()) return null;
  const movedTo = `${path}.${found.mtime.toISOString().replaceAll(':', '')}`;
  await rename(path, movedTo);
  return movedTo;
}
