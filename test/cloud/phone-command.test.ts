import { readFile, stat } from 'node:fs/promises';
import { loadCompany, nth } from './support/company.ts';
import { openApp } from './support/phone.ts';
import { cloudPort } from './support/port.ts';
import { runScript } from './support/run.ts';
import { openWeb } from './support/web.ts';

const port = ['--port', String(cloudPort())];

it('the command carries a phone from enrolment through approval and rejection to a code', async () => {
  const company = await loadCompany('command', { administrators: 1, secondaries: 2 });
  const person = nth(company.administrators, 0);
  const phone = (...args: string[]) => runScript('phone', [...args, '--user', person.username, ...port]);
  const web = await openWeb(person);
  const { tokenId } = await openApp(person);

  expect(await phone('code')).toEqual({ exitCode: 1, stdout: '', stderr: expect.stringContaining('No phone of') });
  const wrong = await phone('enrol', '--activation-code', '0000-0000-0000-0000');
  expect(wrong).toEqual({ exitCode: 1, stdout: '', stderr: expect.stringContaining('ACTIVATION_CODE_INVALID') });
  const enrolled = await phone('enrol', '--activation-code', person.activationCode ?? '');
  expect(enrolled).toEqual({ exitCode: 0, stdout: expect.stringContaining(`token ${tokenId} is active`), stderr: '' });
  const kept = await stat(`.local/${cloudPort()}/phones/${person.username}.json`);
  expect((kept.mode & 0o777).toString(8)).toBe('600');
  expect((await phone('code')).stdout).toMatch(/^\d{6} \(for \d{1,2} more seconds\)\n$/);

  const release = { action: 'RELEASE', reason: 'OTHER', note: 'Nota de prueba' };
  const refused = await web.hold(tokenId, release);
  const rejection = await phone('reject');
  expect(rejection.stdout).toContain('"Nota de prueba"');
  expect(rejection).toEqual({
    exitCode: 0,
    stdout: expect.stringContaining(`change ${refused.changeId} is REJECTED`),
    stderr: '',
  });

  const change = await web.hold(tokenId, release);
  const mistyped = String((Number(change.bindingCode) + 1) % 1_000_000).padStart(6, '0');
  expect((await phone('approve', '--binding-code', mistyped)).stderr).toContain('BINDING_CODE_MISMATCH');
  expect((await phone('list')).stdout).toMatch(/tries left +2/);
  const approved = await phone('approve', change.changeId, '--binding-code', change.bindingCode ?? '');
  expect(approved).toEqual({
    exitCode: 0,
    stdout: expect.stringContaining(`change ${change.changeId} is A`),
    stderr: '',
  });
  await web.until(change.changeId, 'APPLIED');

  // Until it asks, it does not know that it was released; from then on nothing of the seed is left here.
  const file = `.local/${cloudPort()}/phones/${person.username}.json`;
  expect(await readFile(file, 'utf8')).toContain('sealedSeed');
  expect((await phone('status')).stdout).toMatch(/RELEASED[\s\S]*phone +none/);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ enrolled: null, pending: [] });

  const login = await runScript('login', ['--user', person.username, '--client', 'console', ...port]);
  expect(login).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+\n$/), stderr: '' });
});
