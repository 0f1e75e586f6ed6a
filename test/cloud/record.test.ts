import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { canonical } from '../../shared/domain/canonical.ts';
import { eventHash, eventSchema } from '../../shared/domain/event.ts';
import { eventSortKey } from '../../shared/repositories/items.ts';
import { archiveBucket, archivedKeys } from './support/archive.ts';
import { aws, DATA_STACK, functionName, resources } from './support/aws.ts';
import { type Company, loadCompanies, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { approval, openAdministrator, openPhone } from './support/phone.ts';
import { cloudPort } from './support/port.ts';
import { type Finished, mustRun, runScript } from './support/run.ts';
import { changeSchema, tokenSchema } from './support/shapes.ts';
import { stack } from './support/stack.ts';
import { listAll, openWeb } from './support/web.ts';

let companies: Company[];
let recordTable: string;
let bucket: string;
const s3 = aws.s3;

beforeAll(async () => {
  companies = await loadCompanies(
    'record',
    Array.from({ length: 9 }, () => ({ administrators: 1, secondaries: 1 })),
  );
  const tables = await resources(DATA_STACK, 'AWS::DynamoDB::Table');
  recordTable = tables.find(({ logicalId }) => logicalId.includes('Record'))?.physicalId ?? '';
  bucket = await archiveBucket();
});

const verify = (company: Company, ...more: string[]): Promise<Finished> =>
  runScript('verify-record', ['--company', company.companyId, '--port', String(cloudPort()), ...more]);

/** A company whose holder's token was enrolled and released, all of it archived; returns that token. */
async function lived(company: Company): Promise<string> {
  const { web, phone } = await openAdministrator(nth(company.administrators, 0));
  const holder = await openPhone(nth(company.secondaries, 0), web);
  const change = await web.hold(holder.tokenId);
  await phone.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');
  const last = (await web.events(holder.tokenId)).length;
  await eventually(
    () => archived(company, holder.tokenId),
    (keys) => keys.length === last,
  );
  return holder.tokenId;
}

const archived = ({ companyId }: Company, tokenId: string) => archivedKeys(companyId, tokenId);

const buildKey = ({ companyId }: Company, tokenId: string, seq: number) => ({
  pk: `COMPANY#${companyId}#TOKEN#${tokenId}`,
  sk: `EVENT#${String(seq).padStart(12, '0')}`,
});

async function stored(company: Company, tokenId: string, seq: number): Promise<Record<string, unknown>> {
  const { Item } = await aws
    .dynamodb()
    .send(new GetCommand({ TableName: recordTable, Key: buildKey(company, tokenId, seq) }));
  if (!Item) throw new Error(`There is no event ${seq}`);
  return Item;
}

const put = (Item: Record<string, unknown>) => aws.dynamodb().send(new PutCommand({ TableName: recordTable, Item }));
const remove = (company: Company, tokenId: string, seq: number) =>
  aws.dynamodb().send(new DeleteCommand({ TableName: recordTable, Key: buildKey(company, tokenId, seq) }));

/** Has an attacker set the head that the token names. */
const setHead = ({ companyId }: Company, tokenId: string, head: { seq: number; hash: unknown }) =>
  aws.dynamodb().send(
    new UpdateCommand({
      TableName: stack().tableName,
      Key: { pk: `COMPANY#${companyId}`, sk: `TOKEN#${tokenId}` },
      UpdateExpression: 'SET recordHead = :head',
      ExpressionAttributeValues: { ':head': head },
    }),
  );

async function signDays(): Promise<string[]> {
  const through = new Date().toISOString().slice(0, 10);
  const { Payload, FunctionError } = await aws
    .lambda()
    .send(new InvokeCommand({ FunctionName: await functionName('sign-day'), Payload: JSON.stringify({ through }) }));
  const answer = Payload?.transformToString() ?? '';
  if (FunctionError) throw new Error(answer);
  return JSON.parse(answer).signed;
}

describe('the record of a company', () => {
  it('is found whole, before and after its day is signed; a day that has not changed is not signed again', async () => {
    const company = nth(companies, 0);
    const tokenId = await lived(company);
    const before = await verify(company);
    expect({ exitCode: before.exitCode, whole: before.stdout.includes('WHOLE') }).toEqual({ exitCode: 0, whole: true });
    // The archive's clock counts whole seconds: what is signed is what was there before this one.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await signDays()).toEqual([new Date().toISOString().slice(0, 10)]);
    const after = await verify(company);
    expect({ exitCode: after.exitCode, stdout: after.stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('0 archived events are of days not signed yet'),
    });
    expect((await verify(company, '--token', tokenId)).stdout).toContain('1 tokens');
    expect(await signDays()).toEqual([]);
  });

  it('is exported, whole by the bank’s keys alone, and ties a receipt to its signed day; an altered export is not', async () => {
    const company = nth(companies, 8);
    const tokenId = await lived(company);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await signDays();
    const folder = await mkdtemp(join(tmpdir(), 'llavero-export-'));
    const [keys, out, receipt, day] = ['keys.json', 'record', 'receipt.json', 'day.json'].map((name) =>
      join(folder, name),
    );
    const stage = ['--port', String(cloudPort())];
    const owner = ['--company', company.companyId];
    await mustRun('receipt-keys', ['--out', `${keys}`, ...stage]);
    await mustRun('export-record', [...owner, '--out', `${out}`, ...stage]);
    const verifyExport = () => runScript('verify-export', [`${out}`, '--key', `${keys}`]);
    expect(await verifyExport()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('WHOLE') });

    const web = await openWeb(nth(company.administrators, 0));
    const [{ changeId } = { changeId: '' }] = await listAll(web, `/changes?tokenId=${tokenId}`, changeSchema);
    const { body } = await web.send('GET', `/changes/${changeId}/receipt`);
    await writeFile(`${receipt}`, canonical(body));
    await mustRun('export-record', [...owner, '--receipt', `${receipt}`, '--out', `${day}`, ...stage]);
    await mustRun('verify-receipt', [`${receipt}`, '--key', `${keys}`, '--day', `${day}`, '--record', `${out}`]);

    const events = join(`${out}`, 'events.jsonl');
    await writeFile(events, (await readFile(events, 'utf8')).replace('PHONE_CHANGED', 'PHONE_STOLEN'));
    expect(await verifyExport()).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining(`token ${tokenId}, event`),
    });
    await rm(folder, { recursive: true });
  });

  it.each([
    { name: 'no company', args: [] },
    { name: 'a company that is not', args: ['--company', 'NOBODY-HERE'] },
    { name: 'an option that is not', args: ['--company', 'NOBODY-HERE', '--other'] },
  ])('is not verified for $name: one line, exit code 2', async ({ args }) => {
    const { exitCode, stderr } = await runScript('verify-record', [...args, '--port', String(cloudPort())]);
    expect(exitCode).toBe(2);
    expect(stderr.trim().split('\n').at(-1)).toMatch(/--help/);
  });
});

