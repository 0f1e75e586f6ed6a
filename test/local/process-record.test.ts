import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { livingProcesses, recordProcess } from '../../local/process-record.ts';

const folder = mkdtempSync(join(tmpdir(), 'llavero-record-'));
const file = join(folder, 'processes.json');

afterAll(() => rmSync(folder, { recursive: true }));

it('finds a recorded process while it runs, and not after it has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  recordProcess(file, 'engine', child.pid ?? 0);
  const running = livingProcesses(file).map(({ pid }) => pid);

  child.kill('SIGKILL');
  await once(child, 'exit');

  expect({ running, ended: livingProcesses(file) }).toEqual({ running: [child.pid], ended: [] });
});

it('does not take another process with the same number for a recorded one', () => {
  recordProcess(file, 'supervisor', process.pid);
  const others = readFileSync(file, 'utf8').replace(/"began": "[^"]+"/g, '"began": "1"');
  writeFileSync(file, others);

  expect(livingProcesses(file)).toEqual([]);
});

it('finds nothing in a record that is missing or broken', () => {
  const missing = livingProcesses(join(folder, 'none.json'));
  writeFileSync(file, '{');

  expect({ missing, broken: livingProcesses(file) }).toEqual({ missing: [], broken: [] });
});
