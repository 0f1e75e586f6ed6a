import { readStack } from '../phone/stack.ts';
import { parsePort } from '../scripts/command-line.ts';
import { mustRun, runScript } from '../test/cloud/support/run.ts';

/** Options (of `util.parseArgs`) of what is measured on a local cloud and then written, or written as it was recorded. */
export const CLOUD_OPTIONS = {
  port: { type: 'string' },
  recorded: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Runs the body on the local cloud of the port that was given, or on one of its own, started before and stopped after. */
export async function onCloud(given: string | undefined, ownPort: number, body: () => Promise<void>): Promise<void> {
  const port = given === undefined ? ownPort : parsePort(given);
  process.env.LLAVERO_CLOUD_PORT = String(port);
  if (given !== undefined) {
    await readStack(port);
    return body();
  }
  console.log(`Starting a local cloud on port ${port}`);
  await runScript('local:down', ['--port', String(port)]);
  try {
    await mustRun('local:up', ['--port', String(port), '--no-demo', '--no-pages']);
    await body();
  } finally {
    await runScript('local:down', ['--port', String(port)]);
  }
}