describe('an alteration of the record is found', () => {
  it('where an event is edited', async () => {
    const company = nth(companies, 1);
    const tokenId = await lived(company);
    const event = await stored(company, tokenId, 2);
    await put({ ...event, at: '2026-01-01T00:00:00.000Z' });
    const { exitCode, stdout } = await verify(company);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: expect.stringContaining(`token ${tokenId}, event 2: the event was edited`),
    });
  });

  it('where an event is edited, and its hash and its place in the list made right', async () => {
    const company = nth(companies, 2);
    const tokenId = await lived(company);
    const item = await stored(company, tokenId, 2);
    const { hash: _old, ...said } = eventSchema.parse(item);
    const edited = { ...said, at: '2026-01-01T00:00:00.000Z' };
    const hash = eventHash(edited);
    await put({ ...item, ...edited, hash, listSk: eventSortKey({ ...edited, hash }, tokenId) });
    const { exitCode, stdout } = await verify(company);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`token ${tokenId}, event 3: the event does not follow event 2`);
    expect(stdout).toContain(`token ${tokenId}, event 2: the event is not the one that was archived`);
  });

  it('where an event is removed from the middle', async () => {
    const company = nth(companies, 3);
    const tokenId = await lived(company);
    await remove(company, tokenId, 3);
    const { exitCode, stdout } = await verify(company);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: expect.stringContaining(`token ${tokenId}, event 3: `),
    });
  });

  it('where two events change places', async () => {
    const company = nth(companies, 4);
    const tokenId = await lived(company);
    const [second, third] = await Promise.all([stored(company, tokenId, 2), stored(company, tokenId, 3)]);
    await put({ ...third, sk: second.sk });
    await put({ ...second, sk: third.sk });
    const { exitCode, stdout } = await verify(company);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: expect.stringContaining(`token ${tokenId}, event 2: `),
    });
  });

  it('where its end is cut off and the token says that it never was', async () => {
    const company = nth(companies, 5);
    const tokenId = await lived(company);
    const last = (await archived(company, tokenId)).length;
    const { hash } = await stored(company, tokenId, last - 1);
    await remove(company, tokenId, last);
    await setHead(company, tokenId, { seq: last - 1, hash });
    const { exitCode, stdout } = await verify(company);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: expect.stringContaining(`token ${tokenId}, event ${last}: archived event is missing`),
    });
  });
});

