import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ENGINE_FOLDER = join(import.meta.dirname, '../../../local/engine');
const folder = mkdtempSync(join(tmpdir(), 'llavero-engine-'));
const ORIGINAL = 'def answer():\n    return 1\n';

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs Python with the parts of the engine and this function beside it. */
function python(source: string, script: string) {
  writeFileSync(join(folder, 'engine.py'), source);
  const env = { ...process.env, PYTHONPATH: `${ENGINE_FOLDER}:${folder}`, PYTHONDONTWRITEBYTECODE: '1' };
  const { status, stderr } = spawnSync('python3', ['-c', `import engine, known_shape\n${script}`], {
    env,
    encoding: 'utf8',
  });
  return { status, stderr };
}

const digest = execFileSync('python3', [
  '-c',
  `import hashlib; print(hashlib.sha256(${JSON.stringify(ORIGINAL)}.encode()).hexdigest()[:16])`,
])
  .toString()
  .trim();
const check = `known_shape.check(engine.answer, "${digest}")`;

it('lets the engine start where a replaced function is the one that is known', () => {
  expect(python(ORIGINAL, check)).toEqual({ status: 0, stderr: '' });
});

it('ends the start, and names the function, where a replaced function has changed', () => {
  expect(python('def answer():\n    return 2\n', check)).toEqual({
    status: 1,
    stderr: expect.stringContaining('local/engine replaces answer, which has changed'),
  });
});

it('puts a part in the place of a function, and gives it that function', () => {
  const part = `@known_shape.replaces(engine, "answer", "${digest}")\ndef part(engine_answer, more): return engine_answer() + more`;
  expect(python(ORIGINAL, `${part}\nif engine.answer(2) != 3: raise SystemExit("not in its place")`)).toEqual({
    status: 0,
    stderr: '',
  });
});

it('ends the start where the engine has another version, and names both', () => {
  expect(python(ORIGINAL, 'known_shape.check_version("9.9.9")')).toEqual({
    status: 1,
    stderr: expect.stringMatching(/ministack 1\.\d+\.\d+, and this is 9\.9\.9/),
  });
});

it('knows the version that is installed', () => {
  const [, pinned] = /^ministack==(.*)$/m.exec(readFileSync(join(ENGINE_FOLDER, 'requirements.txt'), 'utf8')) ?? [];
  expect(python(ORIGINAL, `known_shape.check_version("${pinned}")`)).toEqual({ status: 0, stderr: '' });
});
