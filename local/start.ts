import { failureLine } from './failure.ts';
import { launch } from './launch.ts';

/** `npm start`: a local cloud for as long as this command runs. */
try {
  const { ready, ended } = launch(process.argv.slice(2));
  if (await ready) process.stdout.write('\nCtrl-C detiene todo · Ctrl-C stops everything\n');
  process.exitCode = await ended;
} catch (error) {
  process.stderr.write(`✘ ${failureLine(error)}\n`);
  process.exitCode = 1;
}
