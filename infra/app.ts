import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { buildStacks } from './build-stacks.ts';
import { bundleFunctions, MissingHandlerError } from './bundle-functions.ts';
import { DEPLOYED_FUNCTIONS } from './functions.ts';
import { parseSettings, SETTING_NAMES, SettingsError } from './settings.ts';

const root = join(import.meta.dirname, '..');

try {
  await synthesize(new App());
} catch (error) {
  // A mistake in the settings is one clear line; anything else is a fault of the program, shown whole.
  const mendable = error instanceof SettingsError || error instanceof MissingHandlerError;
  console.error(mendable ? error.message : error);
  process.exitCode = 1;
}

async function synthesize(app: App): Promise<void> {
  const settings = parseSettings(readContext(app));
  const outputFolder = join(root, 'dist', 'functions');
  await bundleFunctions({ functionsFolder: join(root, 'functions'), names: DEPLOYED_FUNCTIONS, outputFolder });
  const consoleFolder = String(app.node.tryGetContext('consoleFolder') ?? join(root, 'console', 'dist', 'console'));
  if (settings.hostingCertificateArn && !existsSync(consoleFolder)) {
    throw new SettingsError('The console is to be hosted but not built: run "npm run build -w console" first');
  }
  buildStacks(app, settings, (functionName) => Code.fromAsset(join(outputFolder, functionName)), consoleFolder);
  Validations.of(app).addPlugins(
    // Of both packs, the reasons why a finding stands go into the templates.
    new AwsSolutionsChecks(app, { writeSuppressionsToCloudFormation: true }),
    new NIST80053R5Checks(app),
  );
  app.synth();
}

/** The settings of the stage asked for: those kept under `stages` in the context, then those given one by one. */
function readContext(app: App): Record<string, unknown> {
  const stage: unknown = app.node.tryGetContext('stage');
  const stages: unknown = app.node.tryGetContext('stages');
  const kept = typeof stages === 'object' && stages !== null ? new Map(Object.entries(stages)).get(String(stage)) : {};
  const given = SETTING_NAMES.map((name) => [name, app.node.tryGetContext(name)] as const);
  return { ...kept, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
}
