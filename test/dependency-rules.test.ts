import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import * as z from 'zod';

const root = join(__dirname, '..');

const named = z.object({ name: z.string() });
const reportSchema = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: named })),
    ruleSetUsed: z.object({ forbidden: z.array(named) }),
  }),
});

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Imports that are wanted. */
const ALLOWED: readonly Import[] = [
  { from: 'functions/a/handler.ts', to: 'shared/use-cases/a.ts' },
  { from: 'functions/a/handler.ts', to: 'functions/a/reads.ts' },
  { from: 'shared/use-cases/a.ts', to: 'shared/repositories/a.ts' },
  { from: 'shared/repositories/a.ts', to: 'shared/domain/a.ts' },
  { from: 'infra/stacks/a.ts', to: 'infra/operations/a.ts' },
  { from: 'infra/operations/a.ts', to: 'infra/constructs/a.ts' },
  { from: 'infra/constructs/a.ts', to: 'shared/routes.ts' },
  { from: 'scripts/a.ts', to: 'shared/use-cases/a.ts' },
  { from: 'scripts/a.ts', to: 'shared/aws/a.ts' },
  { from: 'functions/a/handler.ts', to: 'shared/aws/a.ts' },
  { from: 'shared/world.ts', to: 'shared/aws/a.ts' },
  { from: 'shared/use-cases/a.ts', to: 'shared/world.ts' },
  { from: 'shared/aws/a.ts', to: 'shared/repositories/a.ts' },
  { from: 'shared/aws/a.ts', to: '@aws-sdk/lib-dynamodb' },
  { from: 'shared/repositories/a.ts', to: '@aws-sdk/lib-dynamodb' },
  { from: 'infra/constructs/a.ts', to: 'shared/telemetry/metric-names.ts' },
  ...['scripts', 'phone', 'local', 'bench'].map((folder) => ({ from: `${folder}/a.ts`, to: 'tools/a.ts' })),
  { from: 'bench/a.ts', to: 'test/cloud/support/a.ts' },
  { from: 'bench/a.ts', to: 'client/src/index.ts' },
  { from: 'phone/a.ts', to: 'phone/protocol/a.ts' },
  { from: 'console/src/phone-page/a.ts', to: 'phone/protocol/a.ts' },
  { from: 'console/src/phone-page/a.ts', to: 'console/src/common/a.ts' },
  { from: 'console/src/common/a.ts', to: 'client/src/index.ts' },
  { from: 'client/src/index.ts', to: 'client/src/a.ts' },
  { from: 'test/a.test.ts', to: 'infra/stacks/a.ts' },
  // Half of the circle below, which is told of once.
  { from: 'test/circle.ts', to: 'test/circle-back.ts' },
];

