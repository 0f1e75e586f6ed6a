import { mustRun, runScript } from '../cloud/support/run.ts';
import { HOLD_SECONDS, OWN_PORT } from './support/port.ts';

const port = ['--port', String(OWN_PORT)];

/** Starts the suite's own local cloud with both pages; one that fails leaves nothing behind. */
export default async function startConsole(): Promise<void> {
  // Whoever works on the suite keeps a cloud running (--no-demo --hold-seconds 30) and names its port.
  if (process.env.LLAVERO_CLOUD_PORT) return;
  await runScript('local:down', port);
  try {
    await mustRun('local:up', [...port, '--no-demo', '--hold-seconds', String(HOLD_SECONDS)]);
  } catch (error) {
    await runScript('local:down', port);
    throw error;
  }
  // The fixtures shared with the cloud tests go by this.
  process.env.LLAVERO_CLOUD_PORT = String(OWN_PORT);
  process.env.LLAVERO_CONSOLE_OWNS_CLOUD = 'yes';
}
