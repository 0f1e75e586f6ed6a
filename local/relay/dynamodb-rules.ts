import { DescribeTableCommand, DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { clientSettings } from '../aws-environment.ts';
import { errorAnswer, type WireAnswer } from './error-answer.ts';
import { countOperands, countOperators, listAttributes, listUpdates, readPath } from './expression.ts';
import { parseJson } from './parse-json.ts';
import type { AwsCall } from './recognise-call.ts';

const text = z.string().optional();
const valuesSchema = z.record(z.string(), z.looseObject({ S: text, B: text }));
const expressions = { UpdateExpression: text, ConditionExpression: text, FilterExpression: text };
const actionSchema = z.object({
  ...expressions,
  ProjectionExpression: text,
  TableName: z.string(),
  IndexName: text,
  KeyConditionExpression: text,
  Select: text,
  Item: valuesSchema.default({}),
  ExpressionAttributeNames: z.record(z.string(), z.string()).default({}),
  ExpressionAttributeValues: valuesSchema.default({}),
});
type Action = z.infer<typeof actionSchema>;

const transactionSchema = z.object({ TransactItems: z.array(z.record(z.string(), actionSchema)) });
const putsSchema = z.array(z.object({ PutRequest: z.object({ Item: valuesSchema }).optional() }));
const batchSchema = z.object({ RequestItems: z.record(z.string(), putsSchema) });

/** Reads the description of an action's table; undefined where there is none, which the engine tells. */
type ReadTable = () => Promise<TableDescription | undefined>;
/** Says how an action breaks a rule, in DynamoDB's words. */
type Rule = (action: Action, readTable: ReadTable) => string | undefined | Promise<string | undefined>;

const MOST_BYTES = { HASH: 2048, RANGE: 1024 } as const;
const MOST_OPERATORS = 300;
const MOST_OPERANDS = 100;

/** The rules that the engine does not have. */
const RULES: readonly Rule[] = [
  (action) =>
    findFault(action, (expression, isUpdate) =>
      countOperators(expression, isUpdate) > MOST_OPERATORS
        ? `The expression contains too many operators; operator count: ${MOST_OPERATORS + 1}`
        : undefined,
    ),
  (action) =>
    findFault(action, (expression) => {
      const operands = countOperands(expression);
      if (operands <= MOST_OPERANDS) return undefined;
      return `The IN operator is provided with too many operands; number of operands: ${operands}`;
    }),
  ({ UpdateExpression = '', ...action }) =>
    findOverlap(
      'UpdateExpression',
      listUpdates(UpdateExpression).map(({ path }) => path),
      action,
    ),
  ({ ProjectionExpression, ...action }) =>
    findOverlap('ProjectionExpression', ProjectionExpression?.split(',') ?? [], action),
  refuseFilterOnKey,
  refuseWholeItems,
  refuseLongIndexKey,
];

/** Keeps rules of DynamoDB that the engine does not have; it asks the engine for a table's indexes. */
export class DynamoDbRules {
  private readonly engine: DynamoDBClient;
  private readonly tables = new Map<string, ReturnType<ReadTable>>();

  constructor(engineEndpoint: string) {
    this.engine = new DynamoDBClient(clientSettings(engineEndpoint));
  }

  close(): void {
    this.engine.destroy();
  }

  /** The refusal of a call that breaks one of the rules. */
  async refusal(call: AwsCall, body: Buffer | undefined): Promise<WireAnswer | undefined> {
    if (call.service === 'cloudformation' || /^(?:Create|Update|Delete)Table$/.test(call.operation))
      this.tables.clear();
    if (call.service !== 'dynamodb') return undefined;
    for (const action of listActions(body)) {
      for (const rule of RULES) {
        const message = await rule(action, () => this.readTable(action.TableName));
        if (message) return errorAnswer(call, { code: 'ValidationException', message });
      }
    }
    return undefined;
  }

  private readTable(TableName: string): ReturnType<ReadTable> {
    const reading =
      this.tables.get(TableName) ??
      this.engine.send(new DescribeTableCommand({ TableName })).then(
        ({ Table }) => Table,
        () => undefined,
      );
    this.tables.set(TableName, reading);
    return reading;
  }
}

/** The reads and writes of a call, of whatever kind. */
function listActions(body: Buffer | undefined): Action[] {
  const request = parseJson(body);
  const transaction = transactionSchema.safeParse(request);
  if (transaction.success) return transaction.data.TransactItems.flatMap((item) => Object.values(item));
  const batch = batchSchema.safeParse(request);
  if (batch.success) {
    return Object.entries(batch.data.RequestItems).flatMap(([TableName, puts]) =>
      puts.flatMap(({ PutRequest }) => (PutRequest ? actionSchema.parse({ TableName, ...PutRequest }) : [])),
    );
  }
  const single = actionSchema.safeParse(request);
  return single.success ? [single.data] : [];
}

function findFault(action: Action, judge: (expression: string, isUpdate: boolean) => string | undefined) {
  for (const kind of ['UpdateExpression', 'ConditionExpression', 'FilterExpression'] as const) {
    const fault = judge(action[kind] ?? '', kind === 'UpdateExpression');
    if (fault) return `Invalid ${kind}: ${fault}`;
  }
  return undefined;
}

function findOverlap(
  kind: string,
  written: string[],
  { ExpressionAttributeNames }: Pick<Action, 'ExpressionAttributeNames'>,
) {
  const paths = written.map((path) => readPath(path, ExpressionAttributeNames));
  for (const [index, two] of paths.entries()) {
    const one = paths.slice(0, index).find((other) => other.every((part, depth) => (two[depth] ?? part) === part));
    if (!one) continue;
    const what = 'Two document paths overlap with each other; must remove or rewrite one of these paths';
    return `Invalid ${kind}: ${what}; path one: [${one.join(', ')}], path two: [${two.join(', ')}]`;
  }
  return undefined;
}

/** Of a query only: a scan may filter on keys. */
async function refuseFilterOnKey(action: Action, readTable: ReadTable): Promise<string | undefined> {
  if (!action.FilterExpression || !action.KeyConditionExpression) return undefined;
  const table = await readTable();
  const index = listIndexes(table).find(({ IndexName }) => IndexName === action.IndexName);
  const named = listAttributes(action.FilterExpression, action.ExpressionAttributeNames);
  const keys = (index ?? table)?.KeySchema?.flatMap(({ AttributeName }) => AttributeName ?? []) ?? [];
  const key = keys.find((each) => named.includes(each));
  return key && `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`;
}

async function refuseWholeItems({ Select, IndexName }: Action, readTable: ReadTable): Promise<string | undefined> {
  if (Select !== 'ALL_ATTRIBUTES' || !IndexName) return undefined;
  const index = (await readTable())?.GlobalSecondaryIndexes?.find((each) => each.IndexName === IndexName);
  if (!index || index.Projection?.ProjectionType === 'ALL') return undefined;
  const what = `Select type ALL_ATTRIBUTES is not supported for global secondary index ${IndexName}`;
  return `One or more parameter values were invalid: ${what} because its projection type is not ALL`;
}

async function refuseLongIndexKey(action: Action, readTable: ReadTable): Promise<string | undefined> {
  const { Item, UpdateExpression = '', ExpressionAttributeNames, ExpressionAttributeValues } = action;
  const set = listUpdates(UpdateExpression).flatMap(({ path, value }) => {
    const given = ExpressionAttributeValues[value];
    return given ? [[readPath(path, ExpressionAttributeNames).join('.'), given] as const] : [];
  });
  const sizes = new Map(
    [...Object.entries(Item), ...set].map(([name, { S = '', B = '' }]) => [
      name,
      Buffer.byteLength(S) + Buffer.byteLength(B, 'base64'),
    ]),
  );
  // Most writes have nothing as long, and need no look at the table.
  if ([...sizes.values()].every((size) => size <= MOST_BYTES.RANGE)) return undefined;
  for (const { IndexName, KeySchema = [] } of listIndexes(await readTable())) {
    for (const { AttributeName = '', KeyType = 'HASH' } of KeySchema) {
      const [size, most] = [sizes.get(AttributeName) ?? 0, MOST_BYTES[KeyType]];
      if (size <= most) continue;
      const what = `Size limit exceeded for Index Key ${AttributeName} Actual Size: ${size} bytes Max Size: ${most} bytes`;
      return `One or more parameter values were invalid: ${what} IndexName: ${IndexName}`;
    }
  }
  return undefined;
}

function listIndexes(table: TableDescription | undefined) {
  return [...(table?.GlobalSecondaryIndexes ?? []), ...(table?.LocalSecondaryIndexes ?? [])];
}
