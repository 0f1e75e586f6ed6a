import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER, runInherited } from '../run-inherited.ts';

/** Tools that share a virtual environment, as `infra/checks/<name>.txt` pins them. */
export type ToolSet = 'cfn-lint' | 'checkov';

/** One tool: the Python that has it, and the script that it is. */
export type Tool = readonly [python: string, script: string];

/** A tool of a set, which is installed where it is not, or where its versions have changed. */
export async function installedTool(tools: ToolSet, name: string): Promise<Tool> {
  const requirements = join(PROJECT_FOLDER, 'infra/checks', `${tools}.txt`);
  const system = findPython();
  const digest = createHash('sha256').update(system).update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(PROJECT_FOLDER, '.venv', `${tools}-${digest}`);
  // By its Python, for it was installed under another path.
  const tool: Tool = [join(folder, 'bin/python'), join(folder, 'bin', name)];
  if (existsSync(folder)) return tool;

  console.log(`Installing ${tools} (once)`);
  mkdirSync(join(PROJECT_FOLDER, '.venv'), { recursive: true });
  // Two checks at once may both come here: each installs aside, and the first to finish gives its place.
  const aside = `${folder}.${process.pid}`;
  try {
    await runInherited('python3', ['-m', 'venv', aside]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', '--no-deps'];
    await runInherited(join(aside, 'bin/python'), [...pip, '--requirement', requirements]);
    if (!existsSync(folder)) renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return tool;
}

/** What a tool printed, and how it ended; throws where it could not be run to its end. */
export async function runTool(
  [python, script]: Tool,
  args: readonly string[],
  folder = PROJECT_FOLDER,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const options = { cwd: folder, maxBuffer: 2 ** 28, env: { ...process.env, CKV_SKIP_PACKAGE_UPDATE_CHECK: 'true' } };
  return new Promise((resolve, reject) => {
    const child = execFile(python, [script, ...args], options, (error, stdout, stderr) => {
      // A tool that has findings ends with a code of its own; only what was killed or never ran has none.
      if (child.exitCode === null) reject(error ?? new Error(`${script} did not end by itself`));
      else resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

/** The version of the Python on the PATH. */
function findPython(): string {
  const script = 'import sys, venv; assert sys.version_info >= (3, 10); print(sys.version)';
  try {
    return execFileSync('python3', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (cause) {
    throw new Error('Python 3.10 or later with its venv module is needed for the checks', { cause });
  }
}
