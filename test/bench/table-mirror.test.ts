import { marshall } from '@aws-sdk/util-dynamodb';
import { TableMirror } from '../../bench/capacity/table-mirror.ts';

const INDEX = { name: 'open', partition: 'openPk', sort: 'openSk' };
const TABLE = { name: 'T', key: { partition: 'pk', sort: 'sk' }, indexes: [INDEX] };
const item = (sk: string, members = {}) => ({ pk: 'P', sk, ...members });
/** The same as a call has it. */
const wire = (sk: string, members = {}) => marshall(item(sk, members));
const open = { openPk: 'OPEN#1', openSk: '2026' };
const big = { text: 'x'.repeat(1500) };

let mirror: TableMirror;
beforeEach(async () => {
  mirror = new TableMirror([TABLE]);
  await mirror.load(async () => [item('a', open), item('b', big)]);
});

const write = (operation: string, request: object, status = 200) => mirror.apply({ operation, request, status });
const followed = (...items: ReturnType<typeof item>[]) => mirror.assertFollowed(async () => items);

describe('what a call consumes', () => {
  it('of a write in a transaction is twice, of its index once, of a check what a write is', async () => {
    const units = write('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: 'T', Item: wire('a', big) } },
        { ConditionCheck: { TableName: 'T', Key: wire('b'), ConditionExpression: 'attribute_exists(pk)' } },
        { Delete: { TableName: 'T', Key: wire('c') } },
      ],
    });
    expect(await units).toEqual({ 'write units': 4 + 1 + 4 + 2 });
    await followed(item('a', big), item('b', big));
  });

  it('of an update is by the larger of before and after', async () => {
    const update = {
      TableName: 'T',
      Key: wire('b'),
      UpdateExpression: 'REMOVE #text',
      ExpressionAttributeNames: { '#text': 'text' },
    };
    expect(await write('UpdateItem', update)).toEqual({ 'write units': 2 });
    await followed(item('a', open), item('b'));
  });

  it('of a refused write is as if it had been made, and nothing changes', async () => {
    expect(await write('PutItem', { TableName: 'T', Item: wire('b') }, 400)).toEqual({ 'write units': 2 });
    await followed(item('a', open), item('b', big));
  });

  it('of a filtered query is what it read, not what it gave', async () => {
    const request = {
      TableName: 'T',
      KeyConditionExpression: 'pk = :p AND begins_with(sk, :s)',
      FilterExpression: 'attribute_exists(#nothing)',
      ExpressionAttributeNames: { '#nothing': 'nothing' },
      ExpressionAttributeValues: { ':p': { S: 'P' }, ':s': { S: '' } },
      ConsistentRead: true,
    };
    await mirror.load(async () => [item('a', big), item('c', big)]);
    const query = (ScannedCount: number) =>
      mirror.apply({ operation: 'Query', request, status: 200, answer: { Items: [], ScannedCount } });
    expect(await query(3)).toEqual({ 'read units': 2 });
    await expect(query(4)).rejects.toThrow('A query read 4 items, and 3 were followed');
  });

  it('of a batch is each item by itself, one that is not there included', async () => {
    const keys = { Keys: [wire('a'), wire('none')] };
    const batch = (ConsistentRead: boolean) =>
      mirror.apply({ operation: 'BatchGetItem', request: { RequestItems: { T: { ...keys, ConsistentRead } } } });
    expect(await batch(true)).toEqual({ 'read units': 2 });
    expect(await batch(false)).toEqual({ 'read units': 1 });
  });

  it.each([
    { what: 'another operation', operation: 'PutItems', request: {} },
    { what: 'another table', operation: 'PutItem', request: { TableName: 'U', Item: wire('a') } },
  ])('is not guessed for $what', async ({ operation, request }) => {
    await expect(write(operation, request)).rejects.toThrow(/does not|not found/);
  });
});

it.each([
  { what: 'an item that differs', items: [item('a'), item('b', big)], differing: 'P a' },
  { what: 'an item that is missing', items: [item('a', open)], differing: 'P b' },
  { what: 'an item too many', items: [item('a', open), item('b', big), item('c')], differing: 'P c' },
])('names $what from the table', async ({ items, differing }) => {
  await expect(followed(...items)).rejects.toThrow(new Error(`T was not followed: ${differing}`));
});

it('sizes what is stored, with the entries of indexes and a hundred bytes for each', () => {
  const [a = 0, b = 0] = mirror.storedSizes().map(({ bytes }) => bytes);
  const entry = 'pkPskaopenPkOPEN#1openSk2026'.length;
  expect([a, b]).toEqual([2 * (entry + 100), 'pkPskbtext'.length + 1500 + 100]);
});
