import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectPath } from '../../../tools/project.ts';
import { installPythonEnvironment } from '../../../tools/python-environment.ts';

it('answers every page of every query as the engine alone does', async () => {
  const { python } = await installPythonEnvironment('engine', 'local/engine/requirements.txt', {
    log: join(tmpdir(), 'llavero-engine-install.log'),
  });
  const env = { ...process.env, PYTHONPATH: projectPath('local/engine'), PYTHONDONTWRITEBYTECODE: '1' };
  const pages = execFileSync(python, [join(import.meta.dirname, 'same_answers.py')], { env, encoding: 'utf8' });
  expect(Number(pages)).toBeGreaterThan(1000);
});
