import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DisableKeyCommand } from '@aws-sdk/client-kms';
import { GetFunctionConfigurationCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import pMap from 'p-map';
import { deploy } from '../../local/deploy.ts';
import { openInstance } from '../../local/instance.ts';
import { archivedKeys } from './support/archive.ts';
import { aws, DATA_STACK, executionArn, functionName, resources, SERVICE_STACK } from './support/aws.ts';
import { type Company, loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { patiently } from './support/http.ts';
import { approval, openPhone, type Phone, REJECTION } from './support/phone.ts';
import { cloudPort, HOLD_SECONDS } from './support/port.ts';
import { type Finished, mustRun, runScript } from './support/run.ts';
import type { Change } from './support/shapes.ts';
import { moveEnd, withHoldSeconds } from './support/short-holds.ts';
import { stack } from './support/stack.ts';
import { openWeb, type Web } from './support/web.ts';

// The reconciler's schedule is off: it would mend what the workflow lost, which is to lose nothing.

/** Holds that wait while the next release is deployed under them, and are authorized after it. */
const HOLDS = 10;

/** Long enough that none of them expires meanwhile on a busy machine. */
const WAIT_SECONDS = 300;

/** Its code is new also on a cloud to which the test deployed before. */
const RELEASE = `next-${Date.now()}`;

/** Requests at a time: the machine's cores are few. */
const SIDE_BY_SIDE = { concurrency: 6 };

const port = ['--port', String(cloudPort())];
let company: Company;
let web: Web;
let folder: string;
/** The keys that sign before the next release replaces them. */
let formerKeys: string[];
let phones: Phone[];

beforeAll(async () => {
  company = await loadCompany('upgrade', { policy: 'HOLDER', administrators: 1, secondaries: HOLDS + 4 });
  web = await openWeb(nth(company.administrators, 0));
  phones = await pMap(company.secondaries, (person) => openPhone(person, web), SIDE_BY_SIDE);
  folder = await mkdtemp(join(tmpdir(), 'llavero-upgrade-'));
  await saveProof('former', nth(phones, HOLDS + 2));
  const keys = await resources(DATA_STACK, 'AWS::KMS::Key');
  formerKeys = keys.flatMap(({ logicalId, physicalId }) => (/^Keys(?:Receipt|Day)/.test(logicalId) ? physicalId : []));
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

const path = (name: string) => join(folder, name);

/** Blocks the phone's token, and saves its receipt, a signed day that has it, and the stage's keys. */
async function saveProof(name: string, { tokenId }: Phone): Promise<Finished> {
  const { changeId } = await web.block(tokenId);
  const url = `${stack().apiUrl}/changes/${changeId}/receipt`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${web.accessToken}` } });
  await writeFile(path(`${name}-receipt.json`), await response.text());

  const written = (await web.events(tokenId)).length;
  await eventually(
    () => archivedKeys(company.companyId, tokenId),
    (keys) => keys.length === written,
  );
  // The archive's clock counts whole seconds: what is signed is what was there before this one.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const Payload = JSON.stringify({ through: new Date().toISOString().slice(0, 10) });
  const signed = await aws.lambda().send(new InvokeCommand({ FunctionName: await functionName('sign-day'), Payload }));
  expect(signed.FunctionError).toBeUndefined();

  const [all] = await Promise.all(
    ['keys.json', `${name}-keys.json`].map((file) => mustRun('receipt-keys', [...port, '--out', path(file)])),
  );
  if (!all) throw new Error('The keys are needed');
  return all;
}

const ended = (change: Change) =>
  eventually(
    async () =>
      (await aws.states().send(new DescribeExecutionCommand({ executionArn: executionArn(change.changeId) }))).status,
    (status) => status !== 'RUNNING',
  );

/** The target that callers use of each function for which a person waits. */
async function live() {
  const aliases = await resources(SERVICE_STACK, 'AWS::Lambda::Alias');
  return pMap(
    aliases,
    async ({ logicalId, physicalId }) => {
      const called = await aws.lambda().send(new GetFunctionConfigurationCommand({ FunctionName: physicalId }));
      return { logicalId, version: called.Version, code: called.CodeSha256, description: called.Description };
    },
    SIDE_BY_SIDE,
  );
}

/** Deploys the next release to the running cloud, with the command that deployed the one before. */
async function deployNextRelease(): Promise<void> {
  const instance = openInstance(cloudPort());
  const { consoleUrl: consoleOrigin, phoneUrl: phoneOrigin } = stack();
  const version = formerKeys.length / 2 + 1;
  const keys = { receiptKeyVersion: version, dayKeyVersion: version };
  const context = { holdSeconds: HOLD_SECONDS, consoleOrigin, phoneOrigin, release: RELEASE, ...keys };
  execFileSync(process.execPath, [
    'test/cloud/support/synthesize-release.ts',
    JSON.stringify(context),
    join(instance.folder, 'cdk.out'),
  ]);
  const { signal } = new AbortController();
  await deploy(
    { instance, holdSeconds: HOLD_SECONDS, consoleOrigin, phoneOrigin, frontOrigin: null, signal },
    () => undefined,
  );
}

it(`loses none of ${HOLDS} holds that wait while a release changes the workflow and every function`, async () => {
  const hold = async ({ tokenId, userId }: Phone): Promise<Change> => {
    const change = await web.hold(tokenId);
    await moveEnd(change, company.companyId, userId, new Date(Date.now() + WAIT_SECONDS * 1000));
    return change;
  };
  const held = await withHoldSeconds(WAIT_SECONDS, () => pMap(phones.slice(0, HOLDS + 1), hold, SIDE_BY_SIDE));
  expect(new Set(held.map(({ changeId }) => changeId)).size).toBe(HOLDS + 1);
  const before = await live();

  await deployNextRelease();

  const after = await live();
  expect(after.map(({ logicalId }) => logicalId)).toEqual(before.map(({ logicalId }) => logicalId));
  for (const [index, { version, code, description }] of after.entries()) {
    expect(version).not.toBe(nth(before, index).version);
    expect(code).not.toBe(nth(before, index).code);
    expect(description).toContain(RELEASE);
  }
  const { definition } = await aws
    .states()
    .send(new DescribeStateMachineCommand({ stateMachineArn: stack().stateMachineArn }));
  expect(definition).toContain(RELEASE);

  const waiting = await pMap(held, ({ changeId }) => web.change(changeId), SIDE_BY_SIDE);
  expect(new Set(waiting.map(({ status }) => status))).toEqual(new Set(['PENDING_AUTHORIZATION']));

  const answers = await pMap(
    held,
    (change, index) =>
      patiently(() => nth(phones, index).answer(change.changeId, index < HOLDS ? approval(change) : REJECTION)),
    SIDE_BY_SIDE,
  );
  expect(answers.map(({ status }) => status)).toEqual(held.map(() => 200));

  const outcomes = await pMap(
    held,
    async (change, index) => {
      const execution = await ended(change);
      const events = await web.events(nth(phones, index).tokenId);
      return {
        change: (await web.change(change.changeId)).status,
        token: (await web.token(change.tokenId)).status,
        execution,
        written: events.map(({ type }) => type).filter((type) => type.startsWith('CHANGE_')),
      };
    },
    SIDE_BY_SIDE,
  );
  const authorized = outcomes.slice(0, HOLDS);
  expect(authorized).toEqual(
    authorized.map(() => ({
      change: 'APPLIED',
      token: 'RELEASED',
      execution: 'SUCCEEDED',
      written: ['CHANGE_REQUESTED', 'CHANGE_AUTHORIZED', 'CHANGE_APPLIED'],
    })),
  );
  expect(outcomes.slice(HOLDS)).toEqual([
    {
      change: 'REJECTED',
      token: 'ACTIVE',
      execution: 'SUCCEEDED',
      written: ['CHANGE_REQUESTED', 'CHANGE_REJECTED'],
    },
  ]);
}, 120_000);

/** Counts in its log the starts of a function as the next release. */
async function loadsOfNextRelease(name: string): Promise<number> {
  const logs = await resources(SERVICE_STACK, 'AWS::Logs::LogGroup');
  const [log, ...others] = logs.filter(({ logicalId }) => logicalId.startsWith(`${name}Log`));
  if (!log || others.length > 0) throw new Error(`Not one log of ${name}`);
  const filter = { logGroupName: log.physicalId, filterPattern: `"Loaded: ${RELEASE}"` };
  return (await aws.logs().send(new FilterLogEventsCommand(filter))).events?.length ?? 0;
}

it('serves by the new functions what waited, and what is asked for after it', async () => {
  const phone = nth(phones, HOLDS + 1);
  const change = await web.hold(phone.tokenId);
  await phone.answer(change.changeId, approval(change));
  await web.until(change.changeId, 'APPLIED');
  expect(await ended(change)).toBe('SUCCEEDED');
  for (const name of ['RequestChange', 'HoldChange', 'DecideChange', 'ApplyChange']) {
    await eventually(
      () => loadsOfNextRelease(name),
      (loads) => loads > 0,
    );
  }
});

it('receipts and days of before and after verify by a file with the keys that it replaced and the new ones', async () => {
  // The last step of a replacement: nobody needs a former key any more, not even to verify.
  expect(formerKeys.length).toBeGreaterThanOrEqual(2);
  for (const KeyId of formerKeys) await aws.kms().send(new DisableKeyCommand({ KeyId }));

  const { stdout } = await saveProof('present', nth(phones, HOLDS + 3));
  expect(stdout.match(/signs nothing any more; the file had it/g)).toHaveLength(2);
  expect(stdout.match(/signs (receipts|days); new in the file/g)).toHaveLength(2);

  const receipt = async (name: string, keys: string) =>
    (await runScript('verify-receipt', [path(`${name}-receipt.json`), '--key', path(keys)])).exitCode;
  const record = async (...more: string[]) =>
    (await runScript('verify-record', ['--company', company.companyId, ...port, ...more])).exitCode;
  expect(
    await Promise.all([
      receipt('former', 'keys.json'),
      receipt('present', 'keys.json'),
      receipt('former', 'present-keys.json'),
      receipt('present', 'former-keys.json'),
    ]),
  ).toEqual([0, 0, 1, 1]);
  // By the stage's present key alone, or the former alone, a part of the days is nobody's.
  const both = record('--key', path('keys.json'));
  expect(await Promise.all([both, record(), record('--key', path('former-keys.json'))])).toEqual([0, 1, 1]);
}, 120_000);
