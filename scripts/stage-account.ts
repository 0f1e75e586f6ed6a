import { readFile } from 'node:fs/promises';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod/mini';
import { UsageError } from '../tools/command-line.ts';

/** The account and the region that a stage is deployed to. */
export interface StagePlace {
  readonly account: string;
  readonly region: string;
}

const placeSchema = z.object({
  account: z.string().check(z.regex(/^\d{12}$/)),
  region: z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/)),
});

const contextSchema = z.object({
  context: z.object({ stages: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

/** Where a stage is deployed to, by `cdk.json` and the settings given in its place; throws where they do not say it. */
export async function findPlace(stage: string, given: readonly string[], cdkFile: string): Promise<StagePlace> {
  const { context } = contextSchema.parse(JSON.parse(await readFile(cdkFile, 'utf8')));
  const overrides = given.map((setting) => [
    setting.slice(0, setting.indexOf('=')),
    setting.slice(setting.indexOf('=') + 1),
  ]);
  const place = placeSchema.safeParse({ ...context.stages[stage], ...Object.fromEntries(overrides) });
  if (place.success) return place.data;
  const wrong = [...new Set(place.error.issues.map((issue) => String(issue.path[0])))];
  throw new UsageError(`Stage ${stage} does not say its ${wrong.join(' and ')} in cdk.json`);
}

/** Refuses credentials of any other account than the stage's. */
export async function requireAccount(stage: string, { account, region }: StagePlace): Promise<void> {
  const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
  if (Account === account) return;
  throw new Error(`Stage ${stage} is of account ${account}; these credentials are of account ${Account}`);
}
