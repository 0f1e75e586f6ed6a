import { type ExecutionListItem, type ExecutionStatus, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import type { Source } from '../../../local/metrics/datum.ts';
import { executions as measureExecutions } from '../../../local/metrics/engine-metrics.ts';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
const states = mockClient(SFNClient);
const start = new Date('2026-01-01T00:00:00Z');
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000);

let executions: ExecutionListItem[];

beforeEach(() => {
  executions = [];
  states.reset();
  states.on(ListExecutionsCommand).callsFake(({ nextToken }) => {
    const all = executions.toSorted((one, other) => Number(other.startDate) - Number(one.startDate));
    const from = Number(nextToken ?? 0);
    return { executions: all.slice(from, from + 2), nextToken: from + 2 < all.length ? String(from + 2) : undefined };
  });
});

const execution = (name: string, status: ExecutionStatus, from: number, to?: number): ExecutionListItem => ({
  executionArn: `execution:${name}`,
  name,
  stateMachineArn: MACHINE,
  status,
  startDate: after(from),
  ...(to === undefined ? {} : { stopDate: after(to) }),
});
const opened = () => measureExecutions(new SFNClient({ region: 'us-east-1' }), MACHINE, start);
const counted = async (measure: Source) =>
  (await measure(start)).map(({ name, at, values }) => [name, Number(at), values]);
const at = (seconds: number) => after(seconds).getTime();

it('counts an execution as it starts, and once more as it ends, with its time', async () => {
  const measured = opened();
  executions = [execution('a', 'RUNNING', 1)];
  expect(await counted(measured)).toEqual([['ExecutionsStarted', at(1), [1]]]);
  expect(await counted(measured)).toEqual([]);
  executions = [execution('a', 'FAILED', 1, 31)];
  expect(await counted(measured)).toEqual([
    ['ExecutionsFailed', at(31), [1]],
    ['ExecutionTime', at(31), [30_000]],
  ]);
  expect(await counted(measured)).toEqual([]);
});

it.each([
  ['SUCCEEDED', 'ExecutionsSucceeded'],
  ['TIMED_OUT', 'ExecutionsTimedOut'],
  ['ABORTED', 'ExecutionsAborted'],
] as const)('counts one that started and %s between two readings', async (status, metric) => {
  const measured = opened();
  await measured(start);
  executions = [execution('a', status, 1, 2)];
  expect((await measured(start)).map(({ name, dimensions }) => ({ name, dimensions }))).toEqual(
    ['ExecutionsStarted', metric, 'ExecutionTime'].map((name) => ({ name, dimensions: { StateMachineArn: MACHINE } })),
  );
});

it('counts the end of one that ran before, and of an old one behind many new ones', async () => {
  executions = [execution('old', 'RUNNING', -300), execution('ended', 'FAILED', -200, -100)];
  const measured = opened();
  expect(await counted(measured)).toEqual([]);
  executions = [
    ...[1, 2, 3, 4, 5].map((each) => execution(String(each), 'RUNNING', each)),
    execution('ended', 'FAILED', -200, -100),
    execution('old', 'TIMED_OUT', -300, 6),
  ];
  const names = (await measured(start)).map(({ name }) => name);
  expect(names.toSorted()).toEqual(
    [...Array(5).fill('ExecutionsStarted'), 'ExecutionTime', 'ExecutionsTimedOut'].toSorted(),
  );
  expect(await counted(measured)).toEqual([]);
});
