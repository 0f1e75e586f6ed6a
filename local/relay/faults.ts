import * as z from 'zod';
import { type AwsCall, canonicalService } from './aws-call.ts';
import { parseJson } from './parse-json.ts';

/** A fault as a program asks for it. Strict: a misspelt member is refused, since the fault would silently not act. */
export const faultSchema = z.strictObject({
  service: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'the service in lower case, such as dynamodb, states, sns, kms, sqs, lambda, email')
    .transform(canonicalService),
  operation: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]*$/, 'the operation as the API names it, such as TransactWriteItems')
    .optional(),
  times: z.int().min(1).optional(),
  kind: z.enum(['error', 'delay', 'cut']),
  code: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9.]*$/)
    .optional(),
  status: z.int().min(400).max(599).optional(),
  delayMs: z.int().min(0).max(600_000).optional(),
  message: z.string().max(1_000).optional(),
});

export type Fault = z.infer<typeof faultSchema>;

/**
 * The fault that a call gets: the first of the list that fits it, until that one has acted `times` times; undefined where
 * none fits. The list keeps how often each is still to act.
 */
export function takeFault(faults: Fault[], { service, operation }: AwsCall): Fault | undefined {
  const at = faults.findIndex((each) => each.service === service && (each.operation ?? operation) === operation);
  const fault = faults[at];
  if (fault?.times === 1) faults.splice(at, 1);
  else if (fault?.times) faults[at] = { ...fault, times: fault.times - 1 };
  return fault;
}

/** A call that DynamoDB refused for its rate, with the tables it was to read or write. */
export interface ThrottledCall {
  readonly operation: string;
  readonly tables: readonly string[];
  /** The index, where one was queried: DynamoDB counts it apart from its table. */
  readonly index?: string;
}

const THROTTLING_CODES = ['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'];

const bodySchema = z.object({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  RequestItems: z.record(z.string(), z.unknown()).default({}),
  TransactItems: z.array(z.record(z.string(), z.object({ TableName: z.string() }))).default([]),
});

/** Describes the throttling of a DynamoDB call by a fault; undefined if the fault does not throttle. */
export function throttledCall(call: AwsCall, fault: Fault, body: Buffer | undefined): ThrottledCall | undefined {
  if (call.service !== 'dynamodb' || !THROTTLING_CODES.includes(fault.code ?? '')) return undefined;
  const { TableName = [], IndexName, RequestItems, TransactItems } = bodySchema.parse(parseJson(body));
  const actions = TransactItems.flatMap((item) => Object.values(item));
  const tables = [TableName, Object.keys(RequestItems), actions.map((action) => action.TableName)].flat();
  return { operation: call.operation, tables: [...new Set(tables)], ...(IndexName ? { index: IndexName } : {}) };
}
