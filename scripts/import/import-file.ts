import { randomUUID } from 'node:crypto';
import type { Random } from '../../shared/clock.ts';
import type { Tables } from '../../shared/repositories/tables.ts';
import type { Progress } from '../../tools/progress.ts';
import { Administrators } from './administrators.ts';
import { CodeFile } from './code-file.ts';
import { CompanyRows } from './company-rows.ts';
import type { ImportContext } from './decide-person.ts';
import { PeopleFile } from './file/people-file.ts';
import type { BadLine, PersonLine } from './file/person-line.ts';
import { FileFacts } from './file-facts.ts';
import { loadLines } from './load-lines.ts';
import { type ImportWorld, type Loaded, loadPerson } from './load-person.ts';
import { describeLoadTime } from './load-time.ts';
import { say } from './say.ts';
import { openScratch } from './scratch.ts';
import { SharedTraits } from './shared-traits.ts';
import { tellPerson } from './tell-person.ts';
import { Turns } from './turns.ts';
import type { UserPool } from './user-pool.ts';
import { Warnings } from './warnings.ts';

export interface ImportOptions {
  /** Where activation codes go, if any are asked for. */
  readonly codesPath: string | undefined;
  /** True if everything is said and nothing written. */
  readonly dryRun: boolean;
  /** True if whoever never signed in is invited again. */
  readonly invite: boolean;
}

/** The result of an import. */
export interface ImportSummary {
  readonly companies: { readonly created: number; readonly updated: number };
  readonly people: { created: number; updated: number; unchanged: number };
  readonly bad: number;
  readonly codes: number;
  readonly invitations: { sent: number; left: number };
  readonly warnings: Iterable<string>;
  /** Where an earlier file of activation codes went. */
  readonly movedTo: string | undefined;
}

/** Everything outside the file: where it is loaded, and how that is shown. */
export interface ImportParts {
  readonly tables: Tables;
  readonly pool: UserPool;
  readonly random: Random;
  readonly now: () => Date;
  /** Seconds for which an activation code is good. */
  readonly activationCodeSeconds: number;
  readonly showProgress: (totalBytes: number) => Progress;
  /** Users that the pool creates in a second, where that is a limit. */
  readonly createdPerSecond: number | undefined;
}

/** Reads the file as a whole, then loads it into the deployment, showing progress and bad lines on the way. */
export async function importFile(path: string, options: ImportOptions, parts: ImportParts): Promise<ImportSummary> {
  const file = await PeopleFile.open(path);
  try {
    const scratch = openScratch();
    const facts = new FileFacts(scratch);
    await withProgress(parts.showProgress(file.size), (progress) => facts.note(goodLines(file, progress.take)));
    await file.assertUnchanged();
    const warnings = new Warnings(scratch);
    const administrators = new Administrators(scratch);
    const { tables, pool, random } = parts;
    const requestId = randomUUID();
    const activationCodeSeconds = options.codesPath === undefined ? undefined : parts.activationCodeSeconds;
    const contextNow = () => ({ now: parts.now(), requestId, activationCodeSeconds });
    const companies = new CompanyRows({
      tables,
      facts,
      warnings,
      administrators,
      dryRun: options.dryRun,
      contextNow,
    });
    const world: ImportWorld = {
      tables,
      pool,
      random,
      companies,
      administrators,
      turns: new Turns(),
      invite: options.invite,
    };
    const traits = new SharedTraits(tables, facts, warnings);
    const counts = await load({ file, facts, world, companies, traits, options, parts, contextNow });
    companies.warnOfMisspelled();
    await administrators.warn(tables, warnings);
    const { created, updated } = companies;
    return { ...counts, companies: { created, updated }, warnings: warnings.list() };
  } finally {
    await file.close();
  }
}

interface Load {
  readonly file: PeopleFile;
  readonly facts: FileFacts;
  readonly world: ImportWorld;
  readonly companies: CompanyRows;
  readonly traits: SharedTraits;
  readonly options: ImportOptions;
  readonly parts: ImportParts;
  readonly contextNow: () => ImportContext;
}

async function load({ file, facts, world, companies, traits, options, parts, contextNow }: Load) {
  const { codesPath, dryRun } = options;
  const codeFile = codesPath === undefined || dryRun ? undefined : await CodeFile.open(codesPath);
  const tally = new Tally();
  const preparing = { tables: parts.tables, companies, traits, dryRun, now: parts.now };
  const loadOne: Parameters<typeof loadLines>[1]['load'] = (line, context) =>
    dryRun ? tellPerson(world, facts, line, context()) : loadPerson(world, line.line, line, context);
  try {
    await withProgress(parts.showProgress(file.size), async (progress) => {
      const loadTime = parts.createdPerSecond && describeLoadTime(facts.countUsers(), parts.createdPerSecond);
      if (loadTime) progress.log(loadTime);
      const lines = file.judgedLines(facts, progress.take);
      for await (const result of loadLines(lines, { preparing, load: loadOne, contextNow })) {
        tally.add(result);
        if ('reason' in result)
          progress.log(`${say(`línea ${result.number}`, `line ${result.number}`)}: ${result.reason}`);
        else if (result.code) await codeFile?.write(result.code);
      }
    });
  } catch (cause) {
    throw new Error(`Stopped after ${tally.lines} lines; load the file again to go on: ${readMessage(cause)}`, {
      cause,
    });
  } finally {
    await codeFile?.close();
  }
  const { people, bad, codes, invitations } = tally;
  return { people, bad, codes, invitations, movedTo: codeFile?.movedTo };
}

/** Counts what became of lines. */
class Tally {
  readonly people = { created: 0, updated: 0, unchanged: 0 };
  readonly invitations = { sent: 0, left: 0 };
  bad = 0;
  codes = 0;
  lines = 0;

  add(result: Loaded | BadLine): void {
    this.lines++;
    if ('reason' in result) {
      this.bad++;
      return;
    }
    this.people[result.outcome]++;
    if (result.invitation === 'SENT') this.invitations.sent++;
    if (result.invitation === 'LEFT') this.invitations.left++;
    if (result.code) this.codes++;
  }
}

async function* goodLines(file: PeopleFile, take: (bytes: number) => void): AsyncGenerator<PersonLine> {
  for await (const line of file.lines(take)) if ('username' in line) yield line;
}

interface FileProgress {
  readonly take: (bytes: number) => void;
  readonly log: (text: string) => void;
}

/** Shows how far the work has come in the file. */
async function withProgress<T>(progress: Progress, work: (progress: FileProgress) => Promise<T>): Promise<T> {
  let taken = 0;
  let lines = 0;
  try {
    return await work({
      take: (bytes) => {
        taken += bytes;
        lines++;
        progress.update(taken, lines);
      },
      log: (text) => progress.log(text),
    });
  } finally {
    progress.stop();
  }
}

function readMessage(cause: unknown): string {
  return cause instanceof Error ? `${cause.name} ${cause.message}`.trim() : String(cause);
}
