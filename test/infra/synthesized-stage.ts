import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { App } from 'aws-cdk-lib/core';
import { buildStacks } from '../../infra/build-stacks.ts';
import { parseSettings } from '../../infra/settings.ts';

/** The settings of a stage on AWS with everything that a stage must or may name. */
export const DEPLOYED_STAGE = {
  stage: 'production',
  consoleOrigin: 'https://console.example.com',
  phoneOrigin: 'https://phone.example.com',
  alarmEmail: 'operations@example.com',
} as const;

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string[];
}

export interface StageTemplate {
  readonly Resources: Record<string, TemplateResource>;
  readonly Outputs?: Record<string, { readonly Value: unknown }>;
}

export type StackPart = 'Data' | 'Service' | 'Operations' | 'Edge';

/** An application of a stage's stacks without their bundles, not yet synthesized. */
export function applicationOf(context: Readonly<Record<string, unknown>>): App {
  const outdir = mkdtempSync(join(tmpdir(), 'llavero-synth-'));
  const { context: kept } = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'));
  const app = new App({ context: kept, outdir });
  buildStacks(app, parseSettings(context), () => Code.fromInline('exports.handler = async () => undefined;'));
  return app;
}

/** The templates of a stage. */
export function synthesizeStage(context: Readonly<Record<string, unknown>>) {
  const assembly = applicationOf(context).synth();

  const templateOf = (part: StackPart): StageTemplate => {
    const stack = assembly.stacks.find((each) => each.stackName.endsWith(`-${part}`));
    if (!stack) throw new Error(`No stack ${part}`);
    return stack.template;
  };
  return { stackNames: assembly.stacks.map((stack) => stack.stackName), templateOf };
}

/** The resources of a type, each with its logical id. */
export function resourcesOf(template: StageTemplate, type: string): [string, TemplateResource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The properties of the one resource of a type. */
export function onlyPropertiesOf(template: StageTemplate, type: string): Record<string, unknown> {
  const [first, ...others] = resourcesOf(template, type);
  if (!first || others.length > 0) throw new Error(`Expected exactly one ${type}`);
  return first[1].Properties;
}
