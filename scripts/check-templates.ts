import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../tools/command-line.ts';
import { PROJECT_ROOT, projectPath } from '../tools/project.ts';
import { runInherited } from '../tools/run-program.ts';
import { runCfnLint } from './checks/cfn-lint.ts';
import { runCheckov } from './checks/checkov.ts';
import { findFaults, findStateMachines } from './checks/state-machines.ts';

const HELP = `Synthesizes a local and a deployed stage, with the security rules of cdk-nag on, and checks what comes out: every
template with cfn-lint, those of the deployed stage with checkov, every state machine with asl-validator.

  npm run check:templates

It needs Python 3.10 or later, in which cfn-lint and checkov are installed once, under .venv.
`;

/** Stages whose templates are checked: between them, every construct in each of its forms. */
const STAGES: Readonly<Record<string, readonly string[]>> = {
  local: [],
  production: [
    'account=123456789012',
    'region=us-east-1',
    'repository=bank/tokens',
    'consoleOrigin=https://console.example.com',
    'phoneOrigin=https://phone.example.com',
    'alarmEmail=operations@example.com',
    'noticeSender=notices@example.com',
    'receiptKeys=test/data/receipt-keys.json',
    'hostingCertificateArn=arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000',
  ],
};

/** No template says what is in the pages of the console: a stage that hosts it is checked without building them. */
const PAGES = 'consoleFolder=test/data/console';

/** Of these, the one that checkov judges: what the local one grants beyond it, the local engine is the reason for. */
const DEPLOYED = 'production';

await runCommand({ help: HELP, options: {} }, async () => {
  const templates: { readonly stage: string; readonly path: string }[] = [];
  for (const [stage, settings] of Object.entries(STAGES)) {
    console.log(`Synthesizing stage ${stage}`);
    const output = join('dist', 'templates', stage);
    const context = [`stage=${stage}`, PAGES, ...settings].flatMap((setting) => ['--context', setting]);
    await runInherited(projectPath('node_modules/.bin/cdk'), [
      'synth',
      '--quiet',
      '--no-notices',
      '--no-version-reporting',
      '--output',
      output,
      ...context,
    ]);
    for await (const path of glob(`${output}/*.template.json`, { cwd: PROJECT_ROOT })) templates.push({ stage, path });
  }
  await lint(templates.map(({ path }) => path));
  await judge(templates.flatMap(({ stage, path }) => (stage === DEPLOYED ? [path] : [])));
  checkStateMachines(templates.map(({ path }) => path));
});

async function lint(templates: readonly string[]): Promise<void> {
  console.log(`Checking ${templates.length} templates with cfn-lint`);
  refuse(await runCfnLint(templates), 'cfn-lint');
  console.log('No finding');
}

async function judge(templates: readonly string[]): Promise<void> {
  console.log(`Checking ${templates.length} templates with checkov`);
  const { findings, passed, acknowledged } = await runCheckov(templates);
  refuse(findings, 'checkov');
  console.log(`No finding: ${passed} checks passed, ${acknowledged} acknowledged with a reason`);
}

function checkStateMachines(templates: readonly string[]): void {
  console.log('Checking their state machines with asl-validator');
  const machines = templates.flatMap((path) => {
    const template: unknown = JSON.parse(readFileSync(projectPath(path), 'utf8'));
    return [...findStateMachines(template)].map(([id, definition]) => ({ name: `${path} ${id}`, definition }));
  });
  if (machines.length < Object.keys(STAGES).length) throw new Error('A stage has no state machine: it should have one');
  const faults = machines.flatMap(({ name, definition }) => findFaults(definition).map((fault) => `${name}: ${fault}`));
  refuse(faults, 'asl-validator');
  console.log(`No finding in ${machines.length}`);
}

function refuse(findings: readonly string[], tool: string): void {
  for (const finding of findings) console.error(finding);
  if (findings.length > 0) throw new Error(`${tool} refuses the templates; findings, above: ${findings.length}`);
}
