import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { buildStacks } from './build-stacks.ts';
import { bundleFunctions } from './bundle-functions.ts';
import { DEPLOYED_FUNCTIONS } from './functions.ts';
import { parseSettings, SETTING_NAMES } from './settings.ts';

const app = new App();
const settings = parseSettings(readContext(app));

const root = join(import.meta.dirname, '..');
const outputFolder = join(root, 'dist', 'functions');
await bundleFunctions({ functionsFolder: join(root, 'functions'), names: DEPLOYED_FUNCTIONS, outputFolder });

buildStacks(app, settings, (functionName) => Code.fromAsset(join(outputFolder, functionName)));
Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { writeSuppressionsToCloudFormation: true }));
app.synth();

/** The settings of the stage asked for: those kept under `stages` in the context, then those given one by one. */
function readContext(scope: App): Record<string, unknown> {
  const stage: unknown = scope.node.tryGetContext('stage');
  const stages: unknown = scope.node.tryGetContext('stages');
  const kept = typeof stages === 'object' && stages !== null ? new Map(Object.entries(stages)).get(String(stage)) : {};
  const given = SETTING_NAMES.map((name) => [name, scope.node.tryGetContext(name)] as const);
  return { ...kept, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
}
