import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeFile } from '../../scripts/import/code-file.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llavero-codes-'));
});

afterEach(() => rm(folder, { recursive: true }));

const HEADER = 'company_id,username,activation_code,expires_at\n';

it('writes the codes for nobody but its owner to read', async () => {
  const path = join(folder, 'codes.csv');
  const file = await CodeFile.open(path);
  await file.write({ companyId: 'demo-1', username: 'demo.uno', activationCode: '0000-1111', expiresAt: '2026' });
  await file.close();
  expect(await readFile(path, 'utf8')).toBe(`${HEADER}demo-1,demo.uno,0000-1111,2026\n`);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(file.movedTo).toBeUndefined();
});

it('moves an earlier file aside', async () => {
  const path = join(folder, 'codes.csv');
  await writeFile(path, 'earlier');
  await utimes(path, 0, 1_767_225_600);
  const file = await CodeFile.open(path);
  await file.close();
  expect(file.movedTo).toBe(`${path}.2026-01-01T000000.000Z`);
  expect(await readFile(`${path}.2026-01-01T000000.000Z`, 'utf8')).toBe('earlier');
  expect(await readFile(path, 'utf8')).toBe(HEADER);
});

it('refuses a folder, and leaves it as it is', async () => {
  await writeFile(join(folder, 'kept'), '');
  await expect(CodeFile.open(folder)).rejects.toMatchObject({ name: 'UsageError' });
  expect(await readdir(folder)).toEqual(['kept']);
});
