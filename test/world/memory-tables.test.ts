import { DynamoDBServiceException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { type CommittedWrite, MemoryTables } from './memory-tables.ts';
import { MAIN_TABLE, RECORD_TABLE } from './table-definitions.ts';

const TableName = MAIN_TABLE.name;
const KEY = { pk: 'p', sk: 's' };
const ITEM = { ...KEY, count: 1, tags: new Set(['a', 'b']), list: [1, 2, 3], map: { role: 'x' }, text: 'abc' };

function tablesWith(...items: object[]): MemoryTables {
  const tables = new MemoryTables([MAIN_TABLE, RECORD_TABLE]);
  tables.seed(TableName, items);
  return tables;
}

async function catchError(attempt: Promise<unknown>): Promise<{ name: string; message: string }> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('Nothing was refused');
}

/** The item after an update of {@link ITEM}. */
async function updated(input: Omit<UpdateCommandInput, 'TableName' | 'Key'>): Promise<Record<string, unknown>> {
  const client = tablesWith(ITEM).client();
  const { Attributes = {} } = await client.send(
    new UpdateCommand({ TableName, Key: KEY, ReturnValues: 'ALL_NEW', ...input }),
  );
  return Attributes;
}

async function passes(
  ConditionExpression: string,
  values?: Record<string, unknown>,
  item: object = ITEM,
): Promise<boolean> {
  const put: PutCommandInput = { TableName, Item: KEY, ConditionExpression };
  const client = tablesWith(item).client();
  try {
    await client.send(new PutCommand({ ...put, ...(values ? { ExpressionAttributeValues: values } : {}) }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

describe('a condition in memory', () => {
  it.each([
    ['count = :v', 1, 2],
    ['count <> :v', '1', 1],
    ['missing <> :v', 1, undefined],
    ['count < :v', 2, 1],
    ['count <= :v', 1, 0],
    ['text > :v', 'abb', 'abc'],
    ['text >= :v', 'abc', 'abd'],
    ['count IN (:v)', 1, 2],
    ['contains(tags, :v)', 'a', 'c'],
    ['contains(list, :v)', 3, 4],
    ['contains(text, :v)', 'bc', 'ac'],
    ['begins_with(text, :v)', 'ab', 'b'],
    ['attribute_type(map, :v)', 'M', 'L'],
    ['size(list) = :v', 3, 2],
    ['map.role = :v', 'x', 'y'],
    ['list[0] = :v', 1, 2],
    ['NOT count = :v', 2, 1],
    ['list = :v', [1, 2, 3], [1, 2]],
    ['map = :v', { role: 'x' }, { role: 'x', more: 1 }],
    ['tags = :v', new Set(['b', 'a']), new Set(['a'])],
  ])('"%s" holds with %p and not with %p', async (condition, holding, failing) => {
    expect(await passes(condition, { ':v': holding })).toBe(true);
    if (failing !== undefined) expect(await passes(condition, { ':v': failing })).toBe(false);
  });

  it('that fails shows the item that did not meet it, where that is asked for', async () => {
    const update = {
      TableName,
      Key: KEY,
      UpdateExpression: 'ADD count :one',
      ConditionExpression: 'count < :one',
      ExpressionAttributeValues: { ':one': 1 },
    };
    const client = tablesWith({ ...KEY, count: 1 }).client();
    const shown = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
    expect(await catchError(client.send(new UpdateCommand({ ...update, ...shown })))).toMatchObject({
      Item: { pk: { S: 'p' }, sk: { S: 's' }, count: { N: '1' } },
    });
    expect(await catchError(client.send(new UpdateCommand(update)))).toHaveProperty('Item', undefined);
  });

  it('takes AND before OR, NOT before both, and parentheses first', async () => {
    const values = { ':yes': 1, ':no': 2 };
    expect(await passes('count = :yes OR count = :no AND count = :no', values)).toBe(true);
    expect(await passes('(count = :yes OR count = :no) AND count = :no', values)).toBe(false);
    expect(await passes('NOT count = :no AND count = :yes', values)).toBe(true);
  });

  it('judges an item that is not there as one without attributes', async () => {
    expect(await passes('attribute_not_exists(pk)', undefined, { pk: 'p', sk: 'other' })).toBe(true);
    expect(await passes('attribute_exists(pk)', undefined, { pk: 'p', sk: 'other' })).toBe(false);
  });

  it.each([
    ['count = :v', {}, 'not defined: :v'],
    ['count = :v', { ':v': 1, ':idle': 2 }, 'unused in expressions: :idle'],
    ['#n = :v', { ':v': 1 }, 'not defined: #n'],
    ['count = ', {}, 'Syntax error'],
    ['count = :v extra', { ':v': 1 }, 'Syntax error'],
    ['count ! :v', { ':v': 1 }, 'Syntax error'],
    ['((count = :v))', { ':v': 1 }, 'redundant parentheses'],
    ['count < :v', { ':v': true }, 'operand type: BOOL'],
    ['begins_with(text, :v)', { ':v': 1 }, 'operand type: N'],
    ['attribute_type(text, :v)', { ':v': 'X' }, 'Invalid attribute type name'],
    ['attribute_exists(:v)', { ':v': 1 }, 'requires a document path'],
    ['contains(text, text)', undefined, 'must be distinct'],
    ['count BETWEEN :v AND :w', { ':v': 2, ':w': 1 }, 'upper bound'],
    ['count BETWEEN :v AND :w', { ':v': 2, ':w': 'a' }, 'same data type'],
    ['attribute_exists(text, count)', undefined, 'Incorrect number of operands'],
  ])('"%s" with %p is refused: %s', async (condition, values, message) => {
    const error = await catchError(passes(condition, values));
    expect(error).toBeInstanceOf(DynamoDBServiceException);
    expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });
  });

  it('takes two parentheses that are not one within another', async () => {
    expect(await passes('((count = :v) OR (text = :v))', { ':v': 1 })).toBe(true);
  });
});

describe('an update in memory', () => {
  it('judges all its parts by the item as it was', async () => {
    const after = await updated({
      UpdateExpression: 'SET text = :new, was = text, count = count + :one, map.more = if_not_exists(map.more, :one)',
      ExpressionAttributeValues: { ':new': 'new', ':one': 1 },
    });
    expect(after).toEqual({ ...ITEM, text: 'new', was: 'abc', count: 2, map: { role: 'x', more: 1 } });
  });

  it('adds to numbers and sets, deletes from sets, and appends to lists', async () => {
    const after = await updated({
      UpdateExpression: 'ADD fresh :two, count :two DELETE tags :a SET list = list_append(list, :list)',
      ExpressionAttributeValues: { ':two': 2, ':a': new Set(['a']), ':list': [4] },
    });
    expect(after).toEqual({ ...ITEM, fresh: 2, count: 3, tags: new Set(['b']), list: [1, 2, 3, 4] });
  });

  it('removes members of lists by the places that they had, and an emptied set', async () => {
    const after = await updated({
      UpdateExpression: 'REMOVE list[0], list[1], map.role DELETE tags :all',
      ExpressionAttributeValues: { ':all': new Set(['a', 'b']) },
    });
    const { tags: _, ...rest } = ITEM;
    expect(after).toEqual({ ...rest, list: [3], map: {} });
  });

  it('makes an item of its key where there is none', async () => {
    const tables = tablesWith();
    const set = { UpdateExpression: 'SET a = :v', ExpressionAttributeValues: { ':v': 1 } };
    expect(await tables.client().send(new UpdateCommand({ TableName, Key: KEY, ...set }))).toEqual({ $metadata: {} });
    expect(tables.items(TableName)).toEqual([{ ...KEY, a: 1 }]);
  });

  it.each([
    ['SET pk = :v', 'part of the key'],
    ['SET map.role = :v, map = :v', 'overlap'],
    ['SET a = missing + :v', 'does not exist in the item'],
    ['SET a = text + :v', 'incorrect data type'],
    ['SET missing.a = :v', 'invalid for update'],
    ['ADD text :v', 'incorrect data type'],
    ['SET a = :v SET b = :v', 'Syntax error'],
    ['SET a = size(text) + :v', 'not allowed in an update'],
  ])('"%s" is refused: %s', async (UpdateExpression, message) => {
    const error = await catchError(updated({ UpdateExpression, ExpressionAttributeValues: { ':v': 1 } }));
    expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });
  });

  it('is refused where it removes from what is not there', async () => {
    const error = await catchError(updated({ UpdateExpression: 'REMOVE missing.role' }));
    expect(error).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('invalid for update'),
    });
  });
});

