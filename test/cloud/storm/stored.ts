import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { aws } from '../support/aws.ts';
import { findSeed } from '../support/seeds.ts';
import { changeSchema } from '../support/shapes.ts';
import { stack } from '../support/stack.ts';
import { listAll } from '../support/web.ts';
import { isOpen, type StoredToken } from './checks.ts';
import { type Crew, firstWeb } from './crew.ts';

const seedSchema = z.object({ deviceId: z.string() }).optional();

/** The company's changes and its tokens with their whole record. */
export async function readAll({ administrators, apps }: Crew) {
  const web = firstWeb(administrators);
  const changes = await listAll(web, '/changes', changeSchema);
  const tokens: StoredToken[] = [];
  for (const { tokenId } of apps) {
    const seed = seedSchema.parse(await findSeed(tokenId))?.deviceId ?? null;
    tokens.push({ token: await web.token(tokenId), events: await web.events(tokenId), seed });
  }
  return { changes, tokens };
}

/** Changes of the company that are not over: open, or still in the index of the reconciler. */
export async function leftOpen(crew: Crew): Promise<string[]> {
  const changes = await listAll(firstWeb(crew.administrators), '/changes', changeSchema);
  const { Items = [] } = await aws.dynamodb().send(
    new QueryCommand({
      TableName: stack().tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :company AND begins_with(sk, :change)',
      FilterExpression: 'attribute_exists(openPk)',
      ExpressionAttributeValues: { ':company': `COMPANY#${crew.companyId}`, ':change': 'CHANGE#' },
    }),
  );
  return [...changes.filter(isOpen).map(({ changeId }) => changeId), ...Items.map(({ sk }) => String(sk))];
}
