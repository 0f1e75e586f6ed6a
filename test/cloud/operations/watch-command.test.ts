import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { loadCompany, nth } from '../support/company.ts';
import { eventually } from '../support/eventually.ts';
import { openAdministrator } from '../support/phone.ts';
import { cloudPort } from '../support/port.ts';
import { alterRecord } from '../support/record.ts';
import { runScript } from '../support/run.ts';

it('prints an alarm as it fires and as it clears, with its section of the runbook, and ends well at Ctrl-C', async () => {
  const { administrators, companyId } = await loadCompany('watch', { administrators: 1 });
  const { phone } = await openAdministrator(nth(administrators, 0));
  const child = spawn('node', ['local/watch.ts', '--port', String(cloudPort())], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (some: string) => {
    printed += some;
  });
  const stderr = text(child.stderr);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const until = (wanted: RegExp) =>
    eventually(
      async () => printed,
      (all) => wanted.test(all),
      { seconds: 40 },
    );
  try {
    await until(/Observando .* · Watching /);
    await until(/ReconcilerSilent/);
    await alterRecord(companyId, phone.tokenId);
    await until(/^\d\d:\d\d:\d\d {2}ALARM .*RecordAltered.*docs\/runbook\.md#record-altered$/m);
    await until(/^\d\d:\d\d:\d\d {2}OK .*RecordAltered.*docs\/runbook\.md#record-altered$/m);
  } finally {
    child.kill('SIGINT');
  }
  expect({ exitCode: await ended, stderr: await stderr }).toEqual({ exitCode: 0, stderr: '' });
});

it.each([
  { name: 'where no cloud runs', args: ['--port', '1999'], ends: 1, said: /No local cloud on port 1999/ },
  { name: 'with a port that is none', args: ['--port', '80'], ends: 2, said: /--port/ },
  { name: 'with an option it does not know', args: ['--loud'], ends: 2, said: /--loud/ },
])('$name it says so in one line and fails', async ({ args, ends, said }) => {
  const { exitCode, stdout, stderr } = await runScript('local:watch', args);
  expect({ exitCode, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({
    exitCode: ends,
    stdout: '',
    lines: 1,
  });
  expect(stderr).toMatch(said);
});

it('says how it is called', async () => {
  const { exitCode, stdout } = await runScript('local:watch', ['--help']);
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringContaining('npm run local:watch -- [--port P]'),
  });
});
