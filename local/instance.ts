import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { projectPath } from '../tools/project.ts';
import { runServer } from './run-server.ts';

const portsSchema = z.object({ engine: z.int(), console: z.int(), phone: z.int(), api: z.int() });

/** Ports of an instance beside the relay's own. */
export type InstancePorts = z.infer<typeof portsSchema>;

/**
 * The ports to choose from lie below those that a system gives to outgoing connections (32768 on Linux). A connection
 * could take one of those between the choice and the server's start, which comes after the deployment.
 */
const CHOSEN_PORTS = { from: 10_000, to: 32_768 } as const;

/** One local cloud: its relay's port names it, and all it writes is in its own folder. */
export type Instance = Readonly<ReturnType<typeof openInstance>>;

/** The paths of the instance on a port; makes its folders. */
export function openInstance(port: number) {
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
export function enginePort({ folder }: Instance): number | undefined {
  return readPorts(join(folder, 'ports.json'))?.engine;
}

/** The ports kept from the first start, where they are still free; others chosen and kept where not. */
export async function choosePorts({ port, folder }: Instance): Promise<InstancePorts> {
  const file = join(folder, 'ports.json');
  const kept = readPorts(file);
  const taken = new Set([port]);
  const choose = async (wanted: number | undefined) => {
    const chosen = await freePort(wanted, taken);
    taken.add(chosen);
    return chosen;
  };
  const ports = {
    engine: await choose(kept?.engine),
    console: await choose(kept?.console),
    phone: await choose(kept?.phone),
    api: await choose(kept?.api),
  };
  writeFileSync(file, `${JSON.stringify(ports, null, 2)}\n`);
  return ports;
}

/** True if something can listen there. */
export function isPortFree(port: number): Promise<boolean> {
  return runServer(createServer(), port).then(
    (server) => server.close().then(() => true),
    () => false,
  );
}

function readPorts(file: string): InstancePorts | undefined {
  try {
    return portsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

async function freePort(wanted: number | undefined, taken: ReadonlySet<number>): Promise<number> {
  const others = Array.from({ length: 100 }, () => randomInt(CHOSEN_PORTS.from, CHOSEN_PORTS.to));
  for (const port of [wanted ?? CHOSEN_PORTS.to, ...others]) {
    if (port < CHOSEN_PORTS.to && !taken.has(port) && (await isPortFree(port))) return port;
  }
  throw new Error('No free port on this machine');
}
