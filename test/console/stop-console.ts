import { mustRun } from '../cloud/support/run.ts';
import { OWN_PORT } from './support/port.ts';

/** Stops the suite's own local cloud, whatever became of the tests. */
export default async function stopConsole(): Promise<void> {
  if (process.env.LLAVERO_CONSOLE_OWNS_CLOUD) await mustRun('local:down', ['--port', String(OWN_PORT)]);
}
