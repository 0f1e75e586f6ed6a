import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE_SETTINGS, UNREACHED_CREDENTIAL_PROVIDERS } from '../infra/bundle-functions.ts';
import { ENV } from '../shared/env.ts';
import { projectPath } from '../tools/project.ts';

/** Each bundle is loaded so many times, each time in a process of its own; the least is shown. */
const RUNS = 5;

/** Loads a bundle as the runtime does and prints the CPU that took, in milliseconds. */
const LOADER = `const before = process.cpuUsage(); require(process.argv[1]);
const { user, system } = process.cpuUsage(before); console.log((user + system) / 1000);`;

/** A value that reaches nothing for every name that a function may ask for as it is loaded. */
const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  ...Object.fromEntries(Object.keys(ENV).map((name) => [name, '1'])),
  REQUIRE_USER_VERIFICATION: 'true',
};

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { bytesInOutput: number }>> }>>;
}

/**
 * Prints size and import time of every function's bundle, as the last synthesis wrote them, beside those of the SDK
 * clients in it. Its size also stands beside these clients without the credential providers that it leaves out.
 */
export async function printBundles(): Promise<void> {
  const bundles = projectPath('dist/functions');
  if (!existsSync(bundles)) throw new Error('There are no bundles yet: run "npm run check:templates" first');
  const folder = mkdtempSync(join(tmpdir(), 'llavero-bare-'));
  try {
    // Beside this project's own modules, which are of the other kind, a bundle would not load.
    cpSync(bundles, join(folder, 'own'), { recursive: true });
    const clients = await bundleClients(bundles, join(folder, 'whole'));
    const lean = await bundleClients(bundles, join(folder, 'lean'), UNREACHED_CREDENTIAL_PROVIDERS);
    const head = ['kB', 'of clients', 'ratio', 'left out too', 'import ms', 'of clients', 'ratio'];
    printRow('function', head);
    for (const [name, client] of [...clients].sort()) {
      const files = [join(folder, 'own', name, 'index.js'), client, lean.get(name) ?? ''] as const;
      const [size, whole, left] = files.map((file) => Math.round(statSync(file).size / 1000)) as [
        number,
        number,
        number,
      ];
      const [time, clientTime] = files.slice(0, 2).map(importTime) as [number, number];
      const ratios = [size / whole, size / left, time / clientTime].map((ratio) => ratio.toFixed(2));
      printRow(name, [size, whole, ...ratios.slice(0, 2), time, clientTime, ...ratios.slice(2)]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function printRow(name: string, columns: readonly (string | number)[]): void {
  console.log(name.padEnd(22) + columns.map((column) => `${column}`.padStart(14)).join(''));
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
    const exports = listExports(inputs);
    if (exports !== '') writeFileSync(join(folder, `${name}.ts`), exports);
    return exports === '' ? [] : [name];
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

const SDK_EXPORT = /(@aws-sdk\/(?:client-[\w-]+|lib-dynamodb))\/dist-es\/(?:commands\/)?(\w+(?:Client|Command))\.js$/;

/** Exports each client and command of the SDK that is in a bundle. */
function listExports(inputs: Metafile['outputs'][string]['inputs']): string {
  return Object.entries(inputs)
    .flatMap(([file, { bytesInOutput }], index) => {
      const [, sdk, name = ''] = (bytesInOutput > 0 && SDK_EXPORT.exec(file)) || [];
      return sdk && !/^(Base|Dynamo\w*BaseClient)/.test(name) ? `export { ${name} as _${index} } from '${sdk}';` : [];
    })
    .join('\n');
}

function importTime(file: string): number {
  const times = Array.from({ length: RUNS }, () => {
    const options = { env: ENVIRONMENT, encoding: 'utf8' } as const;
    const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', LOADER, file], options);
    if (status !== 0) throw new Error(`${file} does not load: ${stderr.trim().split('\n').at(-1)}`);
    return Number(stdout);
  });
  return Math.round(Math.min(...times));
}
