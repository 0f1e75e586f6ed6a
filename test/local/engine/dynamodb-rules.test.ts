import { engineAnswers } from './engine-answers.ts';

const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
const keys = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' },
  { AttributeName: sort, KeyType: 'RANGE' },
];
const TABLE = {
  TableName: 'table',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'listPk', 'listSk', 'wholePk', 'wholeSk'].map(attribute),
  KeySchema: keys('pk', 'sk'),
  GlobalSecondaryIndexes: [
    { IndexName: 'list', KeySchema: keys('listPk', 'listSk'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    { IndexName: 'whole', KeySchema: keys('wholePk', 'wholeSk'), Projection: { ProjectionType: 'ALL' } },
  ],
};

const TableName = 'table';
const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
const other = (name: string) => ({ ...Key, sk: { S: name } });
/** An action with the values that its expressions name. */
const valued = (action: Readonly<Record<string, unknown>>, value: object) => {
  const named = Object.entries(action).flatMap(([member, text]) =>
    member.endsWith('Expression') ? [...String(text).matchAll(/:\w+/g)].map(([name]) => [name, value]) : [],
  );
  return {
    TableName,
    ...action,
    ...(named.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(named) } : {}),
  };
};
const put = (attribute: string, bytes: number) => ({
  TableName,
  Item: { ...Key, [attribute]: { S: 'ñ'.repeat(bytes / 2) + 'x'.repeat(bytes % 2) } },
});
const update = (UpdateExpression: string, value: object = { S: 'v' }, more: object = {}) =>
  valued({ Key, UpdateExpression, ...more }, value);
const check = (ConditionExpression: string, key = Key) => valued({ Key: key, ConditionExpression }, { S: 'v' });
const query = (FilterExpression: string, more: object = {}) =>
  valued(
    { KeyConditionExpression: `${'IndexName' in more ? `${more.IndexName}Pk` : 'pk'} = :v`, FilterExpression, ...more },
    { S: 'v' },
  );
const either = (operators: number) => Array.from({ length: (operators + 1) / 2 }, () => 'a <> :v').join(' OR ');
const sum = (operators: number) => Array.from({ length: operators + 1 }, () => ':v').join(' + ');
const inList = (operands: number) => `a IN (${Array.from({ length: operands }, (_, n) => `:v${n}`).join(', ')})`;
const inTransaction = (kind: string, action: object) => ({
  TransactItems: [{ ConditionCheck: check('a <> :v', other('checked')) }, { [kind]: action }],
});
const inBatch = (action: { Item: object }) => ({
  RequestItems: { [TableName]: [{ DeleteRequest: { Key: other('gone') } }, { PutRequest: { Item: action.Item } }] },
});

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
    update('SET a = :v, listSk = :v', { S: 'x'.repeat(1025) }),
    tooLong('listSk', 1025, 'list'),
    update('SET a = :v', { S: 'x'.repeat(1025) }),
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
    update('SET #s.b[0] = :v REMOVE c, a', { S: 'v' }, { ExpressionAttributeNames: { '#s': 'a' } }),
    overlap('UpdateExpression', 'a, b, [0]', 'a'),
    update('SET m.b[0] = :v REMOVE m.b[1], m.c'),
  ],
  [
    'a transaction changes no path twice',
    'TransactWriteItems',
    inTransaction('Update', update('ADD n :v DELETE n :v', { NS: ['1'] })),
    overlap('UpdateExpression', 'n', 'n'),
    inTransaction('Update', update('ADD n :v DELETE o :v', { NS: ['1'] })),
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
    update(`SET n = ${sum(301)}`, { N: '1' }),
    operators('UpdateExpression'),
    update(`SET n = ${sum(300)}`, { N: '1' }),
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

/** The refusal of each call, in turn with its twin's; undefined where the engine takes it. */
let refusals: (string | undefined)[];

beforeAll(async () => {
  const m = { M: { b: { L: [{ S: 'one' }, { S: 'two' }] }, c: { S: 'c' } } };
  const calls = [
    { operation: 'CreateTable', body: TABLE },
    ...RULES.flatMap(([, operation, refused, , accepted]) => [
      { operation: 'PutItem', body: { TableName, Item: { ...Key, m } } },
      { operation, body: refused },
      { operation, body: accepted },
    ]),
    { operation: 'Scan', body: valued({ FilterExpression: 'begins_with(sk, :v)' }, { S: 'v' }) },
  ];
  const answers = await engineAnswers(
    calls.map(({ operation, body }) => ({ service: 'dynamodb', operation, body: JSON.stringify(body) })),
  );
  refusals = answers.map(({ status, body }) => (status === 200 ? undefined : JSON.parse(body)));
});

it.each(RULES.map((rule, index) => [...rule, 1 + index * 3] as const))(
  '%s (%s)',
  (_, __, ___, message, ____, first) => {
    expect(refusals.slice(first, first + 3)).toEqual([
      undefined,
      { __type: 'ValidationException', message },
      undefined,
    ]);
  },
);

it('a scan may filter on keys', () => {
  expect(refusals.at(-1)).toBeUndefined();
});
