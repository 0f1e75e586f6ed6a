import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { order } from './attribute-values.ts';

/** An expression with the values that its placeholders stand for. */
interface Expression {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A command to be sent by two clients. */
export interface Command {
  readonly operation: string;
  readonly input: object;
  readonly sendBy: (client: DynamoDBDocumentClient) => Promise<object>;
}

/** Commands for a table of `pk` and `sk` with the product's index `list`, all within one partition of it. */
export function generatedCommands(table: string, pk: string): fc.Arbitrary<Command> {
  const key = fc.constantFrom('a', 'b', 'c').map((sk) => ({ pk, sk }));
  const item = fc
    .tuple(key, attributes, fc.option(fc.constantFrom('x', 'y'), { nil: undefined }))
    .map(([its, rest, listSk]) => ({ ...rest, ...its, ...(listSk ? { listPk: pk, listSk } : {}) }));
  const base = { TableName: table };
  const put = fc.tuple(item, fc.option(condition, { nil: undefined })).map(([Item, its]) => ({
    ...base,
    Item,
    ...bound({ ConditionExpression: its }),
  }));
  const change = fc.tuple(key, update, fc.option(condition, { nil: undefined })).map(([Key, its, when]) => {
    const expressions = bound({ UpdateExpression: its, ConditionExpression: when });
    return { ...base, Key, ...expressions, UpdateExpression: expressions.UpdateExpression ?? '' };
  });
  const deletion = fc.tuple(key, fc.option(condition, { nil: undefined })).map(([Key, its]) => ({
    ...base,
    Key,
    ...bound({ ConditionExpression: its }),
  }));
  const check = fc.tuple(key, condition).map(([Key, its]) => {
    const expressions = bound({ ConditionExpression: its });
    return { ...base, Key, ...expressions, ConditionExpression: expressions.ConditionExpression ?? '' };
  });
  const transactItem = fc.oneof(
    put.map((Put) => ({ Put })),
    change.map((Update) => ({ Update })),
    deletion.map((Delete) => ({ Delete })),
    check.map((ConditionCheck) => ({ ConditionCheck })),
  );
  return fc.oneof(
    {
      weight: 3,
      arbitrary: put.map((input) => {
        return {
          operation: 'Put',
          input,
          sendBy: (client: DynamoDBDocumentClient) => client.send(new PutCommand(input)),
        };
      }),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(change, fc.constantFrom('ALL_NEW' as const, 'ALL_OLD' as const, undefined))
        .map(([its, ReturnValues]) => {
          const input = { ...its, ReturnValues };
          return {
            operation: 'Update',
            input,
            sendBy: (client: DynamoDBDocumentClient) => client.send(new UpdateCommand(input)),
          };
        }),
    },
    {
      weight: 1,
      arbitrary: deletion.map((its) => {
        const input = { ...its, ReturnValues: 'ALL_OLD' as const };
        return {
          operation: 'Delete',
          input,
          sendBy: (client: DynamoDBDocumentClient) => client.send(new DeleteCommand(input)),
        };
      }),
    },
    {
      weight: 4,
      arbitrary: fc.array(transactItem, { minLength: 1, maxLength: 3 }).map((TransactItems) => {
        const input = { TransactItems };
        return {
          operation: 'TransactWrite',
          input,
          sendBy: (client: DynamoDBDocumentClient) => client.send(new TransactWriteCommand(input)),
        };
      }),
    },
    {
      weight: 1,
      arbitrary: key.map((Key) => {
        const input = { ...base, Key, ConsistentRead: true };
        return {
          operation: 'Get',
          input,
          sendBy: (client: DynamoDBDocumentClient) => client.send(new GetCommand(input)),
        };
      }),
    },
    {
      weight: 1,
      arbitrary: fc.array(key, { minLength: 1, maxLength: 3 }).map((Keys) => {
        const input = { RequestItems: { [table]: { Keys, ConsistentRead: true } } };
        return {
          operation: 'BatchGet',
          input,
          sendBy: (client: DynamoDBDocumentClient) => client.send(new BatchGetCommand(input)),
        };
      }),
    },
    { weight: 4, arbitrary: generatedQuery(table, pk) },
  );
}

function generatedQuery(table: string, pk: string): fc.Arbitrary<Command> {
  const sort = fc.oneof(
    fc.constant(undefined),
    fc.constantFrom('=', '<', '<=', '>', '>=').map((operator) => `AND #sort ${operator} :b`),
    fc.constant('AND #sort BETWEEN :b AND :c'),
    fc.constant('AND begins_with(#sort, :b)'),
  );
  const filter = fc.option(condition, { nil: undefined });
  const limit = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined });
  return fc
    .tuple(sort, filter, limit, fc.boolean(), fc.option(fc.constantFrom('a', 'b'), { nil: undefined }), fc.boolean())
    .map(([sorted, filtered, Limit, ScanIndexForward, after, byList]) => {
      const { ExpressionAttributeNames, ExpressionAttributeValues, ...rest } = bound({
        // The engine filters by attributes that a KEYS_ONLY index does not have.
        FilterExpression: byList ? undefined : filtered,
      });
      const keys = byList ? BY_LIST : BY_KEY;
      const { names, values } = keyPlaceholders(keys, pk, sorted);
      const input = {
        TableName: table,
        ...keys.read,
        KeyConditionExpression: `#partition = :a ${sorted ?? ''}`,
        ...rest,
        ExpressionAttributeNames: { ...ExpressionAttributeNames, ...names },
        ExpressionAttributeValues: { ...ExpressionAttributeValues, ...values },
        ScanIndexForward,
        Limit,
        ...(after ? { ExclusiveStartKey: { pk, sk: after, ...keys.place(pk) } } : {}),
      };
      return {
        operation: 'Query',
        input,
        sendBy: (client: DynamoDBDocumentClient) => client.send(new QueryCommand(input)),
      };
    });
}