/** Imports that are not, and the rule that each breaks. */
const PLANTED: readonly (Import & { readonly rule: string })[] = [
  { from: 'functions/b/handler.ts', to: 'functions/a/handler.ts', rule: 'functions-do-not-import-each-other' },
  { from: 'functions/c/handler.ts', to: 'tools/a.ts', rule: 'functions-imports-what-it-may' },
  { from: 'shared/aws/b.ts', to: 'functions/a/handler.ts', rule: 'shared-imports-what-it-may' },
  { from: 'shared/domain/b.ts', to: 'shared/repositories/a.ts', rule: 'domain-is-pure' },
  { from: 'shared/security/b.ts', to: 'shared/repositories/a.ts', rule: 'security-reads-no-table' },
  { from: 'shared/security/c.ts', to: 'shared/http/b.ts', rule: 'security-and-repositories-use-the-domain' },
  { from: 'shared/repositories/b.ts', to: 'shared/security/d.ts', rule: 'repositories-prove-nothing' },
  { from: 'shared/use-cases/b.ts', to: 'shared/http/a.ts', rule: 'use-cases-know-no-http' },
  { from: 'shared/http/b.ts', to: 'shared/use-cases/a.ts', rule: 'http-decides-nothing' },
  { from: 'shared/aws/d.ts', to: 'shared/use-cases/a.ts', rule: 'adapters-decide-nothing' },
  { from: 'shared/aws/e.ts', to: 'shared/world.ts', rule: 'adapters-decide-nothing' },
  { from: 'shared/use-cases/c.ts', to: 'shared/aws/a.ts', rule: 'adapters-come-with-the-world' },
  { from: 'shared/http/c.ts', to: 'shared/aws/a.ts', rule: 'adapters-come-with-the-world' },
  { from: 'functions/d/reads.ts', to: 'shared/aws/a.ts', rule: 'adapters-come-with-the-world' },
  { from: 'shared/use-cases/d.ts', to: '@aws-sdk/client-kms', rule: 'use-cases-and-http-call-no-aws' },
  { from: 'functions/e/handler.ts', to: '@aws-sdk/lib-dynamodb', rule: 'repositories-alone-know-dynamodb' },
  { from: 'scripts/d.ts', to: '@aws-sdk/lib-dynamodb', rule: 'repositories-alone-know-dynamodb' },
  { from: 'infra/b.ts', to: 'functions/a/handler.ts', rule: 'infra-imports-what-it-may' },
  { from: 'infra/c.ts', to: 'shared/domain/a.ts', rule: 'infra-imports-what-it-may' },
  { from: 'infra/constructs/b.ts', to: 'infra/stacks/a.ts', rule: 'constructs-know-no-stack' },
  { from: 'infra/constructs/c.ts', to: 'infra/operations/a.ts', rule: 'constructs-know-no-stack' },
  { from: 'infra/operations/b.ts', to: 'infra/stacks/a.ts', rule: 'operations-know-no-stack' },
  { from: 'tools/b.ts', to: 'scripts/a.ts', rule: 'tools-imports-what-it-may' },
  { from: 'scripts/b.ts', to: 'infra/stacks/a.ts', rule: 'scripts-imports-what-it-may' },
  { from: 'scripts/c.ts', to: 'local/a.ts', rule: 'scripts-imports-what-it-may' },
  { from: 'phone/b.ts', to: 'local/a.ts', rule: 'phone-imports-what-it-may' },
  { from: 'phone/protocol/b.ts', to: 'phone/a.ts', rule: 'the-phone-protocol-stands-alone' },
  { from: 'local/b.ts', to: 'shared/domain/a.ts', rule: 'local-imports-what-it-may' },
  { from: 'local/c.ts', to: 'test/cloud/support/a.ts', rule: 'local-imports-what-it-may' },
  { from: 'bench/b.ts', to: 'scripts/a.ts', rule: 'bench-imports-what-it-may' },
  { from: 'bench/c.ts', to: 'client/src/a.ts', rule: 'bench-imports-what-it-may' },
  { from: 'client/src/b.ts', to: 'shared/domain/a.ts', rule: 'client-imports-what-it-may' },
  { from: 'console/src/common/c.ts', to: 'client/src/a.ts', rule: 'console-imports-what-it-may' },
  { from: 'console/src/phone-page/b.ts', to: 'shared/domain/a.ts', rule: 'console-imports-what-it-may' },
  { from: 'console/src/console/b.ts', to: 'phone/protocol/a.ts', rule: 'the-web-front-is-not-the-phone' },
  { from: 'console/src/console/c.ts', to: 'console/src/phone-page/a.ts', rule: 'the-web-front-is-not-the-phone' },
  { from: 'console/src/phone-page/c.ts', to: 'console/src/console/a.ts', rule: 'the-phone-page-is-not-the-web-front' },
  { from: 'console/src/common/b.ts', to: 'console/src/phone-page/a.ts', rule: 'what-both-pages-use-knows-neither' },
  { from: 'test/circle-back.ts', to: 'test/circle.ts', rule: 'no-circles' },
  { from: 'shared/aws/c.ts', to: 'dev-only', rule: 'what-runs-is-a-dependency' },
];

const folder = mkdtempSync(join(tmpdir(), 'llavero-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** Runs dependency-cruiser on one project with all of these imports; returns the names of the broken rules. */
function cruise() {
  write('tsconfig.json', '{}');
  const dependencies = { '@aws-sdk/client-kms': '1.0.0', '@aws-sdk/lib-dynamodb': '1.0.0' };
  const devDependencies = { 'dev-only': '1.0.0' };
  write('package.json', JSON.stringify({ type: 'module', dependencies, devDependencies }));
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, '');
  }
  const all = [...ALLOWED, ...PLANTED];
  const files = new Set(all.flatMap(({ from, to }) => [from, to]).filter((name) => name.endsWith('.ts')));
  for (const file of files) {
    const imported = all.flatMap(({ from, to }) => (from === file ? [to] : []));
    const paths = imported.map((to) => (to.endsWith('.ts') ? `./${relative(dirname(file), to)}` : to));
    write(file, `${paths.map((path) => `import '${path}';`).join('\n')}\nexport {};\n`);
  }
  const top = [...new Set([...files].map((name) => name.split('/')[0] ?? ''))];
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...top,
      ...['--config', join(root, '.dependency-cruiser.js'), '--output-type', 'json'],
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  if (!stdout) throw new Error(stderr);
  const { summary } = reportSchema.parse(JSON.parse(stdout));
  return {
    found: summary.violations.map(({ from, to, rule }) => ({ from, to, rule: rule.name })),
    rules: summary.ruleSetUsed.forbidden.map(({ name }) => name),
  };
}

