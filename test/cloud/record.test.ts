import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { canonical } from '../../shared/domain/canonical.ts';
import { eventHash, eventSchema } from '../../shared/domain/event.ts';
import { eventSortKey } from '../../shared/repositories/items.ts';
import { archiveBucket, archivedKeys } from './support/archive.ts';
import { aws, DATA_STACK, functionName, resources } from './support/aws.ts';
import { type Company, loadCompanies, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { expectProblem } from './support/http.ts';
import { logText } from './support/logs.ts';
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
    Array.from({ length: 4 }, () => ({ administrators: 1, secondaries: 1 })),
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
    await lived(company);
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
    expect(await signDays()).toEqual([]);
  });

  it('is exported, whole by the bank’s keys alone, and ties a receipt to its signed day; an altered export or receipt is not', async () => {
    const company = nth(companies, 1);
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
    const verifyReceipt = (...more: string[]) =>
      runScript('verify-receipt', [`${receipt}`, '--key', `${keys}`, '--day', `${day}`, '--record', `${out}`, ...more]);
    expect(await verifyReceipt('--lang', 'en')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('that this key approved exactly this challenge'),
    });
    await writeFile(`${receipt}`, canonical(body).replace('PHONE_CHANGED', 'PHONE_STOLEN'));
    expect(await verifyReceipt()).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('SIGNATURE') });

    // Of a record that somebody has written over, no receipt is signed, and the log says so.
    const since = Date.now();
    const requested = (await web.events(tokenId)).find(({ type }) => type === 'CHANGE_REQUESTED');
    await put({ ...(await stored(company, tokenId, requested?.seq ?? 0)), at: new Date().toISOString() });
    expectProblem(await web.send('GET', `/changes/${changeId}/receipt`), 500, 'INTERNAL');
    await eventually(
      () => logText(since),
      ({ text }) =>
        text.split('\n').some((line) => line.includes('no receipt of it is signed') && line.includes(changeId)),
    );

    const events = join(`${out}`, 'events.jsonl');
    await writeFile(events, (await readFile(events, 'utf8')).replace('PHONE_CHANGED', 'PHONE_STOLEN'));
    expect(await verifyExport()).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining(`token ${tokenId}, event`),
    });
    await rm(folder, { recursive: true });
  });
});

it('a table that is not what the record leads to is found; so is an event that is edited, and its hash and its place in the list made right', async () => {
  const company = nth(companies, 2);
  const tokenId = await lived(company);
  const setStatus = (status: string) =>
    aws.dynamodb().send(
      new UpdateCommand({
        TableName: stack().tableName,
        Key: { pk: `COMPANY#${company.companyId}`, sk: `TOKEN#${tokenId}` },
        UpdateExpression: 'SET #status = :status',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': status },
      }),
    );
  await setStatus('ACTIVE');
  const led = await verify(company);
  expect({ exitCode: led.exitCode, stdout: led.stdout.trim() }).toEqual({
    exitCode: 1,
    stdout: `✘ token ${tokenId}: its status is ACTIVE, and its record leads to RELEASED`,
  });
  await setStatus('RELEASED');

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

it('a company is whole also where it is at work while it is verified', async () => {
  const company = nth(companies, 0);
  const web = await openWeb(nth(company.administrators, 0));
  const tokens = await listAll(web, '/tokens?kind=VIRTUAL', tokenSchema);
  const [{ tokenId } = { tokenId: '' }] = tokens.filter(({ status }) => status === 'RELEASED');
  let working = true;
  const work = (async () => {
    for (let codes = 0; working && codes < 4; codes++) await web.activationCode(tokenId);
    await web.block(tokenId);
  })();
  const { exitCode, stdout } = await verify(company);
  working = false;
  await work;
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('WHOLE') });
});

it('the archive has each event once, locked: no one can delete a version, and hiding it is found', async () => {
  const company = nth(companies, 3);
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
  await expect(s3().send(new PutObjectCommand({ Bucket: bucket, Key, Body: '{}', IfNoneMatch: '*' }))).rejects.toThrow(
    expect.objectContaining({ name: 'PreconditionFailed' }),
  );

  // The root user of the local cloud passes every policy: what is left to it is a marker.
  const marker = await s3().send(new DeleteObjectCommand({ Bucket: bucket, Key }));
  const { exitCode, stdout } = await verify(company);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: expect.stringContaining('tried to delete') });
  // No day of an archive that lacks an entry is signed: it is shown again for the tests after this one.
  await s3().send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId: marker.VersionId }));
});
