import type { DeployedFunction } from '../../../test/cloud/support/deployed-functions.ts';
import type { Recorded } from '../../../test/cloud/support/recorded-while.ts';
import type { FunctionFigures, StepFigures } from '../measured.ts';
import { readLog } from './function-logs.ts';
import type { TableMirror } from './table-mirror.ts';

/** The figures of one part of one release; `mirror` follows its calls. Calls by other keys than functions' are not its own. */
export async function figuresOf(
  name: string,
  { calls, from, until, apiRequests }: Recorded,
  functions: readonly DeployedFunction[],
  mirror: TableMirror,
): Promise<StepFigures> {
  const byFunction = new Map<string, FunctionFigures>();
  for (const call of calls) {
    const caller = functions.find(({ accessKeyIds }) => accessKeyIds.includes(call.accessKeyId ?? ''));
    const touched = call.service === 'dynamodb' && (caller || isWrite(call.operation)) ? mirror.apply(call) : [];
    // The bench itself asks how an execution stands, as root.
    if (!caller && call.accessKeyId === 'test') continue;
    if (!caller) throw new Error(`${call.service}.${call.operation} was called with a key of no function`);
    const figures = byFunction.get(caller.folder) ?? none(caller.folder);
    byFunction.set(caller.folder, figures);
    const operation = `${call.service}.${call.operation}`;
    figures.calls[operation] = (figures.calls[operation] ?? 0) + 1;
    for (const { target, read, write } of touched) {
      const units = figures.units[target] ?? { read: 0, write: 0 };
      figures.units[target] = { read: units.read + read, write: units.write + write };
    }
  }
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

const isWrite = (operation: string): boolean => !/^(Get|BatchGet|Query|Scan|Describe|List)/.test(operation);

const none = (name: string): FunctionFigures => ({ name, invocations: 0, ms: 0, logBytes: 0, calls: {}, units: {} });
