import { parsePort, runCommand, UsageError } from '../tools/command-line.ts';
import { explain } from './explain.ts';
import { signIn } from './sign-in.ts';
import { readStack } from './stack.ts';

const HELP = `Signs a user of the local cloud in and prints an access token, and nothing else.

  TOKEN=$(npm run --silent login -- --user USERNAME [--client console|app] [--port P])

  --user USERNAME   whom to sign in, with the demo password
  --client NAME     console (the web front, default) or app (the phone)
  --port P          port of the local cloud (4566)
  --help            this text
`;

await runCommand(
  {
    help: HELP,
    explain,
    options: {
      user: { type: 'string' },
      client: { type: 'string', default: 'console' },
      port: { type: 'string' },
    },
  },
  async (values) => {
    if (!values.user) throw new UsageError('--user is needed');
    if (values.client !== 'console' && values.client !== 'app') {
      throw new UsageError(`--client is console or app, not "${values.client}"`);
    }
    const stack = await readStack(parsePort(values.port));
    console.log(await signIn(stack, values.client, { username: values.user, password: stack.demo.password }));
  },
);
