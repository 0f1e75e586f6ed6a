import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));
/** A template of a page is none: its links are those of the page that is made from it. */
const pages = tracked.filter((file) => file.endsWith('.md') && !file.endsWith('template.md'));
const sources = tracked.filter((file) => /\.(ts|tsx|js|py|css)$/.test(file));
const scripts = ['package.json', 'console/package.json'].flatMap((file) => Object.keys(JSON.parse(read(file)).scripts));
const folders = [...new Set(tracked.filter((file) => file.includes('/')).map((file) => file.split('/')[0] ?? ''))];

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** The anchor that a heading gets on the page. */
function anchor(heading: string): string {
  const text = heading.toLowerCase().replace(/[`*]/g, '');
  return text
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function anchorsIn(file: string): string[] {
  const headings = withoutFences(read(file)).matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, heading = '']) => anchor(heading));
}

const withoutFences = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '');

function isAlive(page: string, target: string): boolean {
  const [path = '', fragment] = target.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, file))) return false;
  return fragment === undefined || anchorsIn(file).includes(fragment);
}

it('has no dead link between its pages', () => {
  const dead = pages.flatMap((page) =>
    [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target) && !isAlive(page, target))
      .map((target) => `${page}: ${target}`),
  );
  expect(dead).toEqual([]);
});

it('names only commands that package.json has', () => {
  const unknown = pages.flatMap((page) =>
    [...read(page).matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !scripts.includes(name))
      .map((name) => `${page}: ${name}`),
  );
  expect(unknown).toEqual([]);
});

const { TEMPLATES_AND_TOOLS } = jest.requireActual<{ TEMPLATES_AND_TOOLS: readonly string[] }>('../../jest.config.js');

/** The command that runs a test, by where the test is. */
function findSuite(test: string): string {
  if (test.startsWith('test/cloud/')) return 'cloud';
  if (test.startsWith('test/console/')) return 'console';
  return TEMPLATES_AND_TOOLS.some((path) => new RegExp(`^test/${path}[./]`).test(test)) ? 'templates' : 'unit';
}

it('names only tests that the command beside them runs', () => {
  const tests = tracked.filter((file) => file.endsWith('.test.ts')).map((file) => ({ file, suite: findSuite(file) }));
  const unknown = pages.flatMap((page) =>
    [...read(page).matchAll(/npm run test:(\w+) -- ([\w/ -]+)/g)].flatMap(([, suite, names = '']) =>
      names
        .trim()
        .split(' ')
        .filter((name) => name !== 'NAME' && !tests.some((test) => test.suite === suite && test.file.includes(name)))
        .map((name) => `${page}: ${suite} ${name}`),
    ),
  );
  expect(unknown).toEqual([]);
});

it('names only files that there are', () => {
  const inRepository = new RegExp(`^(?:${folders.map((folder) => folder.replace('.', '\\.')).join('|')})/[\\w./-]+$`);
  const generated = /^(?:dist|docs\/capacity|cdk\.out|\.local)\//;
  const missing = pages.flatMap((page) =>
    [...withoutFences(read(page)).matchAll(/`([^`\s]+)`/g)]
      .map(([, path = '']) => path)
      .filter((path) => inRepository.test(path) && !generated.test(path) && !existsSync(join(ROOT, path)))
      .map((path) => `${page}: ${path}`),
  );
  expect(missing).toEqual([]);
});

it('cites no document that a clone does not have', () => {
  const names = ['product', 'contract', 'style', 'architecture', 'local-cloud'].filter(
    (name) => !existsSync(join(ROOT, 'docs', `${name}.md`)),
  );
  const cited = new RegExp(`\\b(?:${names.join('|')})\\.md\\b|\\bcontract(?:'s)? section \\d|\\bcontract's section`);
  const citing = [...pages, ...sources]
    .filter((file) => file !== 'test/docs/references.test.ts')
    .filter((file) => cited.test(read(file)));
  expect(citing).toEqual([]);
});

it('has, for each step of a stage’s first day, the command that shows it done', () => {
  const [, section = ''] = read('docs/deployment.md').split('## The first day, in order\n');
  const steps = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| (\d+) \| .+ \| (.+) \|$/gm)];
  expect(steps.map(([, number]) => Number(number))).toEqual(steps.map((_, index) => index + 1));
  expect(steps.length).toBeGreaterThan(15);
  expect(steps.filter(([, , done = '']) => !/`(?:aws|npm run|curl|jq) /.test(done))).toEqual([]);
});
