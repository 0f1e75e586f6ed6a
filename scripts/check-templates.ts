import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from './command-line.ts';
import { PROJECT_FOLDER, runInherited } from './run-inherited.ts';

const HELP = `Synthesizes a local and a deployed stage, with the security rules on, and checks every template with cfn-lint.

  npm run check:templates

It needs Python 3.10 or later, in which cfn-lint is installed once, under .venv.
`;

const REQUIREMENTS = join(PROJECT_FOLDER, 'infra/checks/requirements.txt');

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
    'hostingCertificateArn=arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000',
  ],
};

/** What the CDK writes by design: a dependency that a reference implies too, and an output of another stack's export. */
const IGNORED_CHECKS = ['W3005', 'W6001'];

await runCommand(async () => {
  const { values } = parseArgs({ options: { help: { type: 'boolean', default: false } } });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const lint = await installedLint();
  // A stage that hosts the console has its pages in its templates.
  await runInherited('npm', ['run', '--silent', 'build', '--workspace', 'console']);
  const templates: string[] = [];
  for (const [stage, settings] of Object.entries(STAGES)) {
    console.log(`Synthesizing stage ${stage}`);
    const output = join('dist', 'templates', stage);
    const context = [`stage=${stage}`, ...settings].flatMap((setting) => ['--context', setting]);
    await runInherited(join(PROJECT_FOLDER, 'node_modules/.bin/cdk'), [
      'synth',
      '--quiet',
      '--no-notices',
      '--no-version-reporting',
      '--output',
      output,
      ...context,
    ]);
    for await (const template of glob(`${output}/*.template.json`, { cwd: PROJECT_FOLDER })) templates.push(template);
  }
  console.log(`Checking ${templates.length} templates with cfn-lint`);
  await runInherited(lint, [
    '--ignore-checks',
    ...IGNORED_CHECKS,
    '--regions',
    'us-east-1',
    '--template',
    ...templates,
  ]);
  console.log('No finding');
});

/** The path of cfn-lint; installed where it is not, or where its requirements have changed. */
async function installedLint(): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  const folder = join(PROJECT_FOLDER, '.venv', `checks-${digest}`);
  const finished = join(folder, 'installed');
  if (!existsSync(finished)) {
    console.log('Installing cfn-lint (once)');
    requirePython();
    await runInherited('python3', ['-m', 'venv', '--clear', folder]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', REQUIREMENTS];
    await runInherited(join(folder, 'bin/python'), pip);
    writeFileSync(finished, '');
  }
  return join(folder, 'bin/cfn-lint');
}

function requirePython(): void {
  try {
    execFileSync('python3', ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 10))'], { stdio: 'ignore' });
  } catch {
    throw new Error('Python 3.10 or later with its venv module is needed to check templates');
  }
}
