import { glob, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { runCommand, UsageError } from '../../tools/command-line.ts';
import { projectPath } from '../../tools/project.ts';
import { runInherited } from '../../tools/run-program.ts';
import { type LookupClient, openLookup, readAccountState, readDeployedTemplates } from './account-state.ts';
import { findMailIdentity, findMissing, listQuotaServices, listSecrets } from './readiness.ts';
import { releaseName } from './release-name.ts';
import { readStageSettings, requireAccount, type StageSettings } from './stage-account.ts';
import { describeStuck, findStuckExports, type SharedTemplate } from './stuck-exports.ts';

const HELP = `Deploys a stage to AWS: says what the account lacks, shows what would change, asks, and deploys (docs/deployment.md).

  npm run deploy -- --stage NAME [--context NAME=VALUE]... [--yes | --preview]

  --stage NAME            a stage whose settings are under "stages" in cdk.json, or given here
  --context NAME=VALUE    one setting, in place of the one in cdk.json
  --yes                   does not ask: for a pipeline that has shown the difference to somebody
  --preview               shows what would change and ends
  --help                  this text

The credentials are those of your shell (AWS_PROFILE); others than of the stage's account are refused.
Nothing is deployed where a secret or role is missing without which it would fail, or where a stack would remove what
another one still imports.
What is released is named as git describes it, or as --context release=NAME says.
`;

await runCommand(
  {
    help: HELP,
    options: {
      stage: { type: 'string' },
      context: { type: 'string', multiple: true, default: [] },
      yes: { type: 'boolean', default: false },
      preview: { type: 'boolean', default: false },
    },
  },
  async (values) => {
    const { stage, context, yes, preview } = values;
    if (stage === undefined) throw new UsageError('Say which stage: --stage NAME');
    if (stage === 'local') throw new UsageError('The local stage is deployed by "npm run local:up"');
    const stray = context.find((setting) => !/^\w+=./.test(setting));
    if (stray !== undefined) throw new UsageError(`--context ${stray} is not NAME=VALUE`);
    if (yes && preview) throw new UsageError('Give --yes or --preview, not both');
    if (!yes && !preview && !process.stdin.isTTY) throw new UsageError('Nobody can be asked here: give --yes');
    await deploy(stage, context, { yes, preview });
  },
);

async function deploy(
  stage: string,
  context: readonly string[],
  { yes, preview }: { readonly yes: boolean; readonly preview: boolean },
): Promise<void> {
  const stageSettings = await readStageSettings(stage, context, projectPath('cdk.json'));
  await requireAccount(stage, stageSettings);
  const lookup = await openLookup(stageSettings);
  const ready = await tellMissing(stage, stageSettings, lookup);
  if (!ready && !preview) throw new Error('Nothing was deployed: see to the lines with ✘ first');

  const output = join('cdk.out', stage);
  const release = context.some((setting) => setting.startsWith('release=')) ? [] : [`release=${releaseName()}`];
  const settings = [`stage=${stage}`, ...release, ...context].flatMap((setting) => ['--context', setting]);
  console.log(`Synthesizing stage ${stage}`);
  await cdk('synth', '--quiet', '--output', output, ...settings);
  const stuck = await findStuck(output, lookup);
  for (const each of stuck) console.log(`${styleText('red', '✘')} ${describeStuck(each)}`);
  if (stuck.length > 0) throw new Error('CloudFormation would refuse this: keep these exports for one release more');
  console.log('What would change:');
  // By the templates alone: a change set is made by the role that deploys, which a preview may not assume.
  await cdk('diff', '--app', output, ...(preview ? ['--method', 'template'] : []));
  if (preview) return;
  if (!yes && !(await confirmed(stage))) {
    console.log('Nothing was deployed');
    return;
  }
  await cdk(
    'deploy',
    '--all',
    '--app',
    output,
    '--require-approval',
    'never',
    '--outputs-file',
    join(output, 'outputs.json'),
  );
  console.log(`Stage ${stage} is deployed. Next: npm run import -- FILE.csv --stage ${stage}`);
}

/** Says in one list what the account lacks; false where a deployment would fail for it. */
async function tellMissing(stage: string, settings: StageSettings, lookup: LookupClient): Promise<boolean> {
  const quotas = JSON.parse(await readFile(projectPath('bench/capacity/quotas.json'), 'utf8'));
  const needs = {
    secretNames: listSecrets(stage, settings),
    mailIdentity: findMailIdentity(settings),
    quotaServices: listQuotaServices(quotas),
  };
  const missing = findMissing(settings, await readAccountState(lookup, needs), quotas);
  if (missing.length > 0) console.log(`What account ${settings.account} lacks:`);
  for (const { stops, line } of missing) console.log(`${stops ? styleText('red', '✘') : '•'} ${line}`);
  return !missing.some(({ stops }) => stops);
}

/** The exports that the synthesized stage would take from under a stack that is deployed. */
async function findStuck(output: string, lookup: LookupClient) {
  const after = new Map<string, SharedTemplate>();
  for await (const file of glob(`${output}/*.template.json`, { cwd: projectPath('.') })) {
    after.set(basename(file, '.template.json'), JSON.parse(await readFile(projectPath(file), 'utf8')));
  }
  return findStuckExports(await readDeployedTemplates(lookup, [...after.keys()]), after);
}

async function cdk(...args: readonly string[]): Promise<void> {
  await runInherited(projectPath('node_modules/.bin/cdk'), [...args, '--no-notices']);
}

async function confirmed(stage: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Deploy this to stage ${stage}? Type its name to go on: `);
  terminal.close();
  return answer.trim() === stage;
}
