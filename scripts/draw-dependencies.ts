import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Redraws the picture of who imports whom in docs/architecture.md, folder by folder. */
const root = join(import.meta.dirname, '..');
const file = join(root, 'docs', 'architecture.md');
const COLLAPSE = '^(functions|infra|local|phone|scripts|shared/[a-z]+|shared)(?=/)';

const { status, stdout, stderr } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
    ...['functions', 'infra', 'local', 'phone', 'scripts', 'shared'],
    ...['--config', join(root, '.dependency-cruiser.js'), '--output-type', 'mermaid'],
    ...['--collapse', COLLAPSE, '--include-only', '^(functions|infra|local|phone|scripts|shared)/'],
  ],
  { cwd: root, encoding: 'utf8' },
);
if (status !== 0) {
  console.error(`The dependencies could not be drawn: ${stderr.trim()}`);
  process.exit(1);
}
const [before, rest] = readFileSync(file, 'utf8').split('<!-- dependencies -->\n');
const after = rest === undefined ? undefined : rest.slice(rest.indexOf('<!-- /dependencies -->'));
if (before === undefined || after === undefined) {
  console.error('docs/architecture.md has no place marked for the picture');
  process.exit(1);
}
writeFileSync(file, `${before}<!-- dependencies -->\n\`\`\`mermaid\n${stdout.trim()}\n\`\`\`\n${after}`);
console.log('docs/architecture.md redrawn');