/** The keys by which a query finds, in the table or in its index. */
interface Keys {
  readonly read: { readonly ConsistentRead: true } | { readonly IndexName: string };
  readonly partition: string;
  readonly sort: string;
  readonly low: string;
  readonly high: string;
  /** The members of an item's place in the index beside the table's key. */
  readonly place: (pk: string) => object;
}

const BY_KEY: Keys = {
  read: { ConsistentRead: true },
  partition: 'pk',
  sort: 'sk',
  low: 'b',
  high: 'c',
  place: () => ({}),
};
const BY_LIST: Keys = {
  read: { IndexName: 'list' },
  partition: 'listPk',
  sort: 'listSk',
  low: 'x',
  high: 'y',
  place: (pk) => ({ listPk: pk, listSk: 'x' }),
};

/** The placeholders of a key condition, of which `sorted` is the part on the sort key. */
function keyPlaceholders({ partition, sort, low, high }: Keys, pk: string, sorted: string | undefined) {
  return {
    names: { '#partition': partition, ...(sorted ? { '#sort': sort } : {}) },
    values: {
      ':a': pk,
      ...(sorted ? { ':b': low } : {}),
      ...(sorted?.includes(':c') ? { ':c': high } : {}),
    },
  };
}

/** The expressions' placeholders, numbered through all of them: `?` is a value, and `#r` the name `role`. */
function bound<Name extends string>(expressions: Record<Name, Expression | undefined>) {
  const values: Record<string, unknown> = {};
  const texts: Partial<Record<Name, string>> = {};
  let named = false;
  for (const name of Object.keys(expressions) as Name[]) {
    const expression = expressions[name];
    if (!expression) continue;
    let next = 0;
    texts[name] = expression.text.replace(/\?/g, () => {
      const placeholder = `:v${Object.keys(values).length}`;
      values[placeholder] = expression.values[next++];
      return placeholder;
    });
    named ||= expression.text.includes('#r');
  }
  return {
    ...texts,
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
    ...(named ? { ExpressionAttributeNames: { '#r': 'role' } } : {}),
  };
}

const text = fc.constantFrom('', 'a', 'ab', 'b', 'é', '\u{1f511}', '￿');
const number = fc.constantFrom(-1, 0, 1, 2, 2.5, 1e15);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const set = fc.oneof(
  fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }).map((members) => new Set(members)),
  fc.uniqueArray(fc.constantFrom(1, 2, 3), { minLength: 1 }).map((members) => new Set(members)),
);
const list = fc.array(scalar, { maxLength: 3 });
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: set },
  { weight: 1, arbitrary: list },
  { weight: 1, arbitrary: fc.record({ x: scalar, role: scalar }) },
);

/** Names stay of one kind each for the most part, so that conditions and updates meet what they are for. */
const attributes = fc.record(
  { a: value, n: number, role: text, s: set, l: list, m: fc.record({ x: scalar, role: text }, { requiredKeys: [] }) },
  { requiredKeys: [] },
);

const PATHS = ['a', 'n', '#r', 's', 'l', 'm', 'm.x', 'm.#r', 'l[0]', 'l[1]'];
const path = fc.constantFrom(...PATHS).map((name): Expression => ({ text: name, values: [] }));
const given = value.map((its): Expression => ({ text: '?', values: [its] }));

function joined(template: (...texts: string[]) => string, ...parts: readonly Expression[]): Expression {
  return { text: template(...parts.map((part) => part.text)), values: parts.flatMap((part) => part.values) };
}

