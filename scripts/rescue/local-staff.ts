import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  EntityAlreadyExistsException,
  IAMClient,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import type { ClientSettings } from '../stack.ts';
import type { Credentials } from './sign-identity.ts';

/**
 * A demo member of the bank's staff on a local cloud: an IAM user of that name who may assume the two roles, with a new
 * access key. On AWS the bank's own people have credentials of their own.
 */
export async function localStaff(
  clientSettings: ClientSettings,
  name: string,
  roleArns: readonly string[],
): Promise<Credentials> {
  const iam = new IAMClient(clientSettings);
  const user = { UserName: name };
  await iam.send(new CreateUserCommand(user)).catch((error: unknown) => {
    if (!(error instanceof EntityAlreadyExistsException)) throw error;
  });
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand(user));
  for (const { AccessKeyId } of AccessKeyMetadata) await iam.send(new DeleteAccessKeyCommand({ ...user, AccessKeyId }));
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roleArns };
  const policy = { Version: '2012-10-17', Statement: [statement] };
  await iam.send(new PutUserPolicyCommand({ ...user, PolicyName: 'rescue', PolicyDocument: JSON.stringify(policy) }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand(user));
  if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey) throw new Error('IAM gave no access key');
  return { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
}