describe('a table that is not what the record leads to', () => {
  const main = (key: { pk: string; sk: string }) => ({ TableName: stack().tableName, Key: key });
  const set = async (key: { pk: string; sk: string }, member: string, value: unknown) => {
    const update = { UpdateExpression: 'SET #member = :value', ExpressionAttributeNames: { '#member': member } };
    await aws
      .dynamodb()
      .send(new UpdateCommand({ ...main(key), ...update, ExpressionAttributeValues: { ':value': value } }));
  };

  it('is found, the token and the field named; its record stays whole', async () => {
    const company = nth(companies, 7);
    const tokenId = await lived(company);
    const token = { pk: `COMPANY#${company.companyId}`, sk: `TOKEN#${tokenId}` };
    expect((await verify(company)).exitCode).toBe(0);
    const { Item } = await aws.dynamodb().send(new GetCommand(main(token)));
    const user = { pk: `USER#${Item?.holder.userId}`, sk: 'PROFILE' };

    await set(token, 'status', 'ACTIVE');
    await set(user, 'role', 'ADMINISTRATOR');
    const { exitCode, stdout } = await verify(company);
    expect({ exitCode, stdout: stdout.trim().split('\n') }).toEqual({
      exitCode: 1,
      stdout: [
        `✘ token ${tokenId}: its status is ACTIVE, and its record leads to RELEASED`,
        `✘ token ${tokenId}: its holder’s profile.role is ADMINISTRATOR, and its record leads to SECONDARY`,
      ],
    });
    await set(token, 'status', 'RELEASED');
    await set(user, 'role', 'SECONDARY');
  });

  it('is none where the company is at work while it is verified', async () => {
    const company = nth(companies, 7);
    const web = await openWeb(nth(company.administrators, 0));
    const tokens = await listAll(web, '/tokens?kind=VIRTUAL', tokenSchema);
    const [{ tokenId } = { tokenId: '' }] = tokens.filter(({ status }) => status === 'RELEASED');
    let working = true;
    const work = (async () => {
      for (let codes = 0; working && codes < 4; codes++) await web.activationCode(tokenId);
      await web.block(tokenId);
    })();
    const found = await Promise.all([verify(company), verify(company)]);
    working = false;
    await work;
    expect(found.map(({ exitCode, stdout }) => ({ exitCode, whole: stdout.includes('WHOLE') }))).toEqual([
      { exitCode: 0, whole: true },
      { exitCode: 0, whole: true },
    ]);
  });
});

describe('the archive', () => {
  it('has each event once, locked: no one can delete a version, and hiding it is found', async () => {
    const company = nth(companies, 6);
    const tokenId = await lived(company);
    const [Key = ''] = await archived(company, tokenId);
    const { Versions = [] } = await s3().send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: Key }));
    const { Body, ObjectLockMode } = await s3().send(new GetObjectCommand({ Bucket: bucket, Key }));
    const { hash } = await stored(company, tokenId, 1);
    expect(JSON.parse((await Body?.transformToString()) ?? '')).toEqual({
      company: company.companyId,
      token: tokenId,
      seq: 1,
      hash,
    });
    expect({ mode: ObjectLockMode, versions: Versions.length }).toEqual({ mode: 'COMPLIANCE', versions: 1 });

    const VersionId = Versions[0]?.VersionId;
    await expect(s3().send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }))).rejects.toThrow(
      expect.objectContaining({ name: 'AccessDenied' }),
    );
    await expect(
      s3().send(new PutObjectCommand({ Bucket: bucket, Key, Body: '{}', IfNoneMatch: '*' })),
    ).rejects.toThrow(expect.objectContaining({ name: 'PreconditionFailed' }));

    // The root user of the local cloud passes every policy: what is left to it is a marker.
    await s3().send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    const { exitCode, stdout } = await verify(company);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining('tried to delete') });
  });

  it('takes an event again as often as the stream delivers it, and keeps it once', async () => {
    const company = nth(companies, 6);
    const tokenId = await administratorToken(company);
    const { pk, sk, hash } = await stored(company, tokenId, 1);
    const Records = [
      {
        eventName: 'INSERT',
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
          Keys: { pk: { S: pk }, sk: { S: sk } },
          NewImage: { hash: { S: hash } },
        },
      },
    ];
    const Payload = JSON.stringify({ Records });
    const FunctionName = await functionName('archive-events');
    const answers = await Promise.all(
      [1, 2].map(() => aws.lambda().send(new InvokeCommand({ FunctionName, Payload }))),
    );
    expect(answers.map(({ FunctionError }) => FunctionError)).toEqual([undefined, undefined]);
    const keys = await archived(company, tokenId);
    expect(keys.filter((key) => key.includes('/000000000001.'))).toHaveLength(1);
  });
});

async function administratorToken(company: Company): Promise<string> {
  const person = nth(company.administrators, 0);
  const tokens = await listAll(await openWeb(person), '/tokens?kind=VIRTUAL', tokenSchema);
  const own = tokens.find(({ holder }) => holder.username === person.username);
  if (!own) throw new Error('The administrator has no token');
  return own.tokenId;
}
