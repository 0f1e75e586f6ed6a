import { runCommand } from '../tools/command-line.ts';
import { launch } from './launch.ts';
import { readUpOptions, UP_HELP, UP_OPTIONS } from './options.ts';

/** `npm start`: a local cloud for as long as this command runs. */
await runCommand({ help: UP_HELP, options: UP_OPTIONS }, async (values) => {
  const { ready, ended } = launch(readUpOptions(values));
  if (await ready) console.log('\nCtrl-C detiene todo · Ctrl-C stops everything');
  process.exitCode = await ended;
});
