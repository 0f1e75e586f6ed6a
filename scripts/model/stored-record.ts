import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { tokenEventTypeSchema } from '../../shared/domain/event.ts';
import { tokenSchema } from '../../shared/domain/token.ts';
import { projectPath } from '../../tools/project.ts';
import type { Stack } from '../stack.ts';

const FOLDER = 'test/data/records';

/** Of a token's record what the model speaks of, and the token as it is stored: no name, key or hash. */
const storedRecordSchema = z.object({
  events: z.array(
    z.object({
      type: tokenEventTypeSchema,
      actor: z.object({ userId: z.optional(z.string()) }),
      change: z.optional(z.object({ changeId: z.string(), action: z.string() })),
      details: z.object({
        from: z.optional(z.string()),
        to: z.optional(z.string()),
        policy: z.optional(z.string()),
        cause: z.optional(z.string()),
        disowned: z.optional(z.boolean()),
        seedDestroyed: z.optional(z.boolean()),
        requesterId: z.optional(z.string()),
        changeId: z.optional(z.string()),
      }),
    }),
  ),
  token: z.object({
    status: tokenSchema.shape.status,
    statusBeforeBlock: tokenSchema.shape.statusBeforeBlock,
    device: z.nullable(z.object({})),
    pendingChange: z.nullable(z.object({ changeId: z.string() })),
  }),
});
export type StoredRecord = z.infer<typeof storedRecordSchema>;
export type StoredEvent = StoredRecord['events'][number];

export interface NamedRecord extends StoredRecord {
  readonly name: string;
}

/** The records that are kept beside the tests. */
export function keptRecords(): NamedRecord[] {
  return readdirSync(projectPath(FOLDER))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const text = readFileSync(projectPath(join(FOLDER, file)), 'utf8');
      return { name: file.replace(/\.json$/, ''), ...storedRecordSchema.parse(JSON.parse(text)) };
    });
}

/** Keeps a record beside the tests, with plain names in place of ids. */
export function keepRecord(record: StoredRecord, name: string): void {
  const ids = record.events.flatMap(({ actor, change, details }) => [
    actor.userId,
    change?.changeId,
    details.requesterId,
    details.changeId,
  ]);
  const { events, token } = record;
  const text = [...new Set(ids)]
    .filter((id) => id !== undefined)
    .reduce((kept, id, index) => kept.replaceAll(`"${id}"`, `"id-${index + 1}"`), JSON.stringify({ events, token }));
  writeFileSync(projectPath(join(FOLDER, `${name}.json`)), `${JSON.stringify(JSON.parse(text), null, 2)}\n`);
}

/** Every token's record of a deployment that nobody writes to meanwhile. */
export async function deployedRecords(stack: Stack): Promise<NamedRecord[]> {
  const { TABLE_NAME, RECORD_TABLE_NAME } = stack.environment;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(stack.clientSettings));
  const events = Map.groupBy(await scan(client, RECORD_TABLE_NAME, 'EVENT#'), ({ tokenId }) => String(tokenId));
  const tokens = await scan(client, TABLE_NAME, 'TOKEN#');
  return tokens.map((token) => {
    const name = String(token.tokenId);
    const ordered = (events.get(name) ?? []).sort((one, other) => Number(one.seq) - Number(other.seq));
    return { name, ...storedRecordSchema.parse({ events: ordered, token }) };
  });
}

async function scan(
  client: DynamoDBDocumentClient,
  TableName: string,
  sortKey: string,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  const pages = paginateScan(
    { client },
    {
      TableName,
      ConsistentRead: true,
      FilterExpression: 'begins_with(sk, :sort)',
      ExpressionAttributeValues: { ':sort': sortKey },
    },
  );
  for await (const { Items = [] } of pages) items.push(...Items);
  return items;
}
