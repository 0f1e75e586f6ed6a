import { TableMirror } from '../../bench/capacity/measure/table-mirror.ts';
import { updated } from '../../bench/capacity/measure/update-expression.ts';

const INDEX = { name: 'open', partition: 'openPk', sort: 'openSk' };
const item = (sk: string, members = {}) => ({ pk: { S: 'P' }, sk: { S: sk }, ...members });
const open = { openPk: { S: 'OPEN#1' }, openSk: { S: '2026' } };
const big = { text: { S: 'x'.repeat(1500) } };

let mirror: TableMirror;
beforeEach(() => {
  mirror = new TableMirror([{ tableName: 'T', label: 'main', indexes: [INDEX] }]);
  mirror.load('T', [item('a', open), item('b', big)]);
});

const write = (operation: string, request: object, status = 200) => mirror.apply({ operation, request, status });
const listUnits = (touches: ReturnType<typeof write>) =>
  touches.map(({ target, read, write }) => [target, read, write]);

describe('what a call consumes', () => {
  it('of a write in a transaction is twice, of its index once, of a check what a write is', () => {
    const touches = write('TransactWriteItems', {
      TransactItems: [
        { Put: { TableName: 'T', Item: item('a', big) } },
        { ConditionCheck: { TableName: 'T', Key: item('b') } },
        { Delete: { TableName: 'T', Key: item('c') } },
      ],
    });
    expect(listUnits(touches)).toEqual([
      ['main', 0, 4],
      ['main/open', 0, 1],
      ['main', 0, 4],
      ['main', 0, 2],
    ]);
  });

  it('of an update is by the larger of before and after', () => {
    const update = {
      TableName: 'T',
      Key: item('b'),
      UpdateExpression: 'REMOVE #text',
      ExpressionAttributeNames: { '#text': 'text' },
    };
    expect(listUnits(write('UpdateItem', update))).toEqual([['main', 0, 2]]);
    expect(mirror.differences('T', [item('a', open), item('b')])).toEqual([]);
  });

  it('of a refused write is as if it had been made, and nothing changes', () => {
    expect(listUnits(write('PutItem', { TableName: 'T', Item: item('b') }, 400))).toEqual([['main', 0, 2]]);
    expect(mirror.differences('T', [item('a', open), item('b', big)])).toEqual([]);
  });

  it('of a filtered query is what it read, not what it gave', () => {
    const request = {
      TableName: 'T',
      KeyConditionExpression: 'pk = :p AND begins_with(sk, :s)',
      FilterExpression: 'attribute_exists(nothing)',
      ExpressionAttributeValues: { ':p': { S: 'P' }, ':s': { S: '' } },
      ConsistentRead: true,
    };
    mirror.load(
      'T',
      [1, 2, 3].map((each) => item(String(each), big)),
    );
    const [touch] = mirror.apply({ operation: 'Query', request, status: 200, answer: { Items: [], ScannedCount: 3 } });
    expect(touch).toMatchObject({ target: 'main', read: 2, write: 0 });
  });

  it('of a batch is each item by itself, one that is not there included', () => {
    const request = { RequestItems: { T: { Keys: [item('a'), item('none')], ConsistentRead: true } } };
    expect(listUnits(mirror.apply({ operation: 'BatchGetItem', request, status: 200 }))).toEqual([
      ['main', 1, 0],
      ['main', 1, 0],
    ]);
  });

  it.each([
    { what: 'another operation', operation: 'PutItems', request: {} },
    { what: 'another table', operation: 'PutItem', request: { TableName: 'U', Item: item('a') } },
  ])('is not guessed for $what', ({ operation, request }) => {
    expect(() => write(operation, request)).toThrow('does not');
  });
});

it.each([
  { what: 'an item that differs', items: [item('a'), item('b', big)], differing: ['P a'] },
  { what: 'an item that is missing', items: [item('a', open)], differing: ['P b'] },
  { what: 'an item too many', items: [item('a', open), item('b', big), item('c')], differing: ['P c'] },
])('names $what from the table', ({ items, differing }) => {
  expect(mirror.differences('T', items)).toEqual(differing);
});

describe('an update', () => {
  const values = { ':v': { S: 'new' }, ':w': { S: 'first' }, ':one': { N: '1' } };
  const update = (UpdateExpression: string) =>
    updated(item('a', { old: { S: 'x' }, n: { N: '2' } }), {
      Key: item('a'),
      UpdateExpression,
      ExpressionAttributeValues: values,
    });

  it('sets, keeps what was there, adds and removes', () => {
    expect(update('SET old = :v, fresh = if_not_exists(fresh, :w), n = if_not_exists(n, :w)')).toEqual(
      item('a', { old: { S: 'new' }, fresh: { S: 'first' }, n: { N: '2' } }),
    );
    expect(update('ADD n :one REMOVE old')).toEqual(item('a', { n: { N: '3' } }));
  });

  it('of a form that is not known is refused', () => {
    expect(() => update('SET old = list_append(old, :v)')).toThrow('does not know');
  });
});
