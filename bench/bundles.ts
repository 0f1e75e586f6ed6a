import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { bundleFunctions } from '../infra/bundle-functions.ts';

/** Each bundle is loaded so many times, each time in a process of its own; the median is shown. */
const RUNS = 5;

/** Loads a bundle as the runtime does and prints how long that took, in milliseconds. */
const LOADER = `const start = process.hrtime.bigint(); require(process.argv[1]); console.log(Number(process.hrtime.bigint() - start) / 1e6);`;

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { bytesInOutput: number }>> }>>;
}

/**
 * Prints size and import time of every function's bundle, as the last synthesis wrote them, beside those of the bare SDK
 * clients and commands that are in it, bundled alike.
 */
export async function printBundles(root: string): Promise<void> {
  const folder = join(root, 'dist', 'functions');
  if (!existsSync(folder)) throw new Error('There are no bundles yet: run "npm run check:templates" first');
  const { outputs } = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as Metafile;
  const bare = mkdtempSync(join(root, 'dist', 'bare-'));
  try {
    const clients = Object.entries(outputs).flatMap(([file, { inputs }]): [string, string][] => {
      const imports = listImports(inputs);
      return imports === '' ? [] : [[file.split('/').at(-2) ?? '', imports]];
    });
    for (const [name, imports] of clients) {
      mkdirSync(join(bare, name));
      writeFileSync(join(bare, name, 'handler.ts'), imports);
    }
    const names = clients.map(([name]) => name);
    await bundleFunctions({ functionsFolder: bare, names, outputFolder: join(bare, 'out') });
    const env = buildEnvironment(root);
    console.log('function                     kB   of clients   ratio     import ms   of clients   ratio');
    for (const name of names.sort()) {
      const files = [join(folder, name, 'index.js'), join(bare, 'out', name, 'index.js')];
      const [size = 0, bareSize = 0] = files.map((file) => statSync(file).size / 1000);
      const [time = 0, bareTime = 0] = files.map((file) => importTime(file, env));
      const columns = [size.toFixed(0), bareSize.toFixed(0), (size / bareSize).toFixed(2)];
      columns.push(time.toFixed(0), bareTime.toFixed(0), (time / bareTime).toFixed(2));
      console.log(name.padEnd(20) + columns.map((column) => column.padStart(11)).join(''));
    }
  } finally {
    rmSync(bare, { recursive: true });
  }
}

/** Exports each client and command of the SDK that is in a bundle. */
function listImports(inputs: Metafile['outputs'][string]['inputs']): string {
  return Object.entries(inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([file], index) => {
      const [, sdk, name] =
        /(@aws-sdk\/(?:client-[\w-]+|lib-dynamodb))\/dist-es\/(?:commands\/)?(\w+(?:Client|Command))\.js$/.exec(file) ??
        [];
      return sdk && name && !/^(Base|Dynamo\w*BaseClient)/.test(name)
        ? [`export { ${name} as _${index} } from '${sdk}';`]
        : [];
    })
    .join('\n');
}

/** A value that reaches nothing for every name that a function may ask for as it is loaded. */
function buildEnvironment(root: string): Record<string, string> {
  const source = readFileSync(join(root, 'shared', 'env.ts'), 'utf8');
  const names = [...source.matchAll(/^ {2}([A-Z_]+): '\1'/gm)].flatMap(([, name]) => name ?? []);
  const values = names.map((name) => [name, name === 'REQUIRE_USER_VERIFICATION' ? 'true' : '1']);
  return { AWS_REGION: 'us-east-1', ...Object.fromEntries(values) };
}

function importTime(file: string, env: Record<string, string>): number {
  // This project's own modules are of the other kind.
  const module = file.replace(/\.js$/, '.cjs');
  copyFileSync(file, module);
  try {
    const times = Array.from({ length: RUNS }, () => {
      const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', LOADER, module], { env, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${file} does not load: ${stderr.trim().split('\n').at(-1)}`);
      return Number(stdout);
    });
    return times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
  } finally {
    rmSync(module);
  }
}
