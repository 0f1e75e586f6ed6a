import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { projectPath } from '../tools/project.ts';
import { runLogged } from '../tools/run-program.ts';
import { awsEnvironment, clientSettings } from './aws-environment.ts';
import type { Instance } from './instance.ts';

/** The one password of every imported user of a local cloud. */
export const DEMO_PASSWORD = 'Llavero-Demo-2026';

const CODES_FILE = 'activation-codes.csv';
const DEMO_FILE = projectPath('local/demo.csv');

const peopleSchema = z.array(
  z
    .object({ company_id: z.string(), company_name: z.string(), username: z.string(), role: z.string() })
    .transform(({ company_id, company_name, username, role }) => {
      return { username, companyId: company_id, companyName: company_name, role };
    }),
);
const codesSchema = z.array(z.object({ username: z.string(), activation_code: z.string() }));
/** The members of a virtual token that name its holder and show if a phone is bound. */
const tokenSchema = z.object({
  kind: z.literal('VIRTUAL'),
  status: z.literal('ACTIVE'),
  holder: z.object({ username: z.string() }),
});

/** A demo user as `stack.json` lists it; `enrolled` says whether a phone is bound already. */
export interface StackUser {
  readonly username: string;
  readonly companyId: string;
  readonly role: string;
  readonly enrolled: boolean;
}

/** The people of the demo file. */
export function demoUsers() {
  return peopleSchema.parse(readCsv(DEMO_FILE));
}

/** Loads the demo companies with the import command, as an operator would. */
export async function loadDemo({ folder, port, endpoint, logs }: Instance, signal: AbortSignal): Promise<void> {
  // Codes of an earlier start are void: new ones are issued now.
  for (const file of readdirSync(folder)) {
    if (file.startsWith(CODES_FILE)) rmSync(join(folder, file));
  }
  const codes = join(folder, CODES_FILE);
  const args = ['--', DEMO_FILE, '--activation-codes', codes, '--port', String(port)];
  const log = join(logs, 'import.log');
  await runLogged('npm', ['run', '--silent', 'import', ...args], { env: awsEnvironment(endpoint), log, signal });
}

/** The activation codes of the demo administrators' first phones, by username; none once the file is gone. */
export function activationCodes({ folder }: Instance): ReadonlyMap<string, string> {
  const file = join(folder, CODES_FILE);
  const rows = existsSync(file) ? codesSchema.parse(readCsv(file)) : [];
  return new Map(rows.map((row) => [row.username, row.activation_code]));
}

/** The demo users as they now are: after a restart with kept state, some may have their phones already. */
export async function describeDemoUsers(endpoint: string, tableName: string): Promise<StackUser[]> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(endpoint)));
  const enrolled = new Set<string>();
  for (const companyId of new Set(demoUsers().map((user) => user.companyId))) {
    const query = {
      TableName: tableName,
      KeyConditionExpression: 'pk = :company AND begins_with(sk, :kind)',
      ExpressionAttributeValues: { ':company': `COMPANY#${companyId}`, ':kind': 'TOKEN#' },
    };
    for await (const { Items = [] } of paginateQuery({ client }, query)) {
      for (const token of Items.map((item) => tokenSchema.safeParse(item).data)) {
        if (token) enrolled.add(token.holder.username);
      }
    }
  }
  client.destroy();
  return demoUsers().map(({ username, companyId, role }) => {
    return { username, companyId, role, enrolled: enrolled.has(username) };
  });
}

function readCsv(file: string): unknown {
  return parse(readFileSync(file), { columns: true, bom: true });
}
