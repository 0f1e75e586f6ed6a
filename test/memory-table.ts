import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { Item, Key, TransactItem } from '../shared/repositories/table.ts';

type Values = Record<string, unknown>;

/**
 * The main table in memory, as far as the writes of push endpoints need it: whole transactions on their conditions.
 * An expression that it does not know is thrown.
 */
export class MemoryTable {
  private readonly items = new Map<string, Item>();

  put(item: Key & Item): void {
    this.items.set(idOf(item), item);
  }

  get(key: Key): Item | undefined {
    return this.items.get(idOf(key));
  }

  all(): Item[] {
    return [...this.items.values()];
  }

  /** Removes what is past its time, as DynamoDB does in its own. */
  expire(now: Date): void {
    for (const [id, { ttl }] of this.items) {
      if (typeof ttl === 'number' && ttl * 1000 < now.getTime()) this.items.delete(id);
    }
  }

  transact(writes: readonly TransactItem[]): void {
    const reasons = writes.map((write) => ({ Code: this.holds(write) ? 'None' : 'ConditionalCheckFailed' }));
    if (reasons.some(({ Code }) => Code !== 'None')) {
      throw new TransactionCanceledException({ message: 'said', $metadata: {}, CancellationReasons: reasons });
    }
    for (const { Put, Update } of writes) {
      if (Put) this.put({ ...keyOf(Put.Item), ...Put.Item });
      if (Update) {
        const {
          Key,
          UpdateExpression = '',
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
        } = Update;
        this.put(updated({ ...keyOf(Key), ...this.get(keyOf(Key)) }, UpdateExpression, names ?? {}, values ?? {}));
      }
    }
  }

  private holds({ Put, Update, ConditionCheck }: TransactItem): boolean {
    const write = Put ?? Update ?? ConditionCheck;
    const key = keyOf(Put ? Put.Item : (Update ?? ConditionCheck)?.Key);
    const {
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    } = write ?? {};
    if (condition === undefined) return true;
    return condition.split(' AND ').every((part) => clauseHolds(part, this.get(key) ?? {}, names ?? {}, values ?? {}));
  }
}

const idOf = ({ pk, sk }: Key) => JSON.stringify([pk, sk]);

function keyOf(item: Values | undefined): Key {
  return { pk: String(item?.pk), sk: String(item?.sk) };
}

function clauseHolds(clause: string, item: Values, names: Record<string, string>, values: Values): boolean {
  const alternatives = clause.replace(/^\((.*)\)$/, '$1').split(' OR ');
  if (alternatives.length > 1) return alternatives.some((one) => clauseHolds(one, item, names, values));
  const [, existence, attribute = ''] = /^attribute_(exists|not_exists)\((\w+)\)$/.exec(clause) ?? [];
  if (existence) return attribute in item === (existence === 'exists');
  const [, name = '', operator, value = ''] = /^(#?\w+) (=|<) (:\w+)$/.exec(clause) ?? [];
  const found = item[names[name] ?? name];
  if (operator === '=') return found === values[value];
  if (operator === '<') return Number(found) < Number(values[value]);
  throw new Error(`A condition that the table in memory does not know: ${clause}`);
}

function updated(item: Key & Item, expression: string, names: Record<string, string>, values: Values): Key & Item {
  const [, verb, list = ''] = /^(SET|REMOVE) (.*)$/.exec(expression) ?? [];
  const next: Key & Item = { ...item };
  for (const part of list.split(', ')) {
    const [name = '', value = ''] = part.split(' = ');
    if (verb === 'SET') next[names[name] ?? name] = values[value];
    else if (verb === 'REMOVE') delete next[names[name] ?? name];
    else throw new Error(`An update that the table in memory does not know: ${expression}`);
  }
  return next;
}
