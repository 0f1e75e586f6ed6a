import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..');
const folders: string[] = [];

/** Names of the rules that a small project of these files breaks. */
function brokenBy(files: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'llavero-rules-'));
  folders.push(folder);
  for (const [name, text] of Object.entries({ 'tsconfig.json': '{}', 'package.json': '{"type":"module"}', ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const top = [...new Set(Object.keys(files).map((name) => name.split('/')[0] ?? ''))];
  const args = [join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), ...top];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [...args, '--config', join(root, '.dependency-cruiser.js'), '--output-type', 'json'],
    { cwd: folder, encoding: 'utf8' },
  );
  if (!stdout) throw new Error(stderr);
  const { summary }: { summary: { violations: { rule: { name: string } }[] } } = JSON.parse(stdout);
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe('the one-way rule', () => {
  it('lets functions use shared, and lifecycle use repositories and the domain', () => {
    expect(
      brokenBy({
        'functions/a/handler.ts': "import '../../shared/lifecycle/b.ts';",
        'shared/lifecycle/b.ts': "import '../repositories/c.ts';",
        'shared/repositories/c.ts': "import '../domain/d.ts';",
        'shared/domain/d.ts': 'export {};',
      }),
    ).toEqual([]);
  });

  it.each([
    ['a function imports another', 'functions/a/handler.ts', 'functions/b/handler.ts', 'functions-use-shared-alone'],
    ['shared imports a function', 'shared/domain/a.ts', 'functions/b/handler.ts', 'shared-uses-itself-alone'],
    ['the domain imports a repository', 'shared/domain/a.ts', 'shared/repositories/b.ts', 'domain-is-pure'],
    ['security imports a repository', 'shared/security/a.ts', 'shared/repositories/b.ts', 'security-reads-no-table'],
    ['lifecycle imports http', 'shared/lifecycle/a.ts', 'shared/http/b.ts', 'lifecycle-knows-no-http'],
    ['http imports lifecycle', 'shared/http/a.ts', 'shared/lifecycle/b.ts', 'http-decides-nothing'],
    ['infra imports a handler', 'infra/a.ts', 'functions/b/handler.ts', 'infra-names-functions-by-path'],
    ['a script imports infra', 'scripts/a.ts', 'infra/b.ts', 'only-tests-and-the-bench-import-infra'],
  ])('is broken where %s', (_what, from, to, rule) => {
    const path = `${'../'.repeat(from.split('/').length - 1)}${to}`;
    expect(brokenBy({ [from]: `import '${path}';`, [to]: 'export {};' })).toContain(rule);
  });
});