describe('who may import whom', () => {
  const { found, rules } = cruise();

  it.each(PLANTED)('$rule: $from may not import $to', ({ from, to, rule }) => {
    const imported = to.endsWith('.ts') ? to : `node_modules/${to}/index.js`;
    expect(found).toContainEqual({ from, to: imported, rule });
  });

  it('leaves alone whatever else is imported', () => {
    const planted = new Set(PLANTED.map(({ from }) => from));
    expect(found.filter(({ from }) => !planted.has(from))).toEqual([]);
  });

  it('has a violation planted for every rule', () => {
    expect([...new Set(PLANTED.map(({ rule }) => rule))].sort()).toEqual([...rules].sort());
  });
});

/** The modules under these folders whose text has this pattern. */
function modulesWith(pattern: RegExp, project: string, folders: readonly string[]): string[] {
  return folders
    .flatMap((top) =>
      readdirSync(join(project, top), { recursive: true, encoding: 'utf8' }).map((name) => join(top, name)),
    )
    .filter((name) => name.endsWith('.ts') && pattern.test(readFileSync(join(project, name), 'utf8')));
}

/** A project with this one file. */
function plant(name: string, text: string): string {
  const planted = mkdtempSync(join(folder, 'environment-'));
  for (const top of [...DEPLOYED, ...COMMANDS, dirname(name)]) mkdirSync(join(planted, top), { recursive: true });
  writeFileSync(join(planted, name), text);
  return planted;
}

const DEPLOYED = ['functions', 'shared'];
const COMMANDS = ['scripts', 'tools', 'phone', 'local'];

/** The files of what is deployed that read the environment, but for handlers, each of which is given its own. */
const environmentReaders = (project: string): string[] =>
  modulesWith(/\bprocess[.[]|node:process/, project, DEPLOYED).filter(
    (name) => !/^functions\/[^/]+\/handler\.ts$/.test(name),
  );

/** The files of commands that change the environment of their own process: an import after that would depend on it. */
const environmentWriters = (project: string): string[] =>
  modulesWith(/assign\(process\.env|process\.env(\.\w+|\[[^\]]+\])? =[^=]|delete process\.env/, project, COMMANDS);

describe('who reads the environment', () => {
  it('is no module but a handler', () => {
    expect(environmentReaders(root)).toEqual([]);
  });

  it.each([
    { name: 'functions/f/handler.ts', found: [] },
    { name: 'functions/f/reads.ts', found: ['functions/f/reads.ts'] },
    { name: 'shared/use-cases/e.ts', found: ['shared/use-cases/e.ts'] },
  ])('is found: $found, where it is read in $name', ({ name, found }) => {
    expect(environmentReaders(plant(name, 'export const table = process.env.TABLE_NAME;\n'))).toEqual(found);
  });
});

describe('who changes the environment', () => {
  it('is no command', () => {
    expect(environmentWriters(root)).toEqual([]);
  });

  it.each([
    { text: "process.env.AWS_REGION = 'us-east-1';", found: ['scripts/e.ts'] },
    { text: "process.env['AWS_REGION'] = 'us-east-1';", found: ['scripts/e.ts'] },
    { text: 'delete process.env.AWS_PROFILE;', found: ['scripts/e.ts'] },
    { text: "Object.assign(process.env, { AWS_REGION: 'us-east-1' });", found: ['scripts/e.ts'] },
    { text: "const here = process.env.AWS_REGION === 'us-east-1';", found: [] },
    { text: "const env = { ...process.env, AWS_REGION: 'us-east-1' };", found: [] },
  ])('is found: $found, by $text', ({ text, found }) => {
    expect(environmentWriters(plant('scripts/e.ts', text))).toEqual(found);
  });
});
