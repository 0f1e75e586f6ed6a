import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs every test in three lanes. The first keeps a core busy; the other two, each with a local cloud of its own, mostly
 * wait. Every step runs, even after a failure. The last line counts tests, and each check as one.
 */
interface Step {
  readonly title: string;
  readonly command: readonly string[];
  /** Jest's tests are counted one by one; any other step counts as one check. */
  readonly jest?: boolean;
  /** The port of the step's own local cloud: the lanes run side by side. */
  readonly port?: number;
}

const check = (title: string, script: string): Step => ({ title, command: ['npm', 'run', '--silent', script] });
const jest = (title: string, ...args: string[]): Step => ({ title, command: ['jest', ...args], jest: true });
/** The steps of a lane run one after another; the lanes run side by side. */
const LANES: readonly (readonly Step[])[] = [
  [
    check('Types', 'check:types'),
    check('Lint and format', 'lint'),
    check('Unused code and packages', 'check:unused'),
    check('Who imports whom', 'check:dependencies'),
    check('Templates', 'check:templates'),
    check('Secrets', 'check:secrets'),
    jest('Unit tests', '--coverage'),
    // The night runs more.
    { title: 'Simulation', command: ['npm', 'run', '--silent', 'simulate', '--', '--schedules', '5000'] },
    { title: 'Mutants of the changed lines', command: ['npm', 'run', '--silent', 'mutate', '--', '--changed'] },
    jest('Tests of templates and tools', '--config', 'jest.templates.config.js'),
  ],
  [{ ...jest('Tests on the local cloud', '--config', 'jest.cloud.config.js'), port: 4570 }],
  [{ ...jest('Tests of the pages in a browser', '--config', 'jest.console.config.js'), port: 4580 }],
];

const root = join(import.meta.dirname, '..', '..');
/** Hundreds of processes load the same modules: Node keeps their code, compiled and without types, for the next. */
const COMPILE_CACHE = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node') };
const results = mkdtempSync(join(tmpdir(), 'llavero-test-'));

interface Count {
  readonly passed: number;
  readonly failed: number;
}

async function run({ title, command, jest: countsTests, port }: Step): Promise<Count> {
  const started = Date.now();
  console.log(`\n▶ ${title}`);
  const report = join(results, `${title.replaceAll(' ', '-')}.json`);
  const args = [...command.slice(1), ...(countsTests ? ['--json', '--outputFile', report] : [])];
  const code = await new Promise<number>((resolve) => {
    const child = spawn(command[0] ?? '', args, {
      cwd: root,
      env: { ...process.env, ...COMPILE_CACHE, ...(port === undefined ? {} : { LLAVERO_SUITE_PORT: String(port) }) },
      // Jest writes its report to a file; only its progress is shown.
      stdio: ['ignore', countsTests ? 'ignore' : 'inherit', 'inherit'],
    });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.on('close', (status) => resolve(status ?? 1));
  });
  const count = countsTests ? readCount(report, code) : { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(
    `${count.failed === 0 ? '✔' : '✘'} ${title}: ${count.passed} passed, ${count.failed} failed (${seconds} s)`,
  );
  return count;
}

/** Reads jest's own count. A run that failed without a failed test counts as one failure. */
function readCount(report: string, code: number): Count {
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
