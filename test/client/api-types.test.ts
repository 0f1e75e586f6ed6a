import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

test('the types of the API are those of the OpenAPI document', () => {
  const folder = mkdtempSync(join(tmpdir(), 'llavero-types-'));
  try {
    const file = join(folder, 'api-schema.ts');
    execFileSync('npx', ['--no-install', 'openapi-typescript', 'docs/openapi.json', '-o', file], { stdio: 'ignore' });
    const bare = (text: string): string => text.replaceAll(/[\s;,'"()|]/g, '');
    const kept = bare(readFileSync('client/src/api-schema.ts', 'utf8'));
    const made = bare(readFileSync(file, 'utf8'));
    expect(kept === made ? 'up to date' : 'run: npm run generate -w client').toBe('up to date');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
