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

it('finds nothing in a file without secrets', async () => {
  expect(await findSecrets([fileWith('clean.ts', 'const count = 3;')], folder)).toEqual([]);
});

it.each(Object.entries(PLANTED))('finds a planted secret of the kind %s, and does not tell it', async (kind, text) => {
  const found = await findSecrets([fileWith('planted.ts', text)], folder);
  const hash = expect.stringMatching(/^[0-9a-f]{40}$/);
  expect(found).toContainEqual({ file: 'planted.ts', line: expect.any(Number), kind, hash });
});

it('finds it although a comment says that it is none', async () => {
  const line = `${PLANTED['AWS Access Key']} // ${'pragma'}: allowlist secret`;
  expect(await findSecrets([fileWith('excused.ts', line)], folder)).toHaveLength(1);
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
