import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** Where the handlers are, what to bundle of them, and where the bundles go. */
export interface BundleOptions {
  /** Folder with one folder per function, each with a `handler.ts`. */
  readonly functionsFolder: string;
  readonly names: readonly string[];
  readonly outputFolder: string;
}

/** A function has no handler to deploy. */
export class MissingHandlerError extends Error {
  override readonly name = 'MissingHandlerError';
}

/** A function's credentials are in its environment: of the SDK's chain of providers, the rest is never loaded. */
export const UNREACHED_CREDENTIAL_PROVIDERS = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/**
 * Marks each call that builds a schema as pure, which esbuild cannot see through zod's re-exports. So a schema that a
 * function never uses is neither in its bundle nor built at its cold start.
 */
const schemasWithoutEffect: Plugin = {
  name: 'schemas-without-effect',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const building = /(?<![\w.])(?:z\.(?!config\b)\w+(?:\.\w+)?|storedItem|textSchema)\(/g;
      return { loader: 'ts', contents: source.replaceAll(building, '/* @__PURE__ */ $&') };
    });
  },
};

/** The settings of every bundle; what is measured beside a bundle is made by the same. */
export const BUNDLE_SETTINGS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  mainFields: ['module', 'main'],
  legalComments: 'none',
  // A built-in module that is imported in the course of a call is read export by export, and so loads all of `fetch`.
  supported: { 'dynamic-import': false },
  charset: 'utf8',
  logLevel: 'warning',
} satisfies BuildOptions;

/** Bundles every function in one esbuild run, one folder each, and writes `meta.json` for the report of sizes. */
export async function bundleFunctions(options: BundleOptions): Promise<void> {
  const entries = options.names.map((name) => ({
    name,
    path: join(options.functionsFolder, name, 'handler.ts'),
  }));
  const missing = entries.filter((entry) => !existsSync(entry.path));
  if (missing.length > 0) {
    throw new MissingHandlerError(`No handler for these functions: ${missing.map((entry) => entry.path).join(', ')}`);
  }

  const result = await build({
    ...BUNDLE_SETTINGS,
    entryPoints: entries.map((entry) => ({ in: entry.path, out: join(entry.name, 'index') })),
    outdir: options.outputFolder,
    external: UNREACHED_CREDENTIAL_PROVIDERS,
    plugins: [schemasWithoutEffect],
    metafile: true,
    write: false,
  });

  for (const file of result.outputFiles) writeWhole(file.path, file.contents);
  writeWhole(join(options.outputFolder, 'meta.json'), Buffer.from(JSON.stringify(result.metafile)));
}

/** Two stages may be synthesized from one checkout at once: a file is replaced whole, and only where it differs. */
function writeWhole(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
}
