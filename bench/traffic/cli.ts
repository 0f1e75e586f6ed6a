import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCommand } from '../../scripts/command-line.ts';
import { CLOUD_OPTIONS, onCloud } from '../own-cloud.ts';
import { trafficPlot } from './plot.ts';
import { SCENES } from './scenes.ts';

const MINUTES = SCENES.reduce((sum, { minutes }) => sum + minutes, 0);

const HELP = `Records what a local cloud counts minute by minute while all is well and while AWS fails, for the tests of the
burn-rate alarms (test/data/traffic.csv), and draws which of them fire over it (docs/burn-rates.svg).

  npm run record-traffic -- [--port P]    takes ${MINUTES} minutes; starts a local cloud of its own, or uses the one on port P alone
  npm run record-traffic -- --recorded    draws what was recorded last
`;

const root = join(import.meta.dirname, '../..');
const OWN_PORT = 4634;

await runCommand(async () => {
  const { values } = parseArgs({ options: CLOUD_OPTIONS });
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (!values.recorded) {
    await onCloud(values.port, OWN_PORT, async () => {
      // It reads which cloud to use as it is loaded.
      const { recordTraffic } = await import('./record.ts');
      write('test/data/traffic.csv', await recordTraffic((line) => console.log(line)));
    });
  }
  write('docs/burn-rates.svg', trafficPlot());
});

function write(file: string, text: string): void {
  writeFileSync(join(root, file), text);
  console.log(`Wrote ${file}`);
}
