import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findSecrets, judgeFindings, type SecretException } from '../../../scripts/checks/secrets.ts';

// Long enough for a first installation of the tool, and for the tool on a busy machine.
jest.setTimeout(300_000);

/** Made here or in two parts, for otherwise this file would be found too. */
const PLANTED = {
  'AWS Access Key': `const key = '${'AKIA'}Q3EGRJ5XKQ2NM7VB';`,
  'Private Key': generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  'Secret Keyword': `const ${'pass'}word = 'correct-horse-battery';`,
  'Base64 High Entropy String': `const value = '${'uV9xQ2mT7bKp'}4Zr8sWd3Yf6HcJ1nLgA5eRo0iXtBvNkMq+zEwU';`,
};

const folder = mkdtempSync(join(tmpdir(), 'llavero-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, text: string): string {
  writeFileSync(join(folder, name), `// A file\n${text}\n`);
  return name;
}

it('finds each kind of planted secret and does not tell it, excused by a comment or not, and nothing in a clean file', async () => {
  const planted = Object.entries(PLANTED).map(([kind, text]) => ({ kind, file: fileWith(`${kind}.ts`, text) }));
  const excused = fileWith('excused.ts', `${PLANTED['AWS Access Key']} // ${'pragma'}: allowlist secret`);
  const clean = fileWith('clean.ts', 'const count = 3;');
  const found = await findSecrets([...planted.map(({ file }) => file), excused, clean], folder);
  const hash = expect.stringMatching(/^[0-9a-f]{40}$/);
  for (const { kind, file } of planted) expect(found).toContainEqual({ file, line: expect.any(Number), kind, hash });
  expect(found.filter(({ file }) => file === excused)).toHaveLength(1);
  expect(found.filter(({ file }) => file === clean)).toEqual([]);
});

describe('exceptions', () => {
  const finding = { file: 'test/a.ts', line: 2, kind: 'Secret Keyword', hash: 'a'.repeat(40) };
  const exception: SecretException = { files: /^test\/a\.ts$/, kinds: ['Secret Keyword'], reason: 'A word.' };

  it.each([
    { exact: 'in its file, of its kind', excusing: exception },
    { exact: 'with its value', excusing: { ...exception, hashes: ['b'.repeat(40), finding.hash] } },
  ])('excuse a finding $exact', ({ excusing }) => {
    expect(judgeFindings([finding], [excusing])).toEqual({ unexcused: [], stale: [] });
  });

  it.each([
    { other: 'another file', excusing: { ...exception, files: /^test\/b\.ts$/ } },
    { other: 'another kind', excusing: { ...exception, kinds: ['Private Key'] } },
    { other: 'another value', excusing: { ...exception, hashes: ['b'.repeat(40)] } },
  ])('excuse nothing where they are for $other, and are told to be stale', ({ excusing }) => {
    expect(judgeFindings([finding], [excusing])).toEqual({ unexcused: [finding], stale: [excusing] });
  });
});
