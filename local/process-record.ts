import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

const recordSchema = z.array(
  z.object({
    name: z.enum(['supervisor', 'engine']),
    pid: z.int().positive(),
    /** When the process began, as the system tells it: a pid alone may since belong to another. */
    began: z.string(),
  }),
);

export type RecordedProcess = z.infer<typeof recordSchema>[number];

/** Writes down a process of ours, so that a later command can find and stop it. */
export function recordProcess(file: string, name: RecordedProcess['name'], pid: number): void {
  const others = readRecord(file).filter((recorded) => recorded.name !== name);
  writeFileSync(file, `${JSON.stringify([...others, { name, pid, began: processBegan(pid) ?? '' }], null, 2)}\n`);
}

/** Those recorded processes that are still running, and still ours. */
export function livingProcesses(file: string): RecordedProcess[] {
  return readRecord(file).filter(isLiving);
}

export function forgetProcesses(file: string): void {
  rmSync(file, { force: true });
}

/** True if a recorded process is still there. */
export function isLiving({ pid, began }: RecordedProcess): boolean {
  return began !== '' && processBegan(pid) === began;
}

function readRecord(file: string): RecordedProcess[] {
  try {
    return recordSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? [];
  } catch {
    return [];
  }
}

/** When a process began; undefined when it is gone or only waits to be reaped. */
function processBegan(pid: number): string | undefined {
  try {
    if (existsSync('/proc/self/stat')) {
      // Fields after the command's closing parenthesis: state first, start time twentieth.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    }
    const began = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return began || undefined;
  } catch {
    return undefined;
  }
}
