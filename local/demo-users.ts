import { DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { clientSettings } from './aws-environment.ts';
import { type DemoUser, demoUsers } from './demo.ts';
import type { StackFile, StackUser } from './stack-file.ts';

/** The members of a token's item that name its holder and show if a phone is bound. */
const tokenItemSchema = z.object({
  kind: z.object({ S: z.string() }),
  status: z.object({ S: z.string() }),
  holder: z.object({ M: z.object({ username: z.object({ S: z.string() }) }) }),
});

/** The demo users as they now are: after a restart with kept state, some may have their phones already. */
export async function describeDemoUsers(stack: StackFile): Promise<StackUser[]> {
  const users = demoUsers();
  const companies = [...new Set(users.map(({ companyId }) => companyId))];
  const enrolled = new Set((await Promise.all(companies.map((company) => listEnrolled(stack, company)))).flat());
  return users.map(({ username, companyId, role }: DemoUser) => ({
    username,
    companyId,
    role,
    enrolled: enrolled.has(username),
  }));
}

/** Usernames of a company whose virtual token is active. */
async function listEnrolled(stack: StackFile, companyId: string): Promise<string[]> {
  const client = new DynamoDBClient(clientSettings(stack.endpoint));
  const query = {
    TableName: stack.tableName,
    KeyConditionExpression: 'pk = :company AND begins_with(sk, :token)',
    ExpressionAttributeValues: { ':company': { S: `COMPANY#${companyId}` }, ':token': { S: 'TOKEN#' } },
  };
  const usernames: string[] = [];
  for await (const page of paginateQuery({ client }, query)) {
    for (const item of page.Items ?? []) {
      const token = tokenItemSchema.safeParse(item).data;
      if (token?.kind.S === 'VIRTUAL' && token.status.S === 'ACTIVE') usernames.push(token.holder.M.username.S);
    }
  }
  client.destroy();
  return usernames;
}
