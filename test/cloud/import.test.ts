import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { aws, clientConfiguration } from './support/aws.ts';
import { HEADER, nth, type Person } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { enrolPhone, openApp } from './support/phone.ts';
import { cloudPort } from './support/port.ts';
import { type Finished, runScript } from './support/run.ts';
import { type Token, tokenSchema } from './support/shapes.ts';
import { stack } from './support/stack.ts';
import { accessToken, listAll, openWeb, type Web } from './support/web.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llavero-import-'));
});

afterAll(() => rm(folder, { recursive: true }));

type Row = Pick<Person, 'companyId' | 'username' | 'fullName' | 'role' | 'physicalSerial'> & {
  readonly companyName: string;
  readonly policy: string;
};

/** A company id that no other test has. */
function aCompanyId(): string {
  return `import-${randomBytes(4).toString('hex')}`;
}

/** A row of the company's administrator, unless told otherwise. */
function aRow(companyId: string, overrides: Partial<Row> = {}): Row {
  return {
    companyId,
    companyName: `Empresa Demo ${companyId}`,
    policy: 'REQUESTER',
    username: `${companyId}-a`,
    fullName: 'Demo Administradora Uno',
    role: 'ADMINISTRATOR',
    physicalSerial: '',
    ...overrides,
  };
}

function buildText({ companyId, companyName, policy, username, fullName, role, physicalSerial }: Row): string {
  return [companyId, companyName, policy, username, fullName, `${username}@demo.invalid`, role, physicalSerial].join(
    ',',
  );
}

/** Loads a file of this text, as an operator does. */
async function load(text: string | Buffer, ...options: string[]): Promise<Finished> {
  const file = join(folder, `${randomBytes(4).toString('hex')}.csv`);
  await writeFile(file, text);
  return runScript('import', [file, '--port', String(cloudPort()), ...options]);
}

/** Loads rows that must all be good, and gives what the command said of them. */
async function loadRows(...rows: Row[]): Promise<string> {
  const { exitCode, stdout, stderr } = await load([HEADER, ...rows.map(buildText), ''].join('\n'));
  if (exitCode !== 0) throw new Error(stdout + stderr);
  return stdout;
}

const asPerson = (row: Row): Person => ({
  ...row,
  policy: z.enum(['REQUESTER', 'OTHER_ADMINISTRATOR', 'HOLDER']).parse(row.policy),
  activationCode: undefined,
});

const openWebFor = (row: Row): Promise<Web> => openWeb(asPerson(row));

async function listTokens(web: Web, query = ''): Promise<Token[]> {
  return listAll(web, `/tokens${query}`, tokenSchema);
}

/** The command's counts, in English. */
const counts = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => /^(empresas|usuarios|líneas malas): /.test(line))
    .map((line) => line.split(' · ')[1]);

it('writes the good lines of a file and nothing of the bad ones, which it names', async () => {
  const companyId = aCompanyId();
  const admin = aRow(companyId);
  await loadRows(admin);
  const stranger = aCompanyId();
  const { exitCode, stdout, stderr } = await load(
    Buffer.concat([
      Buffer.from(`\uFEFF${HEADER}\r\n${buildText(admin)}\r\n`),
      Buffer.from(`${buildText(aRow(stranger, { policy: 'NOBODY' }))}\r\n`),
      Buffer.from('"\r\n'),
      Buffer.from([0xff, 0x0d, 0x0a]),
      Buffer.from(
        buildText(aRow(companyId, { username: `${companyId}-s`, fullName: 'Demo Núñez', role: 'SECONDARY' })),
      ),
    ]),
  );
  expect([exitCode, counts(stdout)]).toEqual([
    1,
    ['companies: 0 created, 0 updated', 'users: 1 created, 0 updated, 1 unchanged', 'bad lines: 3'],
  ]);
  const bad = stderr.split('\n').filter((line) => line.startsWith('línea '));
  expect(bad.map((line) => line.slice(0, 'línea 3 · line 3:'.length))).toEqual([
    'línea 3 · line 3:',
    'línea 4 · line 4:',
    'línea 5 · line 5:',
  ]);
  const web = await openWebFor(admin);
  expect((await listTokens(web)).map(({ holder }) => holder.fullName)).toEqual([
    'Demo Administradora Uno',
    'Demo Núñez',
  ]);
});

const findCompany = async (companyId: string) => {
  const Key = { pk: `COMPANY#${companyId}`, sk: 'PROFILE' };
  return (await aws.dynamodb().send(new GetCommand({ TableName: stack().tableName, Key }))).Item;
};

const pool = () => new CognitoIdentityProviderClient(clientConfiguration());

async function findEmail(Username: string): Promise<string | undefined> {
  const { userPoolId: UserPoolId } = stack();
  const { UserAttributes } = await pool().send(new AdminGetUserCommand({ UserPoolId, Username }));
  return UserAttributes?.find(({ Name }) => Name === 'email')?.Value;
}

