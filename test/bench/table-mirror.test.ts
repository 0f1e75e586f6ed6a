import { marshall } from '@aws-sdk/util-dynamodb';
import { TableMirror } from '../../bench/capacity/measure/table-mirror.ts';

const INDEX = { name: 'open', partition: 'openPk', sort: 'openSk' };
const item = (sk: string, members = {}) => ({ pk: 'P', sk, ...members });
/** The same as a call has it. */
const wire = (sk: string, members = {}) => marshall(item(sk, members));
const open = { openPk: 'OPEN#1', openSk: '2026' };
const big = { text: 'x'.repeat(1500) };

let mirror: TableMirror;
beforeEach(() => {
  mirror = new TableMirror([{ tableName: 'T', label: 'main', indexes: [INDEX] }]);
  mirror.load('T', [item('a', open), item('b', big)]);
});

const write = (operation: string, request: object, status = 200) => mirror.apply({ operation, request, status });

describe('what a call consumes', () => {
  it('of a write in a transaction is twice, of its index once, of a check what a write is', async () => {
    const units = write('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: 'T', Item: wire('a', big) } },
        { ConditionCheck: { TableName: 'T', Key: wire('b'), ConditionExpression: 'attribute_exists(pk)' } },
        { Delete: { TableName: 'T', Key: wire('c') } },
      ],
    });
    expect(await units).toEqual({ reads: 0, writes: 4 + 1 + 4 + 2 });
  });

  it('of an update is by the larger of before and after', async () => {
    const update = {
      TableName: 'T',
      Key: wire('b'),
      UpdateExpression: 'REMOVE #text',
      ExpressionAttributeNames: { '#text': 'text' },
    };
    expect(await write('UpdateItem', update)).toEqual({ reads: 0, writes: 2 });
    expect(mirror.differences('T', [item('a', open), item('b')])).toEqual([]);
  });

  it('of a refused write is as if it had been made, and nothing changes', async () => {
    expect(await write('PutItem', { TableName: 'T', Item: wire('b') }, 400)).toEqual({ reads: 0, writes: 2 });
    expect(mirror.differences('T', [item('a', open), item('b', big)])).toEqual([]);
  });

  it('of a filtered query is what it read, not what it gave', async () => {
    const request = {
      TableName: 'T',
      KeyConditionExpression: 'pk = :p AND begins_with(sk, :s)',
      FilterExpression: 'attribute_exists(nothing)',
      ExpressionAttributeValues: { ':p': { S: 'P' }, ':s': { S: '' } },
      ConsistentRead: true,
    };
    mirror.load('T', [item('c', big)]);
    mirror.load('T', [item('a', big)]);
    const units = await mirror.apply({
      operation: 'Query',
      request,
      status: 200,
      answer: { Items: [], ScannedCount: 3 },
    });
    expect(units).toEqual({ reads: 2, writes: 0 });
  });

  it('of a batch is each item by itself, one that is not there included', async () => {
    const request = { RequestItems: { T: { Keys: [wire('a'), wire('none')], ConsistentRead: true } } };
    expect(await mirror.apply({ operation: 'BatchGetItem', request, status: 200 })).toEqual({ reads: 2, writes: 0 });
  });

  it.each([
    { what: 'another operation', operation: 'PutItems', request: {} },
    { what: 'another table', operation: 'PutItem', request: { TableName: 'U', Item: wire('a') } },
  ])('is not guessed for $what', async ({ operation, request }) => {
    await expect(write(operation, request)).rejects.toThrow(/does not|not found/);
  });
});

it.each([
  { what: 'an item that differs', items: [item('a'), item('b', big)], differing: ['P a'] },
  { what: 'an item that is missing', items: [item('a', open)], differing: ['P b'] },
  { what: 'an item too many', items: [item('a', open), item('b', big), item('c')], differing: ['P c'] },
])('names $what from the table', ({ items, differing }) => {
  expect(mirror.differences('T', items)).toEqual(differing);
});
