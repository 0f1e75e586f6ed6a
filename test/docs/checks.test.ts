import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const { scripts } = JSON.parse(read('package.json'));

it('runs the same static checks in `npm run check` and `npm test`', () => {
  const checked = [...scripts.check.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
  const tested = [...read('scripts/test/run.ts').matchAll(/check\('[^']+', '([\w:]+)'\)/g)].map(([, name]) => name);
  expect(tested).toEqual(checked);
});

it('has a pre-commit hook that can run and names commands of package.json', () => {
  const hook = '.githooks/pre-commit';
  expect(statSync(join(ROOT, hook)).mode & 0o111).toBe(0o111);
  const named = [...read(hook).matchAll(/npm run --silent ([\w:]+)/g)].map(([, name]) => name);
  expect(named).toEqual(['lint:staged', 'check:secrets']);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});

it('pins one version for all clients of the AWS SDK', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const clients = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) =>
    /^@aws-sdk\/(client-|lib-)/.test(name),
  );
  expect(clients.length).toBeGreaterThan(0);
  expect(new Set(clients.map(([, version]) => version)).size).toBe(1);
});

it('pins exact versions, and no address of a package in the lock file', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'));
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)),
  );
  expect(loose).toEqual([]);
  expect(read('package-lock.json')).not.toMatch(/"resolved": "http/);
});