it('says by a dry run what it would do, and writes nothing', async () => {
  const row = aRow(aCompanyId());
  const { exitCode, stdout } = await load(`${HEADER}\n${buildText(row)}\n`, '--dry-run');
  expect([exitCode, counts(stdout)]).toEqual([
    0,
    ['companies: 1 created, 0 updated', 'users: 1 created, 0 updated, 0 unchanged', 'bad lines: 0'],
  ]);
  expect(await findCompany(row.companyId)).toBeUndefined();
  await expect(findEmail(row.username)).rejects.toMatchObject({ name: 'UserNotFoundException' });
});

it('brings back a user whom the pool lost, renames and moves them; their phone goes on and their record says so', async () => {
  const companyId = aCompanyId();
  const row = aRow(companyId);
  const out = join(folder, `${companyId}.csv`);
  await load(`${HEADER}\n${buildText(row)}\n`, '--activation-codes', out);
  const [, line = ''] = (await readFile(out, 'utf8')).split('\n');
  const phone = await enrolPhone(await openApp(asPerson(row)), line.split(',')[2] ?? '');
  const verify = () => runScript('verify-record', ['--company', companyId, '--port', String(cloudPort())]);
  const { userPoolId: UserPoolId } = stack();
  await pool().send(new AdminDeleteUserCommand({ UserPoolId, Username: row.username }));
  expect(counts(await loadRows(row))).toContain('users: 0 created, 1 updated, 0 unchanged');
  const web = await openWebFor(row);
  const token = nth(await listTokens(web), 0);
  expect(token).toMatchObject({ status: 'ACTIVE', device: { deviceId: phone.deviceId } });
  expect((await web.events(token.tokenId)).at(-1)).toMatchObject({
    type: 'HOLDER_UPDATED',
    details: { userIdTo: token.holder.userId },
  });
  const name = (command: string, user: string, to: string, ...options: string[]) =>
    runScript(command, ['--user', user, '--to', to, ...options, '--port', String(cloudPort())]);
  const enrolled = { device: { deviceId: phone.deviceId }, token: { status: 'ACTIVE' } };
  expect((await (await openApp(asPerson(row))).send('GET', '/app/me')).body).toMatchObject(enrolled);

  const renamed = { ...row, username: `${row.username}-nueva` };
  expect(await name('rename-user', row.username, renamed.username)).toMatchObject({ exitCode: 0 });
  expect((await (await openApp(asPerson(renamed))).send('GET', '/app/me')).body).toMatchObject(enrolled);
  await expect(accessToken(asPerson(row), 'console')).rejects.toThrow();
  // Their address follows the name here.
  expect(counts(await loadRows(renamed))).toContain('users: 0 created, 1 updated, 0 unchanged');

  const there = aRow(aCompanyId());
  await loadRows(there);
  const moved = { ...there, username: `${there.username}-otra` };
  const move = ['--company', there.companyId];
  expect(await name('move-user', renamed.username, moved.username, ...move)).toMatchObject({ exitCode: 0 });
  await expect(accessToken(asPerson(renamed), 'console')).rejects.toThrow();
  const arrived = (await listTokens(await openWebFor(moved))).map(({ holder, status }) => [holder.username, status]);
  expect(arrived).toContainEqual([moved.username, 'PENDING_ENROLLMENT']);
  expect(await name('move-user', moved.username, renamed.username, '--company', companyId)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`the company has a ${renamed.username} already`),
  });
  // The archive follows in its time.
  const { exitCode, stdout } = await eventually(verify, (verified) => verified.exitCode === 0);
  expect([exitCode, stdout]).toEqual([0, expect.any(String)]);
});

it('gives codes to administrators who can enrol a phone: a later one voids the earlier', async () => {
  const companyId = aCompanyId();
  const admin = aRow(companyId);
  const others = [
    aRow(companyId, { username: `${companyId}-s`, role: 'SECONDARY' }),
    aRow(companyId, { username: `${companyId}-d`, role: 'DISABLED' }),
  ];
  const out = join(folder, `${companyId}.csv`);
  const readCodes = async () => {
    const text = [HEADER, ...[admin, ...others].map(buildText)].join('\n');
    expect((await load(text, '--activation-codes', out)).exitCode).toBe(0);
    const rowSchema = z.strictObject({
      company_id: z.string(),
      username: z.string(),
      activation_code: z.string(),
      expires_at: z.iso.datetime(),
    });
    return z.array(rowSchema).parse(parse(await readFile(out), { columns: true }));
  };
  const first = await readCodes();
  const second = await readCodes();
  expect([...first, ...second].map(({ company_id, username }) => [company_id, username])).toEqual([
    [companyId, admin.username],
    [companyId, admin.username],
  ]);
  expect((await stat(out)).mode & 0o777).toBe(0o600);
  const app = await openApp(asPerson(admin));
  await expect(enrolPhone(app, nth(first, 0).activation_code)).rejects.toMatchObject({
    code: 'ACTIVATION_CODE_INVALID',
  });
  await enrolPhone(app, nth(second, 0).activation_code);
  expect(await readCodes()).toEqual([]);
});
