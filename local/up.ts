import { failureLine } from './failure.ts';
import { launch } from './launch.ts';

/** `npm run local:up`: a local cloud that runs on when this command returns. */
try {
  const { instance, supervisor, ready, ended } = launch(process.argv.slice(2));
  if (await ready) {
    supervisor.send('run-on', () => supervisor.disconnect());
    supervisor.unref();
    process.stdout.write(`\nnpm run local:down -- --port ${instance.port} lo detiene · stops it\n`);
  } else {
    await ended;
    process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`✘ ${failureLine(error)}\n`);
  process.exitCode = 1;
}
