import * as z from 'zod';
import type { WireItem } from '../rules/item-size.ts';

/** DynamoDB's calls as its JSON protocol writes them, as far as what they consume depends on it. */

const itemSchema: z.ZodType<WireItem> = z.record(z.string(), z.record(z.string(), z.unknown()));
const tableSchema = z.object({ TableName: z.string() });
const keyedSchema = tableSchema.extend({ Key: itemSchema });

export const getSchema = keyedSchema.extend({ ConsistentRead: z.boolean().default(false) });
export const batchGetSchema = z.object({
  RequestItems: z.record(
    z.string(),
    z.object({ Keys: z.array(itemSchema), ConsistentRead: z.boolean().default(false) }),
  ),
});
export const putSchema = tableSchema.extend({ Item: itemSchema });
export const updateSchema = keyedSchema.extend({
  UpdateExpression: z.string(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: itemSchema.optional(),
});
export const deleteSchema = keyedSchema;
export type Update = z.infer<typeof updateSchema>;
/** Each item has one of the four. */
export const transactionSchema = z.object({
  TransactItems: z.array(
    z.union([
      z.object({ Put: putSchema }),
      z.object({ Update: updateSchema }),
      z.object({ Delete: deleteSchema }),
      z.object({ ConditionCheck: keyedSchema }),
    ]),
  ),
});
export type TransactionItem = z.infer<typeof transactionSchema>['TransactItems'][number];

export const querySchema = tableSchema.extend({
  IndexName: z.string().optional(),
  KeyConditionExpression: z.string(),
  FilterExpression: z.string().optional(),
  ExpressionAttributeValues: itemSchema,
  ConsistentRead: z.boolean().default(false),
});
export type Query = z.infer<typeof querySchema>;
export const queryAnswerSchema = z.object({ Items: z.array(itemSchema), ScannedCount: z.number() });
export type QueryAnswer = z.infer<typeof queryAnswerSchema>;
