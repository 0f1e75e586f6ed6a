import { type Relay, startRelay } from '../../../local/relay/relay.ts';
import { startFakeEngine } from './fake-engine.ts';

const keys = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];
const Table = {
  KeySchema: keys('pk', 'sk'),
  GlobalSecondaryIndexes: [
    { IndexName: 'list', KeySchema: keys('listPk', 'listSk'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    { IndexName: 'whole', KeySchema: keys('wholePk', 'wholeSk'), Projection: { ProjectionType: 'ALL' } },
  ],
};

let engine: Awaited<ReturnType<typeof startFakeEngine>>;
let relay: Relay;

beforeAll(async () => {
  engine = await startFakeEngine(({ headers }) =>
    headers['x-amz-target'] === 'DynamoDB_20120810.DescribeTable' ? { body: JSON.stringify({ Table }) } : undefined,
  );
  relay = await startRelay({ port: 0, enginePort: engine.port, origins: [] });
});

afterAll(async () => {
  await relay.close();
  await engine.close();
});

const TableName = 'table';
const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
const value = (S: string) => ({ ExpressionAttributeValues: { ':v': { S } } });
const put = (attribute: string, bytes: number) => ({
  TableName,
  Item: { ...Key, [attribute]: { S: 'ñ'.repeat(bytes / 2) + 'x'.repeat(bytes % 2) } },
});
const update = (UpdateExpression: string, more: object = value('v')) => ({ TableName, Key, UpdateExpression, ...more });
const check = (ConditionExpression: string) => ({ TableName, Key, ConditionExpression, ...value('v') });
const query = (FilterExpression: string, more: object = {}) => ({
  TableName,
  KeyConditionExpression: 'pk = :v',
  FilterExpression,
  ...value('v'),
  ...more,
});
const either = (operators: number) => Array.from({ length: (operators + 1) / 2 }, () => 'a = :v').join(' OR ');
const sum = (operators: number) => Array.from({ length: operators + 1 }, () => ':v').join(' + ');
const inList = (operands: number) => `a IN (${Array.from({ length: operands }, (_, n) => `:v${n}`).join(', ')})`;
const inTransaction = (kind: string, action: object) => ({
  TransactItems: [{ ConditionCheck: check('a = :v') }, { [kind]: action }],
});
const inBatch = (action: { Item: object }) => ({
  RequestItems: { [TableName]: [{ DeleteRequest: { Key } }, { PutRequest: { Item: action.Item } }] },
});

/** The refusal of a call, or how it went on to the engine. */
async function send(operation: string, body: object): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${relay.port}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` },
    body: JSON.stringify(body),
  });
  const { __type: type, message } = JSON.parse(await answer.text());
  return answer.status === 200 ? 'passed on' : `${answer.status} ${type}: ${message}`;
}

const tooLong = (attribute: string, size: number, index: string) =>
  `One or more parameter values were invalid: Size limit exceeded for Index Key ${attribute} Actual Size: ${size} bytes Max Size: ${size - 1} bytes IndexName: ${index}`;
const overlap = (kind: string, one: string, two: string) =>
  `Invalid ${kind}: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [${one}], path two: [${two}]`;
const operators = (kind: string) => `Invalid ${kind}: The expression contains too many operators; operator count: 301`;
const onKey = (key: string) =>
  `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`;
const wholeItems =
  'One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index list because its projection type is not ALL';

/** Of each rule: the operation, what is refused with which words, and its twin that goes on. */
const RULES: readonly [rule: string, operation: string, refused: object, message: string, accepted: object][] = [
  [
    'a sort key of an index has at most 1,024 bytes',
    'PutItem',
    put('listSk', 1025),
    tooLong('listSk', 1025, 'list'),
    put('listSk', 1024),
  ],
  [
    'a partition key of an index has at most 2,048 bytes',
    'PutItem',
    put('wholePk', 2049),
    tooLong('wholePk', 2049, 'whole'),
    put('wholePk', 2048),
  ],
  ['what is no key may be longer', 'PutItem', put('listSk', 1025), tooLong('listSk', 1025, 'list'), put('note', 4000)],
  [
    'an update is held to the size of index keys',
    'UpdateItem',
    update('SET a = :w, listSk = :v', value('x'.repeat(1025))),
    tooLong('listSk', 1025, 'list'),
    update('SET a = :v', value('x'.repeat(1025))),
  ],
  [
    'a transaction is held to the size of index keys',
    'TransactWriteItems',
    inTransaction('Put', put('listSk', 1025)),
    tooLong('listSk', 1025, 'list'),
    inTransaction('Put', put('listSk', 1024)),
  ],
  [
    'a batch is held to the size of index keys',
    'BatchWriteItem',
    inBatch(put('listSk', 1025)),
    tooLong('listSk', 1025, 'list'),
    inBatch(put('listSk', 1024)),
  ],
  [
    'an update gives no attribute two values',
    'UpdateItem',
    update('SET a = :v, b = if_not_exists(c, :v), a = :v'),
    overlap('UpdateExpression', 'a', 'a'),
    update('SET a = :v, b = if_not_exists(a, :v)'),
  ],
  [
    'an update changes no part of what it changes whole',
    'UpdateItem',
    update('SET #s.b[0] = :v REMOVE c, a', { ...value('v'), ExpressionAttributeNames: { '#s': 'a' } }),
    overlap('UpdateExpression', 'a, b, [0]', 'a'),
    update('SET a.b[0] = :v REMOVE a.b[1], a.c'),
  ],
  [
    'a transaction changes no path twice',
    'TransactWriteItems',
    inTransaction('Update', update('ADD a :v DELETE a :v')),
    overlap('UpdateExpression', 'a', 'a'),
    inTransaction('Update', update('ADD a :v DELETE b :v')),
  ],
  [
    'a projection has no path twice',
    'TransactGetItems',
    { TransactItems: [{ Get: { TableName, Key, ProjectionExpression: 'a.b, a' } }] },
    overlap('ProjectionExpression', 'a, b', 'a'),
    { TransactItems: [{ Get: { TableName, Key, ProjectionExpression: 'a.b, a.c' } }] },
  ],
  [
    'a condition has at most 300 operators',
    'TransactWriteItems',
    inTransaction('ConditionCheck', check(either(301))),
    operators('ConditionExpression'),
    inTransaction('ConditionCheck', check(either(299))),
  ],
  [
    'functions and ranges count as operators',
    'Query',
    query(`${either(297)} AND NOT begins_with(a, :v) AND a BETWEEN :v AND :v`),
    operators('FilterExpression'),
    query(`${either(297)} AND begins_with(a, :v)`),
  ],
  [
    'an update has at most 300 operators, its assignments not counted',
    'UpdateItem',
    update(`SET a = ${sum(301)}`),
    operators('UpdateExpression'),
    update(`SET a = ${sum(300)}`),
  ],
  [
    'a list of IN has at most 100 operands',
    'Query',
    query(`b = :v OR ${inList(101)}`),
    'Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101',
    query(inList(100)),
  ],
  [
    'a query filters on no key of its table',
    'Query',
    query('begins_with(#s, :v)', { ExpressionAttributeNames: { '#s': 'sk' } }),
    onKey('sk'),
    query('begins_with(#s, :v) AND contains(listSk, :v)', { ExpressionAttributeNames: { '#s': 'sku' } }),
  ],
  [
    'a query filters on no key of its index',
    'Query',
    query('a = :v OR listSk > :v', { IndexName: 'list' }),
    onKey('listSk'),
    query('a = :v OR sk > :v', { IndexName: 'list' }),
  ],
  [
    'all attributes are read from an index that has them all',
    'Query',
    query('a = :v', { IndexName: 'list', Select: 'ALL_ATTRIBUTES' }),
    wholeItems,
    query('a = :v', { IndexName: 'whole', Select: 'ALL_ATTRIBUTES' }),
  ],
];

it.each(RULES)('%s (%s)', async (_, operation, refused, message, accepted) => {
  const before = engine.received.length;
  expect(await send(operation, refused)).toBe(`400 ValidationException: ${message}`);
  expect(engine.received.slice(before).filter(({ headers }) => headers['x-amz-target']?.includes(operation))).toEqual(
    [],
  );
  expect(await send(operation, accepted)).toBe('passed on');
});

it('a scan may filter on keys', async () => {
  expect(await send('Scan', { TableName, FilterExpression: 'begins_with(sk, :v)', ...value('v') })).toBe('passed on');
});

it('reads a table’s indexes once, and again when tables have changed', async () => {
  const described = () =>
    engine.received.filter(({ headers }) => String(headers['x-amz-target']).endsWith('DescribeTable'));
  await send('PutItem', put('note', 4000));
  const before = described().length;
  await send('PutItem', put('note', 4000));
  expect(described()).toHaveLength(before);
  await send('UpdateTable', { TableName });
  await send('PutItem', put('note', 4000));
  expect(described()).toHaveLength(before + 1);
});