describe('a transaction in memory', () => {
  const put = (sk: string) => ({
    Put: { TableName, Item: { pk: 'p', sk }, ConditionExpression: 'attribute_not_exists(pk)' },
  });

  it('writes all of it, and tells what each item was and is', async () => {
    const commits: (readonly CommittedWrite[])[] = [];
    const tables = new MemoryTables([MAIN_TABLE, RECORD_TABLE], { onCommit: (writes) => commits.push(writes) });
    tables.seed(TableName, [ITEM]);
    const items = [
      put('new'),
      { Delete: { TableName, Key: KEY } },
      { Put: { TableName: RECORD_TABLE.name, Item: KEY } },
    ];
    await tables.client().send(new TransactWriteCommand({ TransactItems: items }));
    expect(commits).toEqual([
      [
        { table: TableName, before: undefined, after: { pk: 'p', sk: 'new' } },
        { table: TableName, before: ITEM, after: undefined },
        { table: RECORD_TABLE.name, before: undefined, after: KEY },
      ],
    ]);
  });

  it('writes nothing where one condition fails, and says which', async () => {
    const tables = tablesWith(ITEM);
    const broken = {
      Update: {
        TableName,
        Key: { pk: 'p', sk: 'other' },
        UpdateExpression: 'SET a = missing',
      },
    };
    const error = await catchError(
      tables.client().send(new TransactWriteCommand({ TransactItems: [put('new'), put('s'), broken] })),
    );
    expect(error).toBeInstanceOf(TransactionCanceledException);
    expect(error).toMatchObject({
      message: expect.stringContaining('[None, ConditionalCheckFailed, ValidationError]'),
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
        { Code: 'ValidationError' },
      ],
    });
    expect(tables.items(TableName)).toEqual([ITEM]);
  });

  it('is refused with two writes of one item, with none, and with more than 100', async () => {
    const client = tablesWith().client();
    for (const TransactItems of [[put('a'), put('a')], [], Array.from({ length: 101 }, (_, n) => put(`${n}`))]) {
      const error = await catchError(client.send(new TransactWriteCommand({ TransactItems })));
      expect(error.name).toBe('ValidationException');
    }
  });
});

