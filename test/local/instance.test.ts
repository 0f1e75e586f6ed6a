import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePorts, type Instance, isPortFree } from '../../local/instance.ts';

let folder: string;
let instance: Instance;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llavero-ports-'));
  instance = { port: 4566, folder, logs: folder, stackFile: '', processFile: '', endpoint: '' };
});
afterEach(() => rmSync(folder, { recursive: true }));

test('ports are chosen below those of outgoing connections, and kept for the next start', async () => {
  const chosen = await choosePorts(instance);

  for (const port of Object.values(chosen)) {
    expect(port).toBeGreaterThanOrEqual(10_000);
    expect(port).toBeLessThan(32_768);
  }
  expect(await choosePorts(instance)).toEqual(chosen);
});

test('a kept port that another program has taken, or that is an outgoing connection’s, is chosen anew', async () => {
  const kept = await choosePorts(instance);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(kept.engine, '127.0.0.1', resolve));
  writeFileSync(join(folder, 'ports.json'), JSON.stringify({ ...kept, phone: 40_001 }));

  try {
    const { engine, phone, ...others } = await choosePorts(instance);
    expect(await isPortFree(kept.engine)).toBe(false);
    expect(engine).not.toBe(kept.engine);
    expect(phone).toBeLessThan(32_768);
    expect(others).toEqual({ console: kept.console, api: kept.api });
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});
