import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from './document.ts';
import { eventDocument } from './event-document.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const { version } = JSON.parse(readFileSync(join(docs, '..', 'package.json'), 'utf8'));
write('openapi.json', openApiDocument(version));
write('events/llavero-event-1.schema.json', eventDocument());

function write(file: string, document: object): void {
  writeFileSync(join(docs, file), `${JSON.stringify(document, null, 2)}\n`);
  console.log(`docs/${file} written`);
}
