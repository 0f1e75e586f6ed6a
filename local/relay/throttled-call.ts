import * as z from 'zod';
import type { Fault } from './fault-list.ts';
import type { AwsCall } from './recognise-call.ts';

/** A call that DynamoDB refused for its rate, with the tables it was to read or write. */
export interface ThrottledCall {
  readonly operation: string;
  readonly tables: readonly string[];
  /** The index, where one was queried: DynamoDB counts it apart from its table. */
  readonly index?: string;
}

const THROTTLING_CODES = ['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'];

const onTable = z.object({ TableName: z.string() });
const bodySchema = z.object({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  RequestItems: z.record(z.string(), z.unknown()).optional(),
  TransactItems: z.array(z.record(z.string(), onTable)).optional(),
});

/** Describes the throttling of a DynamoDB call by a fault; undefined if the fault does not throttle. */
export function throttledCall(call: AwsCall, fault: Fault, body: Buffer | undefined): ThrottledCall | undefined {
  if (call.service !== 'dynamodb' || !body || !THROTTLING_CODES.includes(fault.code ?? '')) return undefined;
  const { TableName, IndexName, RequestItems, TransactItems } = bodySchema.parse(JSON.parse(body.toString()));
  const tables = [
    ...(TableName ? [TableName] : []),
    ...Object.keys(RequestItems ?? {}),
    ...(TransactItems ?? []).flatMap((item) => Object.values(item).map((action) => action.TableName)),
  ];
  return { operation: call.operation, tables: [...new Set(tables)], ...(IndexName ? { index: IndexName } : {}) };
}
