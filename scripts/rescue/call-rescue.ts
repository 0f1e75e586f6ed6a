import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod/mini';
import type { RescueConfirmation, RescueProposal } from '../../shared/domain/rescue.ts';
import { rescueViewSchema } from '../../shared/http/rescue-view.ts';
import type { StaffProof } from '../../shared/security/verify-staff.ts';
import { type Credentials, readRegion, signIdentity } from './sign-identity.ts';

/** The function to call and the role by which alone it can be called. */
export interface RescueTarget {
  readonly functionArn: string;
  readonly roleArn: string;
  /** The address that stands for AWS on a local cloud. */
  readonly endpoint: string | undefined;
}

const answerSchema = z.union([
  z.strictObject({ done: rescueViewSchema }),
  z.strictObject({
    problem: z.object({
      code: z.string(),
      title: z.string(),
      errors: z.optional(z.array(z.object({ path: z.string(), message: z.string() }))),
      change: z.optional(z.object({ changeId: z.string(), status: z.string() })),
    }),
  }),
]);

export type RescueAnswer = z.infer<typeof answerSchema>;

/** Asks as this person: assumes the role under their own name, signs with its session who they are, and calls. */
export async function callRescue(
  target: RescueTarget,
  request: RescueProposal | RescueConfirmation,
  credentials: Credentials | undefined,
): Promise<RescueAnswer> {
  const role = await assumeRole(target, credentials);
  // Signed last: it is good for two minutes.
  const proof = await signIdentity(role, target, request);
  return invoke(target, { request, proof }, role);
}

/** Begins a session of the role under that name; by default the one of the login, and the role takes no other. */
export async function assumeRole(target: RescueTarget, credentials: Credentials | undefined, name?: string) {
  const sts = new STSClient({ ...readWhere(target), ...(credentials ? { credentials } : {}) });
  const RoleSessionName = name ?? (await readLogin(sts));
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ RoleArn: target.roleArn, RoleSessionName, DurationSeconds: 900 }),
  );
  if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken) throw new Error('STS gave no credentials');
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    sessionToken: given.SessionToken,
  };
}

/** The region to call, and on a local cloud the address. */
function readWhere({ functionArn, endpoint }: RescueTarget): { region: string; endpoint?: string } {
  return { region: readRegion(functionArn), ...(endpoint ? { endpoint } : {}) };
}

/** The name of the login: the last part of the ARN of an IAM user, and of a session of Identity Center. */
async function readLogin(sts: STSClient): Promise<string> {
  const { Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  return Arn.split('/').at(-1) ?? '';
}

/** Calls the rescue function with these credentials. */
export async function invoke(
  target: RescueTarget,
  event: { request: unknown; proof: StaffProof },
  credentials: Credentials,
): Promise<RescueAnswer> {
  const lambda = new LambdaClient({ ...readWhere(target), credentials });
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: target.functionArn, Payload: JSON.stringify(event) }),
  );
  if (FunctionError || !Payload) throw new Error('The function failed: look at its log');
  return answerSchema.parse(JSON.parse(Payload.transformToString()));
}
