import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { openTables } from '../../shared/aws/tables.ts';
import { systemRandom } from '../../shared/clock.ts';
import { UsageError } from '../../tools/command-line.ts';
import { showProgress } from '../../tools/progress.ts';
import type { Stack } from '../stack.ts';
import { CodeFile } from './code-file.ts';
import { CompanyRows } from './company-rows.ts';
import { csvLines, type RawLine } from './csv-lines.ts';
import { loadLines } from './load-lines.ts';
import { COLUMNS, isHeader } from './person-line.ts';
import { Turns } from './turns.ts';
import { UserPool } from './user-pool.ts';

const DAY_SECONDS = 86_400;

/** The result of an import. */
export interface ImportSummary {
  readonly companies: { readonly created: number; readonly updated: number };
  readonly people: { created: number; updated: number; unchanged: number };
  readonly bad: number;
  readonly codes: number;
  /** Where an earlier file of activation codes went. */
  readonly movedTo: string | undefined;
}

/** Loads the file into the deployment, showing its progress and its bad lines on the way. */
export async function importFile(path: string, codesPath: string | undefined, stack: Stack): Promise<ImportSummary> {
  const { size } = await stat(path);
  const stream = createReadStream(path);
  let taken = 0;
  const lines = counted(await afterHeader(csvLines(stream)), (bytes) => {
    taken += bytes;
  });
  const codeFile = codesPath === undefined ? undefined : await CodeFile.open(codesPath);
  const world = {
    tables: openTables({ TABLE_NAME: stack.tableName, RECORD_TABLE_NAME: stack.recordTableName }),
    pool: new UserPool(stack.userPoolId, stack.demoPassword, stack.identityProvider),
    random: systemRandom,
    turns: new Turns(),
  };
  const people = { created: 0, updated: 0, unchanged: 0 };
  let bad = 0;
  let codes = 0;
  const requestId = randomUUID();
  const activationCodeSeconds = codeFile ? (stack.activationCodeSeconds ?? DAY_SECONDS) : undefined;
  const contextNow = () => ({ now: new Date(), requestId, activationCodeSeconds });
  const companies = new CompanyRows(world.tables, contextNow);
  const progress = showProgress(size);
  try {
    const results = loadLines(lines, { world, companies, contextNow });
    for await (const result of results) {
      if ('reason' in result) {
        bad++;
        progress.log(`line ${result.number}: ${result.reason}`);
      } else {
        people[result.outcome]++;
        if (result.code) {
          await codeFile?.write(result.code);
          codes++;
        }
      }
      progress.update(taken, countLines(people) + bad);
    }
  } catch (cause) {
    throw new Error(
      `Stopped after ${countLines(people) + bad} lines; load the file again to go on: ${readMessage(cause)}`,
      {
        cause,
      },
    );
  } finally {
    progress.stop();
    await codeFile?.close();
    stream.destroy();
  }
  const { created, updated } = companies;
  return { companies: { created, updated }, people, bad, codes, movedTo: codeFile?.movedTo };
}

/** Tells the size of each line as it is taken: the stream itself reads far ahead. */
async function* counted(lines: AsyncIterable<RawLine>, count: (bytes: number) => void): AsyncGenerator<RawLine> {
  for await (const line of lines) {
    count((line.bytes?.length ?? 0) + 1);
    yield line;
  }
}

function countLines({ created, updated, unchanged }: ImportSummary['people']): number {
  return created + updated + unchanged;
}

function readMessage(cause: unknown): string {
  return cause instanceof Error ? `${cause.name} ${cause.message}`.trim() : String(cause);
}

async function afterHeader(lines: AsyncGenerator<RawLine>): Promise<AsyncGenerator<RawLine>> {
  const first = await lines.next();
  if (first.done || !isHeader(first.value)) {
    throw new UsageError(`The first line of the file must be ${COLUMNS.join(',')}`);
  }
  return lines;
}
