import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { App } from 'aws-cdk-lib/core';
import { buildStacks, type CodeFor } from '../../infra/build-stacks.ts';
import { parseSettings } from '../../infra/settings.ts';

const WITHOUT_BUNDLES: CodeFor = () => Code.fromInline('exports.handler = async () => undefined;');

/** An application of a stage's stacks, by default without their bundles, not yet synthesized. */
export function buildApplication(
  context: Readonly<Record<string, unknown>>,
  outdir?: string,
  codeFor: CodeFor = WITHOUT_BUNDLES,
): App {
  const { context: kept } = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'));
  const app = new App({ context: kept, ...(outdir === undefined ? {} : { outdir }) });
  const consoleFolder = join(import.meta.dirname, '../data/console');
  buildStacks(app, parseSettings(context), codeFor, consoleFolder);
  return app;
}
