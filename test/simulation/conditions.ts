import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Answer, Call } from '../world/memory-service.ts';
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
function conditionName(useCase: string, kind: string, { Item, Key, ConditionExpression }: Conditional): string {
  return `${useCase}: ${kind} ${itemKind(Item ?? Key ?? {})} if ${ConditionExpression}`;
}

/** A write that was refused: under which seed, and by which of its conditions. */
export interface Refusal {
  readonly seed: number;
  readonly conditions: readonly string[];
}

/** The conditions that were sent, and every refusal, of the schedules that were watched. */
export class Watch {
  readonly sent = new Set<string>();
  readonly refusals: Refusal[] = [];

  /** For a schedule of this seed: changes nothing, and notes what is sent and refused. */
  of(seed: number): Fault {
    return {
      alter: (useCase, call) => {
        for (const name of conditionNames(useCase, call)) if (name !== undefined) this.sent.add(name);
        return call.input;
      },
      answered: (useCase, call, answer) => {
        const conditions = refusedBy(useCase, call, answer);
        if (conditions.length > 0) this.refusals.push({ seed, conditions });
      },
    };
  }

  /** The seeds under which these conditions, and no others, refused a write; each once. */
  seedsRefusedBy(removed: ReadonlySet<string>): number[] {
    const alone = this.refusals.filter(({ conditions }) => conditions.every((name) => removed.has(name)));
    return [...new Set(alone.map(({ seed }) => seed))];
  }
}

function refusedBy(useCase: string, call: Call, answer: Answer): string[] {
  const error = 'error' in answer ? answer.error : undefined;
  const names = conditionNames(useCase, call);
  if (error instanceof ConditionalCheckFailedException) return names.filter((name) => name !== undefined);
  if (!(error instanceof TransactionCanceledException)) return [];
  return (error.CancellationReasons ?? []).flatMap(({ Code }, index) =>
    Code === 'ConditionalCheckFailed' ? (names[index] ?? []) : [],
  );
}

/** The condition of each write of a call, undefined of a write that has none. */
function conditionNames(useCase: string, call: Call): (string | undefined)[] {
  const names: (string | undefined)[] = [];
  rewritten(call, (kind, write) => {
    names.push(write.ConditionExpression ? conditionName(useCase, kind, write) : undefined);
    return write;
  });
  return names;
}

/** Removes these conditions: whatever is stored, the write takes place. */
export function without(removed: ReadonlySet<string>): Fault {
  return {
    alter: (useCase, call) =>
      rewritten(call, (kind, write) => {
        if (!removed.has(conditionName(useCase, kind, write))) return write;
        // The text stays, for the sake of the placeholders that are in it alone.
        const always = `attribute_exists(pk) OR attribute_not_exists(pk) OR ${write.ConditionExpression}`;
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
  return kind && write ? { [kind]: rewrite(kind, write) } : item;
}

/** A condition that is removed, or some that stand in for each other and are removed together. */
export interface Removal {
  readonly name: string;
  readonly conditions: ReadonlySet<string>;
}

/** Items that are written together, a company's with its events among them: each refuses what the others do. */
export const RECORD = /: Put (token if #version|event if|change if|company if)/;

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
