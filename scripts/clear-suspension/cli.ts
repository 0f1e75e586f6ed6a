import { STSClient } from '@aws-sdk/client-sts';
import { openTables } from '../../shared/aws/tables.ts';
import { systemClock } from '../../shared/clock.ts';
import { parseTarget, runCommand, TARGET_OPTIONS, UsageError } from '../../tools/command-line.ts';
import { findStack } from '../stack.ts';
import { clearSuspension } from './clear-suspension.ts';

const HELP = `Ends the suspension of an administrator whose request was disowned ("no fui yo"). For the bank's staff: it needs
IAM rights on the tables, and is written in the record of the token, with who did it.

  npm run clear-suspension -- --user USERNAME [--token TOKEN_ID] [--port P | --stage NAME]

  --user USERNAME   the suspended administrator
  --token TOKEN_ID  end the suspension for that token alone (company policy HOLDER); otherwise the company-wide one
  --port P          a local cloud (default 4566)
  --stage NAME      a stage on AWS
`;

await runCommand(
  {
    help: HELP,
    options: {
      user: { type: 'string' },
      token: { type: 'string' },
      ...TARGET_OPTIONS,
    },
  },
  async (values) => {
    if (!values.user) throw new UsageError('--user is missing');
    const stack = await findStack(parseTarget(values));
    const tables = openTables(stack.environment);
    const world = { tables, clock: systemClock, sts: new STSClient(stack.clientSettings) };
    const { until } = await clearSuspension(world, values.user, values.token ?? null);
    console.log(`The suspension of ${values.user} on ${stack.label}, until ${until}, is ended and recorded.`);
  },
);
