import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

test('the types of the API are those of the OpenAPI document', () => {
  const folder = mkdtempSync(join(tmpdir(), 'llavero-types-'));
  try {
    const file = join(folder, 'api-schema.d.ts');
    execFileSync('npx', ['--no-install', 'openapi-typescript', 'docs/openapi.json', '-o', file], { stdio: 'ignore' });
    const bare = (text: string): string => text.replaceAll(/[\s;,'"()|]/g, '');
    // `npm run generate -w console` brings them up to date.
    expect(bare(readFileSync('console/src/shared/api-schema.d.ts', 'utf8'))).toBe(bare(readFileSync(file, 'utf8')));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
