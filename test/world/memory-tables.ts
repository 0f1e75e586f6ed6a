import {
  ConditionalCheckFailedException,
  ResourceNotFoundException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type Item, sentItem } from './attribute-values.ts';
import { query } from './memory-query.ts';
import { type Hooks, MemoryService, said } from './memory-service.ts';
import { MemoryTable, type TableDefinition } from './memory-table.ts';
import { type Prepared, prepareWrite, type WriteRequest } from './memory-write.ts';
import { invalid, refuseUnread } from './validation.ts';

/** One item as a write left it. */
export interface CommittedWrite {
  readonly table: string;
  /** As it was, or undefined where there was none. */
  readonly before: Item | undefined;
  /** As it is, or undefined where it was deleted. */
  readonly after: Item | undefined;
}

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Items that one transaction, and one batch, may have. */
const MOST_ITEMS = 100;

/**
 * DynamoDB in memory: answers what the repositories send through the document client, with the conditions of writes
 * and transactions evaluated. Its answers are compared with the local cloud's by `test/cloud/memory-tables.test.ts`.
 */
export class MemoryTables {
  private readonly service: MemoryService;
  private readonly tables: ReadonlyMap<string, MemoryTable>;
  private readonly committed = new Set<string>();
  private readonly onCommit: ((writes: readonly CommittedWrite[]) => void) | undefined;

  constructor(
    definitions: readonly TableDefinition[],
    {
      onCommit,
    }: {
      /** Told what each write or transaction changed, as a stream tells it. */
      readonly onCommit?: (writes: readonly CommittedWrite[]) => void;
    } = {},
  ) {
    this.tables = new Map(definitions.map((definition) => [definition.name, new MemoryTable(definition)]));
    this.onCommit = onCommit;
    this.service = new MemoryService('DynamoDB')
      .on(GetCommand, ({ TableName, Key, ...unread }) => {
        refuseUnread(unread, ['ConsistentRead']);
        return answered('Item', this.table(TableName).get(sentItem(Key ?? {})));
      })
      .on(BatchGetCommand, (input) => this.batchGet(input))
      .on(QueryCommand, (input) => query(this.table(input.TableName), input))
      .on(PutCommand, (input) => this.write({ Put: input }))
      .on(UpdateCommand, (input) => this.write({ Update: input }))
      .on(DeleteCommand, (input) => this.write({ Delete: input }))
      .on(TransactWriteCommand, (input) => this.transactOnce(input));
  }

  /** A client of this service; one made for an actor of a simulation has that actor's hooks. */
  client(hooks: Hooks = {}): DynamoDBDocumentClient {
    return this.service.client(DynamoDBDocumentClient, hooks);
  }

  /** All items of a table, in the order of their keys. */
  items(name: string): Item[] {
    return this.table(name).all().map(sentItem);
  }

  /** Puts items as they are, past hooks and conditions: what was there before a test begins. */
  seed(name: string, items: readonly object[]): void {
    for (const item of items) this.table(name).put(sentItem(item));
  }

  /** Removes what is past its time, as DynamoDB does in its own. */
  expire(now: Date): void {
    for (const table of this.tables.values()) {
      for (const item of table.all()) {
        const isPast = typeof item.ttl === 'number' && item.ttl * 1000 < now.getTime();
        if (isPast) this.commit([{ table, before: item, after: undefined }]);
      }
    }
  }

  private table(name: string | undefined): MemoryTable {
    const table = this.tables.get(name ?? '');
    if (!table) throw new ResourceNotFoundException(said('Requested resource not found'));
    return table;
  }

  private batchGet({ RequestItems = {} }: BatchGetCommandInput): object {
    const wanted = Object.entries(RequestItems).map(([name, { Keys = [], ...unread }]) => {
      refuseUnread(unread, ['ConsistentRead']);
      return { name, keys: Keys.map(sentItem), table: this.table(name) };
    });
    const count = wanted.reduce((sum, { keys }) => sum + keys.length, 0);
    if (count === 0 || count > MOST_ITEMS) throw invalid('Too many items requested for the BatchGetItem call');
    for (const { keys, table } of wanted) {
      if (new Set(keys.map((key) => table.id(key))).size < keys.length) {
        throw invalid('Provided list of item keys contains duplicates');
      }
    }
    const found = wanted.map(({ name, keys, table }) => {
      return [name, keys.map((key) => table.get(key)).filter((item) => item !== undefined)];
    });
    return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
  }

  private write(request: WriteRequest): object {
    const write = this.prepare(request);
    const outcome = write.judge();
    if ('failed' in outcome) {
      if (outcome.failed !== 'condition') throw outcome.failed;
      const unmet = write.showsUnmet ? write.table.get(write.key) : undefined;
      throw new ConditionalCheckFailedException({
        ...said('The conditional request failed'),
        ...(unmet ? { Item: marshall(unmet) } : {}),
      });
    }
    this.commit([{ table: write.table, ...outcome }]);
    return answered('Attributes', write.returned === 'ALL_NEW' ? outcome.after : write.returned && outcome.before);
  }

  /** A transaction that has committed answers again to its token, and is not done again. */
  private transactOnce({ TransactItems = [], ClientRequestToken: token }: TransactWriteCommandInput): object {
    if (token !== undefined && this.committed.has(token)) return {};
    const answer = this.transact(TransactItems);
    if (token !== undefined) this.committed.add(token);
    return answer;
  }

  private transact(items: readonly TransactItem[]): object {
    if (items.length === 0 || items.length > MOST_ITEMS) {
      throw invalid('Member must have length less than or equal to 100, and at least 1');
    }
    const writes = items.map((item) => this.prepare(item));
    if (new Set(writes.map(({ table, id }) => `${table.name} ${id}`)).size < writes.length) {
      throw invalid('Transaction request cannot include multiple operations on one item');
    }
    const outcomes = writes.map((write) => ({ write, outcome: write.judge() }));
    const changes = outcomes.flatMap(({ write, outcome }) =>
      'failed' in outcome ? [] : [{ table: write.table, ...outcome }],
    );
    if (changes.length < outcomes.length) throw cancelled(outcomes);
    this.commit(changes);
    return {};
  }

  private prepare(request: WriteRequest): Prepared {
    const { Put, Update, Delete, ConditionCheck } = request;
    return prepareWrite(this.table((Put ?? Update ?? Delete ?? ConditionCheck)?.TableName), request);
  }

  private commit(changes: readonly { table: MemoryTable; before: Item | undefined; after: Item | undefined }[]): void {
    const written = changes.filter(({ before, after }) => before !== after);
    for (const { table, before, after } of written) {
      if (after) table.put(after);
      else if (before) table.delete(before);
    }
    if (written.length === 0) return;
    this.onCommit?.(written.map(({ table, before, after }) => ({ table: table.name, before, after })));
  }
}

function cancelled(
  outcomes: readonly { readonly outcome: ReturnType<Prepared['judge']> }[],
): TransactionCanceledException {
  const reasons = outcomes.map(({ outcome }) => {
    if (!('failed' in outcome)) return { Code: 'None' };
    if (outcome.failed !== 'condition') return { Code: 'ValidationError', Message: outcome.failed.message };
    return { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
  });
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new TransactionCanceledException({
    ...said(`Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`),
    CancellationReasons: reasons,
  });
}

function answered(name: string, item: Item | undefined | false): object {
  return item ? { [name]: sentItem(item) } : {};
}
