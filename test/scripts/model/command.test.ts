import { execFileSync } from 'node:child_process';

it('without Java the model is not checked: one line says so, and it is no failure', () => {
  const printed = execFileSync(process.execPath, ['scripts/model/cli.ts'], {
    encoding: 'utf8',
    env: { PATH: '/nowhere' },
  });
  expect(printed).toBe('The model is not checked: there is no Java here\n');
});
