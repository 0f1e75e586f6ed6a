import { join } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { runCommand, UsageError } from '../../tools/command-line.ts';
import { changedStretches } from './changed-lines.ts';

const HELP = `Changes the code of shared, one small change at a time, and tells which changes no unit test notices.

  npm run mutate -- [--folder NAME] [--changed]

  --folder NAME   domain, security, repositories or use-cases alone
  --changed       only the lines that differ from the main branch, or from the commit before; at most two minutes

What was tried before is not tried again while the code and its tests stay the same (.local/mutation). Ends with 1 where
fewer than 90 % of a folder's changes are noticed; with --changed, fewer than 80 %. Fewer than 40 are told, not judged.
`;

/** The tests that judge a folder's mutants; of these, each mutant is judged by those that run it. */
const RULES = 'test/shared/{domain,repositories,security,use-cases}/*.test.ts';
// The test of the command runs it as a program of its own, where no mutant is active.
const RECEIPTS =
  '{test/docs/vectors,test/scripts/verify-receipt/{day-proof,each-member,proven,real-receipt,said-twice,verify}}.test.ts';
const JUDGES = { domain: [RULES], security: [RULES, RECEIPTS], repositories: [RULES], 'use-cases': [RULES] };
type Folder = keyof typeof JUDGES;
type Mutants = Awaited<ReturnType<Stryker['runMutationTest']>>;
const FOLDERS = Object.keys(JUDGES).filter((name): name is Folder => name in JUDGES);

const LONGEST_MS = 120_000;
const LEAST = { all: 90, changed: 80 };
/** Of fewer changes a share says little. */
const FEWEST_JUDGED = 40;

await runCommand(
  { help: HELP, options: { folder: { type: 'string' }, changed: { type: 'boolean', default: false } } },
  async ({ folder, changed }) => {
    const chosen = FOLDERS.filter((name) => folder === undefined || name === folder);
    if (chosen.length === 0) throw new UsageError(`--folder must be one of ${FOLDERS.join(', ')}`);
    if (changed) stopInTime();
    const weak: string[] = [];
    for (const name of chosen) {
      const stretches = changed ? changedStretches(`shared/${name}`) : [`shared/${name}/*.ts`];
      if (stretches.length === 0) {
        console.log(`${name}: no line changed`);
        continue;
      }
      if (!report(name, await mutate(name, stretches, changed), LEAST[changed ? 'changed' : 'all'])) weak.push(name);
    }
    if (weak.length > 0) throw new Error(`Too many changes are noticed by no test in ${weak.join(', ')}`);
  },
);

/** Mutants for which there was no time are tried by the whole run. */
function stopInTime(): void {
  setTimeout(() => {
    console.log('Stopped after two minutes: `npm run mutate` tries all of it');
    process.exit();
  }, LONGEST_MS).unref();
}

function mutate(folder: Folder, stretches: string[], changed: boolean): Promise<Mutants> {
  const place = `.local/mutation/${folder}`;
  return new Stryker({
    mutate: stretches,
    plugins: [join(import.meta.dirname, 'loaded-test-runner.ts')],
    testRunner: 'loaded',
    testFiles: [...JUDGES[folder]],
    coverageAnalysis: 'perTest',
    // All tests once: under a minute, and many where other programs share the machine.
    dryRunTimeoutMinutes: 20,
    // A schema or a table of constants is made as its module loads: each change of it would take every test.
    ignoreStatic: true,
    incremental: !changed,
    incrementalFile: `${place}.json`,
    tempDirName: `${place}-sandbox`,
    // The sandbox has what tests read, and no dependency.
    ignorePatterns: [
      '**',
      ...['functions', 'phone', 'scripts', 'shared', 'test', 'tools', 'docs'].map((it) => `!${it}/**`),
      '!jest*.js',
      '!*.json',
    ],
    // swc takes types away without judging them.
    disableTypeChecks: false,
    concurrency: 1,
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
  }).runMutationTest();
}

/** Tells the score of a folder; false where it is too low. */
function report(folder: string, mutants: Mutants, least: number): boolean {
  const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  const tried = noticed + count('Survived', 'NoCoverage');
  const score = tried === 0 ? 100 : (100 * noticed) / tried;
  console.log(`${folder}: ${noticed} of ${tried} changes noticed (${score.toFixed(1)} %)`);
  return tried < FEWEST_JUDGED || score >= least;
}
