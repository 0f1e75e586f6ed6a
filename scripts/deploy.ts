import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { runCommand, UsageError } from '../tools/command-line.ts';
import { projectPath } from '../tools/project.ts';
import { runInherited } from '../tools/run-program.ts';
import { releaseName } from './release-name.ts';
import { findPlace, requireAccount } from './stage-account.ts';

const HELP = `Deploys a stage to AWS: shows what would change, asks, and deploys (docs/deployment.md).

  npm run deploy -- --stage NAME [--context NAME=VALUE]... [--yes | --preview]

  --stage NAME            a stage whose settings are under "stages" in cdk.json, or given here
  --context NAME=VALUE    one setting, in place of the one in cdk.json
  --yes                   does not ask: for a pipeline that has shown the difference to somebody
  --preview               shows what would change and ends
  --help                  this text

The credentials are those of your shell (AWS_PROFILE); others than of the stage's account are refused.
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
    await requireAccount(stage, await findPlace(stage, context, projectPath('cdk.json')));

    const output = join('cdk.out', stage);
    const release = context.some((setting) => setting.startsWith('release=')) ? [] : [`release=${releaseName()}`];
    const settings = [`stage=${stage}`, ...release, ...context].flatMap((setting) => ['--context', setting]);
    console.log(`Synthesizing stage ${stage}`);
    await cdk('synth', '--quiet', '--output', output, ...settings);
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
  },
);

async function cdk(...args: readonly string[]): Promise<void> {
  await runInherited(projectPath('node_modules/.bin/cdk'), [...args, '--no-notices']);
}

async function confirmed(stage: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Deploy this to stage ${stage}? Type its name to go on: `);
  terminal.close();
  return answer.trim() === stage;
}
