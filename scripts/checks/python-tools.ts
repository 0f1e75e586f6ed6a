import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT_ROOT, projectPath } from '../../tools/project.ts';
import { installPythonEnvironment } from '../../tools/python-environment.ts';

/** Tools that share a virtual environment, as `infra/checks/<name>.txt` pins them. */
export type ToolSet = 'cfn-lint' | 'checkov';

/** One tool: the Python that has it, and the script that it is. */
export type Tool = readonly [python: string, script: string];

/** A tool of a set, which is installed where it is not, or where its versions have changed. */
export async function installedTool(tools: ToolSet, name: string): Promise<Tool> {
  const { python, bin } = await installPythonEnvironment(tools, `infra/checks/${tools}.txt`, {
    log: projectPath(`.venv/${tools}.log`),
    detail: (text) => console.log(`Installing ${tools} (once): ${text}`),
  });
  return [python, join(bin, name)];
}

/** Returns a tool's output and exit code; throws if it could not run to its end. */
export async function runTool(
  [python, script]: Tool,
  args: readonly string[],
  folder = PROJECT_ROOT,
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
