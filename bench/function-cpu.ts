import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Milliseconds in a tick of Linux's accounts. */
const TICK_MS = 10;

/** Milliseconds of CPU that each function's processes of a local cloud have used so far. Linux alone tells. */
export function functionCpu({ root, port }: { readonly root: string; readonly port: number }): Map<string, number> {
  const workers = `${join(root, '.local', String(port))}/`;
  const used = new Map<string, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const command = readProcess(pid, 'cmdline');
    const [, id] = /ministack-lambda-\S*?-Service-([A-Za-z]+?)[0-9A-F]{8}-/.exec(command) ?? [];
    if (id === undefined || !command.includes(workers)) continue;
    const name = id.replace(/[A-Z]/g, (letter, at) => (at ? '-' : '') + letter.toLowerCase());
    const [user = 0, system = 0] =
      readProcess(pid, 'stat').split(') ').at(-1)?.split(' ').slice(11, 13).map(Number) ?? [];
    used.set(name, (used.get(name) ?? 0) + (user + system) * TICK_MS);
  }
  return used;
}

/** A process that has ended meanwhile says nothing. */
function readProcess(pid: string, file: 'cmdline' | 'stat'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
