import { randomBytes, randomUUID } from 'node:crypto';
import { callRescue, type RescueAnswer, type RescueTarget } from '../../../scripts/rescue/call-rescue.ts';
import { localStaff } from '../../../scripts/rescue/local-staff.ts';
import type { Credentials } from '../../../scripts/rescue/sign-identity.ts';
import { type ClientSettings, findStack } from '../../../scripts/stack.ts';
import type { RescueConfirmation, RescueProposal } from '../../../shared/domain/rescue.ts';
import type { RescueView } from '../../../shared/http/rescue-view.ts';
import { cloudPort } from './port.ts';

/** The two functions, each with its role. */
export interface RescueTargets {
  readonly propose: RescueTarget;
  readonly confirm: RescueTarget;
  readonly clientSettings: ClientSettings;
}

/** Finds the functions that rescue on the local cloud. */
export async function rescueTargets(): Promise<RescueTargets> {
  const { clientSettings, output } = await findStack({ port: cloudPort() });
  const { endpoint } = clientSettings;
  return {
    clientSettings,
    propose: {
      functionArn: output('ProposeRescueFunctionArn'),
      roleArn: output('ProposeRescueRoleArn'),
      endpoint,
    },
    confirm: {
      functionArn: output('ConfirmRescueFunctionArn'),
      roleArn: output('ConfirmRescueRoleArn'),
      endpoint,
    },
  };
}

/** One of the bank's people. */
export interface StaffMember {
  readonly name: string;
  readonly credentials: Credentials;
  readonly propose: (proposal: Omit<RescueProposal, 'operation' | 'key' | 'note'>) => Promise<RescueAnswer>;
  readonly confirm: (confirmation: Omit<RescueConfirmation, 'operation'>) => Promise<RescueAnswer>;
}

/** Makes an IAM user who may assume both roles. */
export async function staffMember({ propose, confirm, clientSettings }: RescueTargets): Promise<StaffMember> {
  const name = `demo-staff-${randomBytes(4).toString('hex')}`;
  const credentials = await localStaff(clientSettings, name, [propose.roleArn, confirm.roleArn]);
  return {
    name,
    credentials,
    propose: (proposal) =>
      callRescue(propose, { operation: 'PROPOSE', note: null, key: randomUUID(), ...proposal }, credentials),
    confirm: (confirmation) => callRescue(confirm, { operation: 'CONFIRM', ...confirmation }, credentials),
  };
}

/** Runs the command and returns its result; a refusal fails the test. */
export function done(answer: RescueAnswer): RescueView {
  if ('done' in answer) return answer.done;
  throw new Error(`Refused: ${JSON.stringify(answer.problem)}`);
}

/** The code of a refusal; anything done fails the test. */
export function readRefusal(answer: RescueAnswer): string {
  if ('problem' in answer) return answer.problem.code;
  throw new Error(`Done: ${JSON.stringify(answer.done)}`);
}
