import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildApplication } from '../../infra/stage-application.ts';

/**
 * Synthesizes the next release of the local stage, as a program of its own: `CONTEXT OUTDIR`, where the context is JSON
 * and names the release. Its functions are those of `dist/functions` with other code: each tells its log, when it is loaded, of
 * which release it is.
 */
const [context = '{}', outdir = ''] = process.argv.slice(2);
const settings: { readonly release: string } = JSON.parse(context);
const bundles = `${outdir}-functions`;
cpSync('dist/functions', bundles, { recursive: true });
for (const entry of readdirSync(bundles, { withFileTypes: true }).filter((each) => each.isDirectory())) {
  const file = join(bundles, entry.name, 'index.js');
  writeFileSync(file, `console.info('Loaded: ${settings.release}');\n${readFileSync(file, 'utf8')}`);
}
rmSync(outdir, { recursive: true, force: true });
buildApplication({ ...settings }, outdir, (name) => Code.fromAsset(join(bundles, name))).synth();