describe('a query in memory', () => {
  const items = ['a', 'b', 'c'].map((sk, index) => ({ pk: 'p', sk, n: index, listPk: 'l', listSk: `${9 - index}` }));
  const stranger = { pk: 'p', sk: 'd', listPk: 'l' };

  async function query(input: Omit<QueryCommandInput, 'TableName'>) {
    const client = tablesWith(...items, stranger, { pk: 'q', sk: 'a' }).client();
    const { $metadata: _, ...page } = await client.send(new QueryCommand({ TableName, ...input }));
    return page;
  }

  it('looks at as many as its limit, of which the filter leaves some, and says where it ended', async () => {
    const page = await query({
      KeyConditionExpression: 'pk = :p',
      FilterExpression: 'n > :zero',
      ExpressionAttributeValues: { ':p': 'p', ':zero': 0 },
      Limit: 2,
    });
    expect(page).toEqual({ Items: [items[1]], Count: 1, ScannedCount: 2, LastEvaluatedKey: { pk: 'p', sk: 'b' } });
  });

  it('goes on after where it ended, in either direction', async () => {
    const condition = { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': 'p' } };
    const ExclusiveStartKey = { pk: 'p', sk: 'b' };
    const [on, back] = [
      await query({ ...condition, ExclusiveStartKey }),
      await query({ ...condition, ExclusiveStartKey, ScanIndexForward: false }),
    ];
    expect([on.Items, back.Items]).toEqual([[items[2], stranger], [items[0]]]);
  });

  it('finds by an index the keys of the items that have both of its attributes', async () => {
    const page = await query({
      IndexName: 'list',
      KeyConditionExpression: 'listPk = :l AND listSk >= :low',
      ExpressionAttributeValues: { ':l': 'l', ':low': '8' },
    });
    const keys = ({ pk, sk, listPk, listSk }: (typeof items)[number]) => ({ pk, sk, listPk, listSk });
    expect(page.Items).toEqual(items.slice(0, 2).toReversed().map(keys));
  });

  it.each([
    [{ KeyConditionExpression: 'sk = :p' }, 'missed key schema element: pk'],
    [{ KeyConditionExpression: 'pk = :p OR sk = :p' }, 'not supported'],
    [{ KeyConditionExpression: 'pk > :p' }, 'not supported'],
    [{ KeyConditionExpression: 'pk = :p', FilterExpression: 'sk = :p' }, 'non-primary key attributes'],
    [{ KeyConditionExpression: 'pk = :p', IndexName: 'none' }, 'specified index'],
    [{ KeyConditionExpression: 'listPk = :p', IndexName: 'list', ConsistentRead: true }, 'Consistent reads'],
    [{ KeyConditionExpression: 'pk = :p', ExclusiveStartKey: { pk: 'q', sk: 'a' } }, 'outside query boundaries'],
    [{ KeyConditionExpression: 'pk = :p AND sk > :p', ExclusiveStartKey: { pk: 'p', sk: 'a' } }, 'range key predicate'],
    [{ KeyConditionExpression: 'pk = :p', ExclusiveStartKey: { pk: 'p' } }, 'starting key is invalid'],
    [{ KeyConditionExpression: 'pk = :p', Limit: 0 }, 'greater than or equal to 1'],
  ])('%p is refused: %s', async (input, message) => {
    const error = await catchError(query({ ...input, ExpressionAttributeValues: { ':p': 'p' } }));
    expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });
  });
});

