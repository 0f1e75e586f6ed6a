import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { App } from 'aws-cdk-lib/core';
import { buildStacks } from '../../infra/build-stacks.ts';
import { parseSettings } from '../../infra/settings.ts';

/** An application of a stage's stacks without their bundles, not yet synthesized. */
export function applicationOf(context: Readonly<Record<string, unknown>>, outdir?: string): App {
  const { context: kept } = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'));
  const app = new App({ context: kept, ...(outdir === undefined ? {} : { outdir }) });
  const consoleFolder = join(import.meta.dirname, '../data/console');
  buildStacks(
    app,
    parseSettings(context),
    () => Code.fromInline('exports.handler = async () => undefined;'),
    consoleFolder,
  );
  return app;
}
