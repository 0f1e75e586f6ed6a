import { HOLD_SECONDS, OWN_PORT } from './support/port.ts';
import { mustRun, runScript } from './support/run.ts';
import { quietSchedule } from './support/schedule.ts';

const port = ['--port', String(OWN_PORT)];

/** Starts the suite's own local cloud; one that was left behind is stopped first, one that fails leaves nothing. */
export default async function startCloud(): Promise<void> {
  // Whoever works on the suite keeps a cloud running (--no-demo --hold-seconds 30) and names its port.
  if (process.env.LLAVERO_CLOUD_PORT) {
    await quietSchedule();
    return;
  }
  await runScript('local:down', port);
  try {
    await mustRun('local:up', [...port, '--no-demo', '--no-pages', '--hold-seconds', String(HOLD_SECONDS)]);
    await quietSchedule();
  } catch (error) {
    await runScript('local:down', port);
    throw error;
  }
}