describe('the tables in memory', () => {
  it('store what the document client sends: nothing undefined, and none of the caller’s own objects', async () => {
    const tables = tablesWith();
    const mine = { ...KEY, gone: undefined, nested: { gone: undefined, list: [1, undefined] } };
    await tables.client().send(new PutCommand({ TableName, Item: mine }));
    mine.nested.list.push(2);
    const { Item } = await tables.client().send(new GetCommand({ TableName, Key: KEY }));
    expect(Object.keys(Item ?? {})).toEqual(['pk', 'sk', 'nested']);
    expect(Item).toEqual({ ...KEY, nested: { list: [1] } });
  });

  it.each([
    [new Date(0), 'convertClassInstanceToMap'],
    [Number.NaN, 'Special numeric value'],
    [2 ** 60, 'MAX_SAFE_INTEGER'],
    [new Set(), 'non-empty set'],
  ])('refuse %p as the document client does', async (value, message) => {
    const error = await catchError(
      tablesWith()
        .client()
        .send(new PutCommand({ TableName, Item: { ...KEY, value } })),
    );
    expect(error.message).toContain(message);
  });

  it.each([
    [{ pk: 'p' }, 'Missing the key sk'],
    [{ pk: 'p', sk: '' }, 'empty string value'],
    [{ pk: 'p', sk: 1 }, 'does not match the schema'],
    [{ ...KEY, listPk: 1 }, 'does not match the schema'],
  ])('refuse the key of %p: %s', async (Item, message) => {
    const error = await catchError(tablesWith().client().send(new PutCommand({ TableName, Item })));
    expect(error).toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });
  });

  it('give the items of a batch that are there, and refuse a key asked for twice', async () => {
    const client = tablesWith(ITEM).client();
    const Keys = [KEY, { pk: 'p', sk: 'none' }];
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }),
    );
    expect({ Responses, UnprocessedKeys }).toEqual({ Responses: { [TableName]: [ITEM] }, UnprocessedKeys: {} });
    const twice = client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [KEY, KEY] } } }));
    expect((await catchError(twice)).name).toBe('ValidationException');
  });

  it('know no other table, no other command, and no option that they would pass over', async () => {
    const client = tablesWith().client();
    expect((await catchError(client.send(new GetCommand({ TableName: 'none', Key: KEY })))).name).toBe(
      'ResourceNotFoundException',
    );
    expect((await catchError(client.send(new ScanCommand({ TableName })))).message).toContain('does not answer Scan');
    const projected = new GetCommand({ TableName, Key: KEY, ProjectionExpression: 'sk' });
    expect((await catchError(client.send(projected))).message).toContain('does not know ProjectionExpression');
  });

  it('let a hook lose a call on its way there, and an answer on its way back', async () => {
    const tables = tablesWith();
    const lost = new Error('lost');
    const lose = () => Promise.reject(lost);
    await expect(tables.client({ before: lose }).send(new PutCommand({ TableName, Item: KEY }))).rejects.toBe(lost);
    expect(tables.items(TableName)).toEqual([]);
    await expect(tables.client({ after: lose }).send(new PutCommand({ TableName, Item: KEY }))).rejects.toBe(lost);
    expect(tables.items(TableName)).toEqual([KEY]);
  });
});
