import { runCommand, UsageError } from '../../tools/command-line.ts';
import { findStack, type Stack } from '../stack.ts';
import { callRescue, type RescueTarget } from './call-rescue.ts';
import { localStaff } from './local-staff.ts';
import { RESCUE_OPTIONS, type RescueOptions, readRescueOptions } from './options.ts';
import { report } from './report.ts';
import type { Credentials } from './sign-identity.ts';

const HELP = `The way back for a company whose administrators cannot act: RELEASE or UNBLOCK of an administrator's token. For the
bank's staff. One person proposes, another confirms within the hold; then it is applied and recorded like any change.

  npm run rescue -- propose --user USERNAME --action RELEASE|UNBLOCK --reason CODE [--note TEXT] [--port P | --stage NAME]
  npm run rescue -- confirm --user USERNAME --action RELEASE|UNBLOCK --change CHANGE_ID [--port P | --stage NAME]

  --user USERNAME   the administrator whose token it is
  --action ACTION   RELEASE: the phone is gone. UNBLOCK: the phone is there, and the token was blocked
  --reason CODE     a reason of the catalogue for that action; OTHER needs a note
  --note TEXT       what else there is to say
  --change ID       what propose printed
  --stage NAME      a stage on AWS, as whoever your AWS credentials say: you assume the role of your part under your name
  --port P          a local cloud (default 4566)
  --as NAME         on a local cloud: a demo member of the staff, made if there is none; otherwise AWS_ACCESS_KEY_ID's
`;

await runCommand({ help: HELP, options: RESCUE_OPTIONS, allowPositionals: true }, async (values, positionals) => {
  const options = readRescueOptions(values, positionals);
  const stack = await findStack(options.target);
  const target = rescueTarget(stack, options.request.operation);
  const answer = await callRescue(target, options.request, await findCredentials(options, stack));
  report(answer, options.target, stack.label);
});

/** On AWS whatever the SDK finds; on a local cloud, whose root is nobody in particular, a person must be named. */
async function findCredentials({ target, as }: RescueOptions, stack: Stack): Promise<Credentials | undefined> {
  if ('stage' in target) return undefined;
  const roles = [stack.output('ProposeRescueRoleArn'), stack.output('ConfirmRescueRoleArn')];
  if (as !== undefined) return localStaff(stack.clientSettings, as, roles);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN } = process.env;
  if (!accessKeyId || !secretAccessKey) throw new UsageError('Say who you are: --as NAME on a local cloud');
  return { accessKeyId, secretAccessKey, ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}) };
}

function rescueTarget(stack: Stack, operation: 'PROPOSE' | 'CONFIRM'): RescueTarget {
  const { endpoint } = stack.clientSettings;
  return operation === 'PROPOSE'
    ? { endpoint, functionArn: stack.output('ProposeRescueFunctionArn'), roleArn: stack.output('ProposeRescueRoleArn') }
    : {
        endpoint,
        functionArn: stack.output('ConfirmRescueFunctionArn'),
        roleArn: stack.output('ConfirmRescueRoleArn'),
      };
}
