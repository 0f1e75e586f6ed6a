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
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE_SETTINGS, UNREACHED_CREDENTIAL_PROVIDERS } from '../infra/bundle-functions.ts';
import { projectPath } from '../tools/project.ts';

/** Each bundle is loaded so many times, each time in a process of its own; the least is shown. */
const RUNS = 5;

/** Loads a bundle as the runtime does and prints the CPU that took, in milliseconds. */
const LOADER = `const before = process.cpuUsage(); require(process.argv[1]);
const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000);`;

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { bytesInOutput: number }>> }>>;
}

/**
 * Prints size and import time of every function's bundle, as the last synthesis wrote them, beside those of the SDK
 * clients in it. Its size also stands beside these clients without the credential providers that it leaves out.
 */
export async function printBundles(root: string): Promise<void> {
  const folder = join(root, 'dist', 'functions');
  if (!existsSync(folder)) throw new Error('There are no bundles yet: run "npm run check:templates" first');
  const temporary = mkdtempSync(join(tmpdir(), 'llavero-bare-'));
  try {
    const clients = await bundleClients(folder, join(temporary, 'whole'));
    const alike = await bundleClients(folder, join(temporary, 'alike'), UNREACHED_CREDENTIAL_PROVIDERS);
    const env = buildEnvironment(root);
    console.log(
      'function                     kB   of clients   ratio  left out too     import ms   of clients   ratio',
    );
    for (const [name, client] of [...clients].sort()) {
      const bundle = join(folder, name, 'index.js');
      const [size, whole, lean] = [bundle, client, alike.get(name) ?? ''].map((file) =>
        Math.round(statSync(file).size / 1000),
      );
      const [time, clientTime] = [bundle, client].map((file) => importTime(file, env));
      const columns = [size, whole, ratio(size, whole), ratio(size, lean), time, clientTime, ratio(time, clientTime)];
      console.log(name.padEnd(20) + columns.map((column = '') => column.toString().padStart(12)).join(''));
    }
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/**
 * Bundles the SDK clients and commands that are in each function's bundle, and nothing else, with the same settings.
 *
 * @param external packages that are left out; without it, the clients are whole, as they come.
 */
export async function bundleClients(
  bundles: string,
  folder: string,
  external: string[] = [],
): Promise<Map<string, string>> {
  const { outputs } = JSON.parse(readFileSync(join(bundles, 'meta.json'), 'utf8')) as Metafile;
  mkdirSync(folder, { recursive: true });
  const names = Object.entries(outputs).flatMap(([file, { inputs }]) => {
    const name = file.split('/').at(-2) ?? '';
    const imports = listImports(inputs);
    if (imports !== '') writeFileSync(join(folder, `${name}.ts`), imports);
    return imports === '' ? [] : [name];
  });
  await build({
    ...BUNDLE_SETTINGS,
    entryPoints: names.map((name) => join(folder, `${name}.ts`)),
    outdir: folder,
    nodePaths: [projectPath('node_modules')],
    external,
  });
  return new Map(names.map((name) => [name, join(folder, `${name}.js`)]));
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

const ratio = (one = Number.NaN, other = Number.NaN): string => (one / other).toFixed(2);

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
    return Math.round(Math.min(...times));
  } finally {
    rmSync(module);
  }
}
