import { readFile } from 'node:fs/promises';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod/mini';
import { UsageError } from '../../tools/command-line.ts';

const nameSchema = z.optional(z.string());

/** The settings of a stage that say where it is deployed, and what must be there before. */
const stageSchema = z.object({
  account: z.string().check(z.regex(/^\d{12}$/)),
  region: z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/)),
  fcmSecretName: nameSchema,
  apnsSecretName: nameSchema,
  secretsKeyArn: nameSchema,
  eventDestinationUrl: nameSchema,
  eventDestinationSecretName: nameSchema,
  noticeSender: nameSchema,
  noticeIdentity: nameSchema,
});
export type StageSettings = z.infer<typeof stageSchema>;

const contextSchema = z.object({
  context: z.object({ stages: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

/** A stage's settings, by `cdk.json` and those given in their place; throws where they do not say its account. */
export async function readStageSettings(
  stage: string,
  given: readonly string[],
  cdkFile: string,
): Promise<StageSettings> {
  const { context } = contextSchema.parse(JSON.parse(await readFile(cdkFile, 'utf8')));
  const overrides = given.map((setting) => [
    setting.slice(0, setting.indexOf('=')),
    setting.slice(setting.indexOf('=') + 1),
  ]);
  const settings = stageSchema.safeParse({ ...context.stages[stage], ...Object.fromEntries(overrides) });
  if (settings.success) return settings.data;
  const wrong = [...new Set(settings.error.issues.map((issue) => String(issue.path[0])))];
  throw new UsageError(`Stage ${stage} does not say its ${wrong.join(' and ')} in cdk.json`);
}

/** Refuses credentials of any other account than the stage's. */
export async function requireAccount(
  stage: string,
  { account, region }: Pick<StageSettings, 'account' | 'region'>,
): Promise<void> {
  const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  if (Account === account) return;
  throw new Error(`Stage ${stage} is of account ${account}; these credentials are of account ${Account}`);
}
