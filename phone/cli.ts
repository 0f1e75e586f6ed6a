import { parsePort, runCommand, UsageError } from '../tools/command-line.ts';
import { approve, enrolPhone, listAuthorizations, reject, showCode, showStatus } from './commands.ts';
import { explain } from './explain.ts';

const HELP = `A small phone for the command line, against a local cloud.

  npm run phone -- COMMAND --user USERNAME [--port P]

Commands
  enrol --activation-code CODE [--name NAME] [--platform ANDROID|IOS]
        binds a phone kept on this machine; repeat it with the same code when the answer was lost
  list  shows the changes that wait for this user
  approve [CHANGE_ID] [--binding-code 000000]
        signs an approval; the six digits are those that the web shows to the person who asked
  reject [CHANGE_ID] [--not-me]
        signs a rejection; with --not-me one that disowns the request and suspends its requester
  code  prints the one-time code of this moment
  status
        shows the user, the token and the phone

Options
  --user USERNAME   who holds the phone
  --port P          port of the local cloud (4566)
  --help            this text
`;

const OPTIONS = {
  user: { type: 'string' },
  port: { type: 'string' },
  'activation-code': { type: 'string' },
  name: { type: 'string', default: 'Command line' },
  platform: { type: 'string', default: 'ANDROID' },
  'binding-code': { type: 'string' },
  'not-me': { type: 'boolean', default: false },
} as const;

const commandLine = { help: HELP, options: OPTIONS, allowPositionals: true, explain } as const;

await runCommand(commandLine, async (values, positionals) => {
  const [command, changeId, ...rest] = positionals;
  if (command === undefined || command === 'help') {
    console.log(HELP);
    return;
  }
  if (rest.length > 0 || (changeId !== undefined && command !== 'approve' && command !== 'reject')) {
    throw new UsageError(`Too many arguments: ${positionals.slice(1).join(' ')}`);
  }
  const phone = { port: parsePort(values.port), username: required('--user', values.user) };
  switch (command) {
    case 'enrol': {
      const activationCode = required('--activation-code', values['activation-code']);
      return enrolPhone({ ...phone, activationCode, name: values.name, platform: platform(values.platform) });
    }
    case 'list':
      return listAuthorizations(phone);
    case 'approve':
      return approve({ ...phone, changeId, bindingCode: values['binding-code'] });
    case 'reject':
      return reject({ ...phone, changeId, notMe: values['not-me'] });
    case 'code':
      return showCode(phone);
    case 'status':
      return showStatus(phone);
    default:
      throw new UsageError(`There is no command "${command}"`);
  }
});

function required(option: string, value: string | undefined): string {
  if (value) return value;
  throw new UsageError(`${option} is needed`);
}

function platform(value: string): 'IOS' | 'ANDROID' {
  if (value === 'IOS' || value === 'ANDROID') return value;
  throw new UsageError(`--platform is ANDROID or IOS, not "${value}"`);
}
