import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { INSTRUMENTER_CONSTANTS, type InstrumenterContext, type StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  type CompleteDryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { expect } from 'expect';
import * as circus from 'jest-circus';
import { ModuleMocker } from 'jest-mock';

type Block = circus.State['rootDescribeBlock'];
type Test = Block['tests'][number];
interface Suite {
  readonly file: string;
  readonly state: circus.State;
  readonly tests: ReadonlyMap<string, Test>;
  tookMs: number;
}

/** Mutated code looks up here which mutant is active, and notes here which mutants a test runs. */
const instrumented: InstrumenterContext = {};

/**
 * Runs jest's tests in a process that loads them once, where jest loads everything again for each mutant. That is sound
 * here: importing a module of `shared` has no effect, and what is made as a module loads is not mutated.
 */
class LoadedTestRunner implements TestRunner {
  static readonly inject = tokens(commonTokens.options);
  private readonly patterns: string[];
  private readonly suites: Suite[] = [];

  constructor({ testFiles = [] }: StrykerOptions) {
    this.patterns = testFiles;
  }

  /** A mutant that runs as a module loads as well is tried in the tests alone: nothing is loaded again. */
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    const { describe, it, beforeAll, beforeEach, afterAll, afterEach } = circus;
    const jest = new ModuleMocker(globalThis);
    Object.assign(globalThis, { describe, it, beforeAll, beforeEach, afterAll, afterEach, expect, jest });
    Object.assign(globalThis, { [INSTRUMENTER_CONSTANTS.NAMESPACE]: instrumented });
    await import(resolve('test/setup-env.ts'));
    const { testTimeout } = (await import(resolve('jest.config.js'))).default;
    for (const file of globSync(this.patterns).sort()) {
      circus.resetState();
      circus.getState().testTimeout = testTimeout;
      await import(resolve(file));
      const state = circus.getState();
      this.suites.push({ file, state, tests: nameTests(listTests(state.rootDescribeBlock, file)), tookMs: 0 });
    }
  }

  async dryRun(): Promise<CompleteDryRunResult> {
    const tests = await this.run({ bail: false });
    // The quickest are the first to judge a mutant.
    this.suites.sort((one, other) => one.tookMs - other.tookMs);
    const { mutantCoverage } = instrumented;
    return { status: DryRunStatus.Complete, tests, ...(mutantCoverage && { mutantCoverage }) };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, disableBail }: MutantRunOptions): Promise<MutantRunResult> {
    Object.assign(instrumented, { activeMutant: activeMutant.id, hitCount: hitLimit && 0, hitLimit });
    const tests = await this.run({ bail: !disableBail, ...(testFilter && { chosen: new Set(testFilter) }) });
    delete instrumented.activeMutant;
    return toMutantRunResult(
      determineHitLimitReached(instrumented.hitCount, hitLimit) ?? { status: DryRunStatus.Complete, tests },
    );
  }

  /** Runs the chosen tests, or all; with `bail`, up to the first that fails. */
  private async run({ chosen, bail }: { chosen?: ReadonlySet<string>; bail: boolean }): Promise<TestResult[]> {
    const results: TestResult[] = [];
    for (const suite of this.suites) {
      const ids = [...suite.tests.keys()].filter((id) => !chosen || chosen.has(id));
      if (ids.length === 0) continue;
      const started = performance.now();
      const ran = await runSuite(suite, new Set(ids), bail);
      suite.tookMs = performance.now() - started;
      results.push(...ran);
      if (bail && ran.some(({ status }) => status === TestStatus.Failed)) break;
    }
    return results;
  }
}

async function runSuite({ file, state, tests }: Suite, chosen: ReadonlySet<string>, bail: boolean) {
  const ids = new Map([...tests].map(([id, test]) => [test, id]));
  const results: TestResult[] = [];
  for (const [id, test] of tests) {
    Object.assign(test, { mode: chosen.has(id) ? undefined : 'skip', errors: [], duration: null });
  }
  const follow = (event: circus.Event): void => {
    if (event.name === 'test_started') instrumented.currentTestId = ids.get(event.test) ?? '';
    if (event.name !== 'test_done') return;
    delete instrumented.currentTestId;
    const result = judge(event.test, ids.get(event.test) ?? '', file);
    results.push(result);
    if (bail && result.status === TestStatus.Failed) for (const test of tests.values()) test.mode = 'skip';
  };
  circus.setState(state);
  circus.addEventHandler(follow);
  await circus.run();
  circus.removeEventHandler(follow);
  return results;
}

function judge({ errors, duration }: Test, id: string, file: string): TestResult {
  const result = { id, name: id, timeSpentMs: duration ?? 0, fileName: resolve(file) };
  if (errors.length === 0) return { ...result, status: TestStatus.Success };
  return { ...result, status: TestStatus.Failed, failureMessage: String(errors.flat()[0]) };
}

/** The tests of a block and of those in it, each with its file and full name. */
function* listTests(block: Block, path: string): Generator<[string, Test]> {
  for (const child of block.children) {
    const name = `${path} ${child.name}`;
    if (child.type === 'test') yield [name, child];
    else yield* listTests(child, name);
  }
}

/** Each test by a name of its own: two may be called the same. */
function nameTests(tests: Iterable<[string, Test]>): Map<string, Test> {
  const named = new Map<string, Test>();
  for (const [name, test] of tests) named.set(named.has(name) ? `${name} (${named.size})` : name, test);
  return named;
}

/** Stryker loads this list. */
export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'loaded', LoadedTestRunner)];
