import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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

/** The templates of a stage. Made by a process of its own: the CDK loads several times faster outside of the tests' modules. */
export function synthesizeStage(context: Readonly<Record<string, unknown>>) {
  const outdir = mkdtempSync(join(tmpdir(), 'llavero-synth-'));
  const script = join(import.meta.dirname, 'write-templates.ts');
  execFileSync(process.execPath, [script, JSON.stringify(context), outdir], { stdio: ['ignore', 'ignore', 'inherit'] });
  const templates = readdirSync(outdir).filter((file) => file.endsWith('.template.json'));

  const templateOf = (part: StackPart): StageTemplate => {
    const file = templates.find((each) => each.endsWith(`-${part}.template.json`));
    if (!file) throw new Error(`No stack ${part}`);
    return JSON.parse(readFileSync(join(outdir, file), 'utf8'));
  };
  return { stackNames: templates.map((file) => file.replace('.template.json', '')), templateOf };
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
