import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import * as z from 'zod';
import { projectPath } from '../tools/project.ts';

const portsSchema = z.object({ engine: z.int(), console: z.int(), phone: z.int(), api: z.int() });

/** One local cloud: its relay's port names it, and all it writes is in its own folder. */
export interface Instance {
  readonly port: number;
  readonly folder: string;
  readonly logs: string;
  readonly stackFile: string;
  readonly processFile: string;
  readonly endpoint: string;
}

/** Ports of an instance beside the relay's own. */
export type InstancePorts = z.infer<typeof portsSchema>;

/** The paths of the instance on a port; makes its folders. */
export function openInstance(port: number): Instance {
  const folder = projectPath(`.local/${port}`);
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  return {
    port,
    folder,
    logs,
    stackFile: join(folder, 'stack.json'),
    processFile: join(folder, 'processes.json'),
    endpoint: `http://127.0.0.1:${port}`,
  };
}

/** The port of the engine of a running instance, behind the relay; undefined where none was ever started. */
export function enginePort(instance: Instance): number | undefined {
  return readPorts(portsFile(instance))?.engine;
}

/** The ports kept from the first start, where they are still free; others chosen and kept where not. */
export async function choosePorts(instance: Instance): Promise<InstancePorts> {
  const file = portsFile(instance);
  const kept = readPorts(file);
  const ports = {
    engine: await freePort(kept?.engine),
    console: await freePort(kept?.console),
    phone: await freePort(kept?.phone),
    api: await freePort(kept?.api),
  };
  writeFileSync(file, `${JSON.stringify(ports, null, 2)}\n`);
  return ports;
}

/** True if something can listen there. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== undefined;
}

function portsFile(instance: Instance): string {
  return join(instance.folder, 'ports.json');
}

function readPorts(file: string): InstancePorts | undefined {
  try {
    return portsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

async function freePort(wanted: number | undefined): Promise<number> {
  const port = (wanted === undefined ? undefined : await listenOnce(wanted)) ?? (await listenOnce(0));
  if (port === undefined) throw new Error('No free port on this machine');
  return port;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
