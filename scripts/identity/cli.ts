import { openTables } from '../../shared/aws/tables.ts';
import { systemRandom } from '../../shared/clock.ts';
import { parseTarget, runCommand, TARGET_OPTIONS, UsageError } from '../../tools/command-line.ts';
import { say } from '../import/say.ts';
import { UserPool } from '../import/user-pool.ts';
import { findStack } from '../stack.ts';
import { moveUser } from './move-user.ts';
import { renameUser } from './rename-user.ts';

const HELP = `Gives a user another username, or moves them to another company (docs/import.md). For the bank's staff.

  npm run rename-user -- --user USERNAME --to NEW_USERNAME [--port P | --stage NAME]
  npm run move-user -- --user USERNAME --to NEW_USERNAME --company COMPANY_ID [--port P | --stage NAME]

  --user USERNAME         the username until now: it is nobody's again
  --to NEW_USERNAME       the username from now on
  --company COMPANY_ID    the company that they move to, which must be loaded
  --port P                a local cloud (default 4566)
  --stage NAME            a stage on AWS, with the AWS credentials of your shell
`;

const OPTIONS = {
  user: { type: 'string' },
  to: { type: 'string' },
  company: { type: 'string' },
  ...TARGET_OPTIONS,
} as const;

await runCommand({ help: HELP, options: OPTIONS, allowPositionals: true }, async (values, [verb]) => {
  const { user, to, company } = values;
  if (!user || !to) throw new UsageError('Give --user and --to');
  if ((verb === 'move') !== (company !== undefined)) throw new UsageError('--company is for move-user, which needs it');
  const stack = await findStack(parseTarget(values));
  const world = {
    tables: openTables(stack.environment),
    pool: new UserPool(stack),
    random: systemRandom,
    now: () => new Date(),
  };
  const { userIdFrom, userIdTo, warnings } =
    company === undefined
      ? { ...(await renameUser(world, user, to)), warnings: [] }
      : await moveUser(world, { username: user, to, companyId: company });
  for (const warning of warnings) console.log(`${say('advertencia', 'warning')}: ${warning}`);
  console.log(
    say(
      `${user} es ahora ${to}; su userId era ${userIdFrom} y es ${userIdTo}`,
      `${user} is now ${to}; their userId was ${userIdFrom} and is ${userIdTo}`,
    ),
  );
});