/** The engine also gives a size to numbers, which AWS does not. */
const sized = fc.constantFrom('#r', 's', 'l', 'm').map((name): Expression => ({ text: `size(${name})`, values: [] }));
const operand = fc.oneof({ weight: 3, arbitrary: path }, { weight: 1, arbitrary: sized });
const comparator = fc.constantFrom('<', '<=', '>', '>=');
const orderedValue = fc.oneof(text, number).map((its): Expression => ({ text: '?', values: [its] }));
const bounds = fc
  .oneof(fc.tuple(text, text), fc.tuple(number, number))
  .map(([low, high]) => ((order(low, high) ?? 0) <= 0 ? [low, high] : [high, low]));

/** Of what AWS refuses by its operands' types, the engine refuses little: conditions are generated that both take. */
const simple: fc.Arbitrary<Expression> = fc.oneof(
  fc
    .tuple(operand, fc.constantFrom('=', '<>'), given)
    .map(([left, operator, right]) => joined((a, b) => `${a} ${operator} ${b}`, left, right)),
  fc
    .tuple(operand, comparator, orderedValue)
    .map(([left, operator, right]) => joined((a, b) => `${a} ${operator} ${b}`, left, right)),
  fc
    .tuple(operand, bounds)
    .map(([its, values]) => joined((a, b) => `${a} ${b}`, its, { text: 'BETWEEN ? AND ?', values })),
  fc.tuple(operand, given, given).map((parts) => joined((a, one, two) => `${a} IN (${one}, ${two})`, ...parts)),
  fc
    .tuple(fc.constantFrom('attribute_exists', 'attribute_not_exists'), path)
    .map(([name, its]) => joined((a) => `${name}(${a})`, its)),
  fc
    .tuple(fc.constantFrom('#r', 'm.#r'), text)
    .map(([its, prefix]): Expression => ({ text: `begins_with(${its}, ?)`, values: [prefix] })),
  fc.tuple(path, given).map((parts) => joined((a, b) => `contains(${a}, ${b})`, ...parts)),
  fc
    .tuple(path, fc.constantFrom('S', 'N', 'SS', 'NS', 'BOOL', 'NULL', 'L', 'M'))
    .map(([its, type]) => joined((a, b) => `attribute_type(${a}, ${b})`, its, { text: '?', values: [type] })),
);

const { condition } = fc.letrec<{ condition: Expression }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: simple },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('condition'), fc.constantFrom('AND', 'OR'), simple)
        .map(([left, word, right]) => joined((a, b) => `(${a}) ${word} ${b}`, left, right)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(simple, tie('condition'))
        .map(([left, right]) => joined((a, b) => `${a} OR NOT ${b}`, left, right)),
    },
  ),
}));

const numbers = number.map((its): Expression => ({ text: '?', values: [its] }));
const lists = list.map((its): Expression => ({ text: '?', values: [its] }));
const sets = set.map((its): Expression => ({ text: '?', values: [its] }));
const assigned: fc.Arbitrary<Expression> = fc.oneof(
  given,
  fc.tuple(path, given).map((parts) => joined((a, b) => `if_not_exists(${a}, ${b})`, ...parts)),
  // The engine also takes operands that are missing, or no numbers or lists, which AWS refuses.
  fc.tuple(numbers, numbers).map((parts) => joined((a, b) => `if_not_exists(n, ${a}) + ${b}`, ...parts)),
  fc.tuple(numbers, numbers).map((parts) => joined((a, b) => `if_not_exists(n, ${a}) - ${b}`, ...parts)),
  fc.tuple(lists, lists).map((parts) => joined((a, b) => `list_append(if_not_exists(l, ${a}), ${b})`, ...parts)),
);

/** At most one action a clause: the engine lets paths overlap, and lets nothing be removed from nothing, as AWS does not. */
const update: fc.Arbitrary<Expression> = fc
  .tuple(
    fc.option(
      fc.tuple(fc.constantFrom('a', 'm.x', 'l[1]'), assigned).map(([name, its]) => {
        return joined((b) => `SET ${name} = ${b}`, its);
      }),
      { nil: undefined },
    ),
    fc.option(
      fc.oneof(fc.tuple(fc.constant('n'), numbers), fc.tuple(fc.constant('s'), sets)).map(([name, its]) => {
        return joined((b) => `ADD ${name} ${b}`, its);
      }),
      { nil: undefined },
    ),
    fc.option(
      fc.constantFrom('b', '#r').map((name): Expression => ({ text: `REMOVE ${name}`, values: [] })),
      {
        nil: undefined,
      },
    ),
  )
  .map((clauses) => clauses.filter((clause) => clause !== undefined))
  .filter((clauses) => clauses.length > 0)
  .map((clauses) => joined((...texts) => texts.join(' '), ...clauses));
