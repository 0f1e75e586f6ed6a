import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectPath } from '../../../tools/project.ts';
import { installPythonEnvironment } from '../../../tools/python-environment.ts';

export interface EngineCall {
  readonly service: 'dynamodb' | 'sns';
  readonly operation: string;
  readonly body: string;
}

/** Runs a program of this folder on the engine's Python, with the parts of the engine beside it. */
export async function runOnEngine(program: string, input = ''): Promise<string> {
  const { python } = await installPythonEnvironment('engine', 'local/engine/requirements.txt', {
    log: join(tmpdir(), 'llavero-engine-install.log'),
  });
  const env = {
    ...process.env,
    PYTHONPATH: projectPath('local/engine'),
    PYTHONDONTWRITEBYTECODE: '1',
    LOG_LEVEL: 'WARNING',
  };
  return execFileSync(python, [join(import.meta.dirname, program)], { env, input, encoding: 'utf8' });
}

/** The engine's answers to some calls, made one after another. */
export async function engineAnswers(calls: readonly EngineCall[]): Promise<{ status: number; body: string }[]> {
  const lines = await runOnEngine('answers.py', calls.map((call) => JSON.stringify(call)).join('\n'));
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
