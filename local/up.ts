import { runCommand } from '../tools/command-line.ts';
import { launch } from './launch.ts';
import { readUpOptions, UP_HELP, UP_OPTIONS } from './options.ts';

/** `npm run local:up`: a local cloud that runs on when this command returns. */
await runCommand({ help: UP_HELP, options: UP_OPTIONS }, async (values) => {
  const { instance, supervisor, ready, ended } = launch(readUpOptions(values));
  if (await ready) {
    supervisor.send('run-on', () => supervisor.disconnect());
    supervisor.unref();
    console.log(`\nnpm run local:down -- --port ${instance.port} lo detiene · stops it`);
  } else {
    await ended;
    process.exitCode = 1;
  }
});
