import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from './document.ts';

const root = join(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const file = join(root, 'docs', 'openapi.json');
writeFileSync(file, `${JSON.stringify(openApiDocument(version), null, 2)}\n`);
console.log('docs/openapi.json written');
