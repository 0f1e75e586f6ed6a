import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Call } from '../world/memory-service.ts';
import { itemKind } from './item-kind.ts';
import type { Fault } from './stage.ts';

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Kind = keyof TransactItem;

interface Conditional {
  readonly ConditionExpression?: string | undefined;
  readonly Item?: object | undefined;
  readonly Key?: object | undefined;
}

const KINDS: readonly Kind[] = ['Put', 'Update', 'Delete', 'ConditionCheck'];

/** A condition of a write, by the use case that writes, what is done to which kind of item, and its text. */
export function conditionName(useCase: string, kind: string, { Item, Key, ConditionExpression }: Conditional): string {
  return `${useCase}: ${kind} ${itemKind(Item ?? Key ?? {})} if ${ConditionExpression}`;
}

/** Notes every condition that is sent, in `seen`, and how often. */
export function noting(seen: Map<string, number>): Fault {
  return {
    alter: (useCase, call) =>
      rewritten(call, (kind, write) => {
        const name = conditionName(useCase, kind, write);
        seen.set(name, (seen.get(name) ?? 0) + 1);
        return write;
      }),
  };
}

/**
 * Removes these conditions: whatever is stored, the write takes place. It comes late, so that others have time to make
 * what was read old.
 */
export function without(removed: ReadonlySet<string>): Fault {
  return {
    lingers: (useCase, call) => {
      let found = false;
      rewritten(call, (kind, write) => {
        found ||= removed.has(conditionName(useCase, kind, write));
        return write;
      });
      return found;
    },
    alter: (useCase, call) =>
      rewritten(call, (kind, write) => {
        if (!removed.has(conditionName(useCase, kind, write))) return write;
        // The text stays, for the sake of the placeholders that are in it alone.
        const always = `attribute_exists(pk) OR attribute_not_exists(pk) OR (${write.ConditionExpression})`;
        return { ...write, ConditionExpression: always };
      }),
  };
}

function rewritten(call: Call, rewrite: <T extends Conditional>(kind: string, write: T) => T): object {
  if (call.service !== 'DynamoDB') return call.input;
  if (call.operation === 'TransactWrite') {
    const input = call.input as TransactWriteCommandInput;
    return { ...input, TransactItems: (input.TransactItems ?? []).map((item) => rewrittenItem(item, rewrite)) };
  }
  const input: Conditional = call.input;
  return input.ConditionExpression ? rewrite(call.operation, input) : call.input;
}

function rewrittenItem(
  item: TransactItem,
  rewrite: <T extends Conditional>(kind: string, write: T) => T,
): TransactItem {
  const kind = KINDS.find((each) => item[each]);
  const write = kind && item[kind];
  return kind && write?.ConditionExpression ? { [kind]: rewrite(kind, write) } : item;
}

/** A condition that is removed, or some that stand in for each other and are removed together. */
export interface Removal {
  readonly name: string;
  readonly conditions: ReadonlySet<string>;
}

/** A token, its changes and its events are written together: of their three conditions each refuses what the others do. */
const RECORD = /: Put (token if #version|event if|change if #version)/;

/** Each of these conditions alone, and of each use case those of the record together. */
export function removals(names: readonly string[]): Removal[] {
  const alone = names.map((name) => ({ name, conditions: new Set([name]) }));
  const records = Map.groupBy(
    names.filter((name) => RECORD.test(name)),
    (name) => name.split(':', 1).join(),
  );
  const together = [...records].map(([useCase, those]) => {
    return { name: `${useCase}: the conditions of token, changes and events together`, conditions: new Set(those) };
  });
  return [...alone, ...together];
}
