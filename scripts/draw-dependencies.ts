import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { runCommand } from '../tools/command-line.ts';
import { PROJECT_ROOT, projectPath } from '../tools/project.ts';

const HELP = `Redraws the picture of who imports whom in docs/architecture.md, folder by folder.

  npm run docs:dependencies -- [--check]

  --check   changes nothing, and fails where the picture is not what the imports are
`;

const FOLDERS = ['bench', 'client', 'console', 'functions', 'infra', 'local', 'phone', 'scripts', 'shared', 'tools'];
const COLLAPSE = `^(shared/[a-z-]+|${FOLDERS.join('|')})(?=/)`;
const DOCUMENT = 'docs/architecture.md';
const [START, END] = ['<!-- dependencies -->\n', '<!-- /dependencies -->'];

await runCommand({ help: HELP, options: { check: { type: 'boolean', default: false } } }, async ({ check }) => {
  const file = projectPath(DOCUMENT);
  const text = readFileSync(file, 'utf8');
  const [before, rest] = text.split(START);
  const after = rest?.slice(rest.indexOf(END));
  if (before === undefined || !after?.startsWith(END)) throw new Error(`${DOCUMENT} has no place for the picture`);
  const drawn = `${before}${START}\`\`\`mermaid\n${draw()}\n\`\`\`\n${after}`;
  if (check && drawn !== text) throw new Error(`The picture in ${DOCUMENT} is old: npm run docs:dependencies`);
  if (!check) writeFileSync(file, drawn);
  console.log(`${DOCUMENT} ${check ? 'shows the imports as they are' : 'redrawn'}`);
});

function draw(): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      projectPath('node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...FOLDERS.map((folder) => (['client', 'console'].includes(folder) ? `${folder}/src` : folder)),
      ...['--config', projectPath('.dependency-cruiser.js'), '--output-type', 'mermaid'],
      ...['--collapse', COLLAPSE, '--include-only', `^(${FOLDERS.join('|')})/`],
    ],
    { cwd: PROJECT_ROOT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The dependencies could not be drawn: ${stderr.trim()}`);
  return stdout.trim();
}
