import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Every test: static checks, templates and unit tests, which keep one core busy, beside those on a local cloud, over HTTP
 * and in a browser, which mostly wait. All steps run, whatever fails; the last line counts tests, and each check as one.
 */
interface Step {
  readonly title: string;
  readonly command: readonly string[];
  /** Counts tests where jest runs them; otherwise the step is one check. */
  readonly jest?: boolean;
}

const jest = (title: string, ...args: string[]): Step => ({ title, command: ['jest', ...args], jest: true });

/** One after another in a lane; the lanes side by side. */
const LANES: readonly (readonly Step[])[] = [
  [
    { title: 'Types', command: ['npm', 'run', '--silent', 'check:types'] },
    { title: 'Lint and format', command: ['npm', 'run', '--silent', 'lint'] },
    { title: 'Who imports whom', command: ['npm', 'run', '--silent', 'check:dependencies'] },
    { title: 'Templates', command: ['npm', 'run', '--silent', 'check:templates'] },
    { title: 'Secrets', command: ['npm', 'run', '--silent', 'check:secrets'] },
    jest('Unit and template tests'),
  ],
  [
    jest('Tests on the local cloud', '--config', 'jest.cloud.config.js'),
    jest('Tests of the pages in a browser', '--config', 'jest.console.config.js'),
  ],
];

const root = join(import.meta.dirname, '..', '..');
const results = mkdtempSync(join(tmpdir(), 'llavero-test-'));

interface Count {
  readonly passed: number;
  readonly failed: number;
}

async function run({ title, command, jest: countsTests }: Step): Promise<Count> {
  const started = Date.now();
  console.log(`\n▶ ${title}`);
  const report = join(results, `${title}.json`);
  const args = [...command.slice(1), ...(countsTests ? ['--json', '--outputFile', report] : [])];
  const code = await new Promise<number>((resolve) => {
    const child = spawn(command[0] ?? '', args, {
      cwd: root,
      // Where jest prints its report is a file: what it says on the way is all that is shown.
      stdio: ['ignore', countsTests ? 'ignore' : 'inherit', 'inherit'],
    });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.on('close', (status) => resolve(status ?? 1));
  });
  const count = countsTests ? countOf(report, code) : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(
    `${count.failed === 0 ? '✔' : '✘'} ${title}: ${count.passed} passed, ${count.failed} failed (${seconds} s)`,
  );
  return count;
}

/** Jest's own count; a run that failed without a failed test has failed all the same. */
function countOf(report: string, code: number): Count {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

async function runLane(lane: readonly Step[]): Promise<Count[]> {
  const counts: Count[] = [];
  for (const step of lane) counts.push(await run(step));
  return counts;
}

const counts = (await Promise.all(LANES.map(runLane))).flat();
const passed = counts.reduce((sum, count) => sum + count.passed, 0);
const failed = counts.reduce((sum, count) => sum + count.failed, 0);
rmSync(results, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
