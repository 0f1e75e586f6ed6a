import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { DescribeExecutionCommand, DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import pMap from 'p-map';
import { deploy } from '../../local/deploy.ts';
import { openInstance } from '../../local/instance.ts';
import { aws, resources, SERVICE_STACK } from './support/aws.ts';
import { loadCompany, nth } from './support/company.ts';
import { eventually } from './support/eventually.ts';
import { approval, openPhone, type Phone, REJECTION } from './support/phone.ts';
import { UPGRADE_PORT } from './support/port.ts';
import { mustRun, runScript } from './support/run.ts';
import { quietSchedule } from './support/schedule.ts';
import type { Change } from './support/shapes.ts';
import { stack } from './support/stack.ts';
import { openWeb, type Web } from './support/web.ts';

/** Holds that wait while the next release is deployed under them, and are authorized after it. */
const HOLDS = 50;

/** Long enough that none of them expires meanwhile on a busy machine. */
const HOLD_SECONDS = 300;

const RELEASE = 'the-next-one';

/** Requests at a time: the machine's cores are few. */
const SIDE_BY_SIDE = { concurrency: 6 };

const port = ['--port', String(UPGRADE_PORT)];
let web: Web;
let phones: Phone[];

beforeAll(async () => {
  // A cloud of its own, whose holds outlive a deployment; the suite's serves the other tests as it is.
  process.env.LLAVERO_CLOUD_PORT = String(UPGRADE_PORT);
  await runScript('local:down', port);
  await mustRun('local:up', [...port, '--no-demo', '--no-pages', '--hold-seconds', String(HOLD_SECONDS)]);
  // What the workflow lost would be mended by the reconciler: it is to lose nothing.
  await quietSchedule();
  const company = await loadCompany('upgrade', { policy: 'HOLDER', administrators: 1, secondaries: HOLDS + 2 });
  web = await openWeb(nth(company.administrators, 0));
  phones = await pMap(company.secondaries, (person) => openPhone(person, web), SIDE_BY_SIDE);
}, 180_000);

afterAll(() => mustRun('local:down', port), 60_000);

const describeExecution = ({ changeId }: Change) =>
  `${stack().stateMachineArn.replace(':stateMachine:', ':execution:')}:${changeId}`;

const ended = (change: Change) =>
  eventually(
    async () =>
      (await aws.states().send(new DescribeExecutionCommand({ executionArn: describeExecution(change) }))).status,
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
  const instance = openInstance(UPGRADE_PORT);
  const { consoleUrl: consoleOrigin, phoneUrl: phoneOrigin } = stack();
  const context = { holdSeconds: HOLD_SECONDS, consoleOrigin, phoneOrigin, release: RELEASE };
  execFileSync(process.execPath, [
    'test/cloud/support/synthesize-release.ts',
    JSON.stringify(context),
    join(instance.folder, 'cdk.out'),
  ]);
  const { signal } = new AbortController();
  await deploy({ instance, holdSeconds: HOLD_SECONDS, consoleOrigin, phoneOrigin, signal }, () => undefined);
}

it(`loses none of ${HOLDS} holds that wait while a release changes the workflow and every function`, async () => {
  const held = await pMap(phones.slice(0, HOLDS + 1), ({ tokenId }) => web.hold(tokenId), SIDE_BY_SIDE);
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
    (change, index) => nth(phones, index).answer(change.changeId, index < HOLDS ? approval(change) : REJECTION),
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
