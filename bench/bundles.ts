import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Each bundle is loaded so many times, each time in a process of its own; the median is shown. */
const RUNS = 5;

/** Loads a bundle as the runtime does and prints how long that took, in milliseconds. */
const LOADER = `const start = process.hrtime.bigint(); require(process.argv[1]); console.log(Number(process.hrtime.bigint() - start) / 1e6);`;

export interface BundleFigures {
  readonly name: string;
  readonly kilobytes: number;
  readonly gzipKilobytes: number;
  readonly importMs: number;
}

/** Size and import time of every function's bundle, as the last synthesis wrote them. */
export function measureBundles(root: string): BundleFigures[] {
  const folder = join(root, 'dist', 'functions');
  if (!existsSync(folder)) throw new Error('There are no bundles yet: run "npm run check:templates" first');
  const env = buildEnvironment(root);
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const file = join(folder, name, 'index.js');
      const code = readFileSync(file);
      const times = Array.from({ length: RUNS }, () => importTime(file, env)).sort((a, b) => a - b);
      return {
        name,
        kilobytes: code.length / 1000,
        gzipKilobytes: gzipSync(code).length / 1000,
        importMs: times[Math.floor(RUNS / 2)] ?? Number.NaN,
      };
    });
}

/** A value that reaches nothing for every name that a function may ask for as it is loaded. */
function buildEnvironment(root: string): Record<string, string> {
  const source = readFileSync(join(root, 'shared', 'env.ts'), 'utf8');
  const names = [...source.matchAll(/^ {2}([A-Z_]+): '\1'/gm)].flatMap(([, name]) => name ?? []);
  return { AWS_REGION: 'us-east-1', ...Object.fromEntries(names.map((name) => [name, '1'])) };
}

function importTime(file: string, env: Record<string, string>): number {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', LOADER, file], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} does not load: ${stderr.trim().split('\n').at(-1)}`);
  return Number(stdout);
}
