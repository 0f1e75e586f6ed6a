import { APIGatewayClient, GetAccountCommand as GetGatewayAccountCommand } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  GetEmailIdentityCommand,
  GetAccountCommand as GetMailAccountCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { parse } from 'yaml';
import { readServiceQuotas } from './service-quotas.ts';
import type { StageSettings } from './stage-account.ts';
import type { SharedTemplate } from './stuck-exports.ts';

/** An answer of AWS's; undefined where the thing is not there, and the error's name where AWS did not say. */
export type Answered<T> = { readonly value: T | undefined } | { readonly unread: string };

/** The parts of an account that a stage needs and no template makes. */
export interface AccountState {
  /** Executions of functions that may run at once. */
  readonly concurrency: Answered<number>;
  readonly gateway: Answered<{ readonly logRole: string | undefined; readonly requestsPerSecond: number | undefined }>;
  readonly mail: Answered<{ readonly outOfSandbox: boolean; readonly mailsPerSecond: number | undefined }>;
  /** True if the identity that notices come from is verified; not asked for where none are mailed. */
  readonly identityVerified: Answered<boolean>;
  /** The quotas of each service that the capacity page reckons with, by the names that Service Quotas gives them. */
  readonly quotas: ReadonlyMap<string, Answered<ReadonlyMap<string, number>>>;
  /** The key of each secret that the stage reads, by the secret's name: `default` is AWS's own. */
  readonly secrets: ReadonlyMap<string, Answered<{ readonly keyArn: string | 'default' }>>;
}

/** The identity and the region with which the account is called. */
export interface LookupClient {
  readonly region: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
}

/** The parts of an account that are looked at by their names. */
export interface Needs {
  readonly secretNames: readonly string[];
  readonly mailIdentity: string | undefined;
  readonly quotaServices: readonly string[];
}

/** Looks as the bootstrap's role that may read and change nothing; as oneself where that role may not be taken. */
export async function openLookup({ account, region }: StageSettings): Promise<LookupClient> {
  const RoleArn = `arn:aws:iam::${account}:role/cdk-hnb659fds-lookup-role-${account}-${region}`;
  try {
    const assume = new AssumeRoleCommand({ RoleArn, RoleSessionName: 'llavero-deploy' });
    const { Credentials } = await new STSClient({ region }).send(assume);
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken) return { region };
    return {
      region,
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    };
  } catch {
    return { region };
  }
}

/** Reads what the account has; what cannot be read is said to be so, and stops nothing. */
export async function readAccountState(
  lookup: LookupClient,
  { secretNames, mailIdentity, quotaServices }: Needs,
): Promise<AccountState> {
  const [lambda, gateway, mail, secrets] = [
    new LambdaClient(lookup),
    new APIGatewayClient(lookup),
    new SESv2Client(lookup),
    new SecretsManagerClient(lookup),
  ];
  const readSecret = async (SecretId: string) => {
    const { KmsKeyId } = await secrets.send(new DescribeSecretCommand({ SecretId }));
    return { keyArn: KmsKeyId === undefined || KmsKeyId.endsWith('alias/aws/secretsmanager') ? 'default' : KmsKeyId };
  };
  return {
    concurrency: await ask(async () => {
      const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
      return AccountLimit?.ConcurrentExecutions;
    }),
    gateway: await ask(async () => {
      const { cloudwatchRoleArn, throttleSettings } = await gateway.send(new GetGatewayAccountCommand({}));
      return { logRole: cloudwatchRoleArn, requestsPerSecond: throttleSettings?.rateLimit };
    }),
    mail: await ask(async () => {
      const { ProductionAccessEnabled, SendQuota } = await mail.send(new GetMailAccountCommand({}));
      return { outOfSandbox: ProductionAccessEnabled === true, mailsPerSecond: SendQuota?.MaxSendRate };
    }),
    identityVerified: await ask(async () => {
      if (mailIdentity === undefined) return undefined;
      const { VerifiedForSendingStatus } = await mail.send(
        new GetEmailIdentityCommand({ EmailIdentity: mailIdentity }),
      );
      return VerifiedForSendingStatus === true;
    }),
    quotas: new Map(
      await Promise.all(
        quotaServices.map(async (code) => [code, await ask(() => readServiceQuotas(lookup, code))] as const),
      ),
    ),
    secrets: new Map(
      await Promise.all(secretNames.map(async (name) => [name, await ask(() => readSecret(name))] as const)),
    ),
  };
}

/** The templates of these stacks as they are deployed now; a stack that is not there has none. */
export async function readDeployedTemplates(
  lookup: LookupClient,
  stackNames: readonly string[],
): Promise<Map<string, SharedTemplate>> {
  const cloudFormation = new CloudFormationClient(lookup);
  const found = new Map<string, SharedTemplate>();
  for (const StackName of stackNames) {
    try {
      const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName }));
      // `cdk import` writes YAML, all else is JSON: YAML of a template's size is slow to read.
      if (TemplateBody)
        found.set(StackName, TemplateBody.startsWith('{') ? JSON.parse(TemplateBody) : parse(TemplateBody));
    } catch (error) {
      if (!(error instanceof Error && /does not exist/.test(error.message))) throw error;
    }
  }
  return found;
}

const ABSENT = new Set(['NotFoundException', 'ResourceNotFoundException']);

async function ask<T>(read: () => Promise<T | undefined>): Promise<Answered<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    return ABSENT.has(name) ? { value: undefined } : { unread: name };
  }
}
