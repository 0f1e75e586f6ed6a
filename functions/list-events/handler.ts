import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { eventSchema } from '../../shared/domain/event.ts';
import { requireEnv } from '../../shared/env.ts';
import { ProblemError } from '../../shared/errors.ts';
import { apiHandler } from '../../shared/http/api-handler.ts';
import { page } from '../../shared/http/page.ts';
import { eventQuerySchema, tokenPathSchema } from '../../shared/http/schemas.ts';
import { recordPartition, tokenKey } from '../../shared/repositories/keys.ts';
import { getAll, table } from '../../shared/repositories/table.ts';

const RECORD_TABLE = requireEnv('RECORD_TABLE_NAME');

/** GET /tokens/{tokenId}/events: the token's record, newest first. */
export const handler = apiHandler(
  { caller: 'ADMINISTRATOR', path: tokenPathSchema, query: eventQuerySchema },
  async ({ caller, path: { tokenId }, query: { limit, cursor } }) => {
    const { companyId } = caller;
    const [token] = await getAll([tokenKey(companyId, tokenId)]);
    if (!token) throw new ProblemError('NOT_FOUND');
    const pk = recordPartition(companyId, tokenId);
    const list = { companyId, route: 'GET /tokens/{tokenId}/events', filter: { tokenId } };
    const body = await page(list, cursor, async (start) => {
      const { Items = [], LastEvaluatedKey } = await table.send(
        new QueryCommand({
          TableName: RECORD_TABLE,
          KeyConditionExpression: 'pk = :record',
          ExpressionAttributeValues: { ':record': pk },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit,
          ...(start ? { ExclusiveStartKey: { pk, sk: start.sk } } : {}),
        }),
      );
      return {
        items: Items.map((item) => eventSchema.parse(item)),
        next: LastEvaluatedKey && { sk: String(LastEvaluatedKey.sk) },
      };
    });
    return { status: 200, body };
  },
);
