import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The settings of a stage on AWS with everything that a stage must or may name. */
export const DEPLOYED_STAGE = {
  stage: 'production',
  account: '123456789012',
  region: 'us-east-1',
  consoleOrigin: 'https://console.example.com',
  phoneOrigin: 'https://phone.example.com',
  alarmEmail: 'operations@example.com',
  noticeSender: 'notices@example.com',
} as const;

/** The same, with the console hosted and the keys of receipts published. */
export const HOSTED_STAGE = {
  ...DEPLOYED_STAGE,
  receiptKeys: 'test/data/receipt-keys.json',
  hostingCertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000',
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

export type StackPart = 'Data' | 'Service' | 'Operations' | 'Edge' | 'Hosting' | 'Pipeline';

/** The templates of a stage. */
export function synthesizeStage(context: Readonly<Record<string, unknown>>) {
  const outdir = templatesFolder(JSON.stringify(context));
  const templates = readdirSync(outdir).filter((file) => file.endsWith('.template.json'));

  const readTemplate = (part: StackPart): StageTemplate => {
    const file = templates.find((each) => each.endsWith(`-${part}.template.json`));
    if (!file) throw new Error(`No stack ${part}`);
    return JSON.parse(readFileSync(join(outdir, file), 'utf8'));
  };
  /** The text of a file that only one of the stage's assets has, if one has it. */
  const readAsset = (name: string): string | undefined => {
    const [file, ...others] = globSync(`asset.*/${name}`, { cwd: outdir });
    if (others.length > 0) throw new Error(`More than one asset has ${name}`);
    return file && readFileSync(join(outdir, file), 'utf8');
  };
  const { artifacts } = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { properties?: { terminationProtection?: boolean } }>;
  };
  const protectedStacks = Object.keys(artifacts).filter((name) => artifacts[name]?.properties?.terminationProtection);
  return {
    protectedStacks: protectedStacks.sort(),
    stackNames: templates.map((file) => file.replace('.template.json', '')),
    readTemplate,
    readAsset,
  };
}

/**
 * The folder with a stage's templates, shared by every test whose sources are the same. They are made by a process of
 * its own: the CDK loads several times faster outside of the tests' modules.
 */
function templatesFolder(context: string): string {
  const root = join(import.meta.dirname, '../..');
  const sources = [
    'infra/**/*.ts',
    'shared/*.ts',
    'shared/security/key-set.ts',
    'test/infra/*.ts',
    'cdk.json',
    'package-lock.json',
  ];
  const digest = createHash('sha256').update(context);
  for (const file of globSync(sources, { cwd: root }).sort()) digest.update(readFileSync(join(root, file)));
  const folder = join(tmpdir(), `llavero-templates-${digest.digest('hex').slice(0, 16)}`);
  if (existsSync(folder)) return folder;

  const aside = mkdtempSync(`${folder}-`);
  const script = join(import.meta.dirname, 'write-templates.ts');
  execFileSync(process.execPath, [script, context, aside], { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    renameSync(aside, folder);
  } catch (error) {
    // Two tests may both come here: the first to finish gives its folder.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** The resources of a type, each with its logical id. */
export function findResources(template: StageTemplate, type: string): [string, TemplateResource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** The properties of the one resource of a type. */
export function findOnlyProperties(template: StageTemplate, type: string): Record<string, unknown> {
  const [first, ...others] = findResources(template, type);
  if (!first || others.length > 0) throw new Error(`Expected exactly one ${type}`);
  return first[1].Properties;
}
