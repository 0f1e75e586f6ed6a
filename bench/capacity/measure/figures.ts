import type { DeployedFunction } from '../../../test/cloud/support/deployed-functions.ts';
import type { Recorded } from '../../../test/cloud/support/recorded-while.ts';
import type { FunctionFigures, StepFigures } from '../measured.ts';
import { readLog } from './function-logs.ts';
import type { TableMirror, Units } from './table-mirror.ts';

/** Measures one part of one release. `mirror` follows its calls; calls without a function's key are not counted. */
export async function measureFigures(
  name: string,
  { calls, from, until, apiRequests }: Recorded,
  functions: readonly DeployedFunction[],
  mirror: TableMirror,
): Promise<StepFigures> {
  const byFunction = new Map<string, FunctionFigures>();
  for (const call of calls) await countCall(call, byFunction, functions, mirror);
  for (const deployed of functions) {
    const { invocations, ms, logBytes } = await readLog(deployed, from, until);
    if (invocations === 0) continue;
    byFunction.set(deployed.folder, {
      ...(byFunction.get(deployed.folder) ?? none(deployed.folder)),
      invocations,
      ms,
      logBytes,
    });
  }
  return { name, apiRequests, functions: [...byFunction.values()] };
}

async function countCall(
  call: Recorded['calls'][number],
  byFunction: Map<string, FunctionFigures>,
  functions: readonly DeployedFunction[],
  mirror: TableMirror,
): Promise<void> {
  const caller = functions.find(({ accessKeyIds }) => accessKeyIds.includes(call.accessKeyId ?? ''));
  const { reads, writes } =
    call.service === 'dynamodb' && (caller || isWrite(call.operation)) ? await mirror.apply(call) : NOTHING;
  // The bench itself reads the state of an execution, as root.
  if (!caller && call.accessKeyId === 'test') return;
  const operation = `${call.service}.${call.operation}`;
  if (!caller) throw new Error(`${operation} was called with a key of no function`);
  const figures = byFunction.get(caller.folder) ?? none(caller.folder);
  byFunction.set(caller.folder, figures);
  figures.calls[operation] = (figures.calls[operation] ?? 0) + 1;
  figures.reads += reads;
  figures.writes += writes;
}

const NOTHING: Units = { reads: 0, writes: 0 };

const isWrite = (operation: string): boolean => !/^(Get|BatchGet|Query|Scan|Describe|List)/.test(operation);

const none = (name: string): FunctionFigures => ({
  name,
  invocations: 0,
  ms: 0,
  logBytes: 0,
  calls: {},
  reads: 0,
  writes: 0,
});
