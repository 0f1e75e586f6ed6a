import { OWN_PORT } from './support/port.ts';
import { mustRun } from './support/run.ts';

/** Stops the suite's own local cloud, whatever became of the tests. */
export default async function stopCloud(): Promise<void> {
  if (process.env.LLAVERO_CLOUD_PORT) return;
  await mustRun('local:down', ['--port', String(OWN_PORT)]);
}
