import * as z from 'zod';
import type { AwsCall } from './aws-call.ts';
import type { ServiceError } from './error-answer.ts';
import { parseJson } from './parse-json.ts';

/** An item's key: in every table of this product `pk` and `sk`, so that a whole item that is put tells its own too. */
const keySchema = z.object({ pk: z.unknown(), sk: z.unknown() });
const actionSchema = z.object({ TableName: z.string(), Key: keySchema.optional(), Item: keySchema.optional() });
const transactionSchema = z.object({
  ClientRequestToken: z.string().optional(),
  TransactItems: z.array(z.record(z.string(), actionSchema)),
});

interface Transaction {
  readonly token: string | undefined;
  readonly items: readonly string[];
}

/** A transaction that has come in: refused, or under way until `end` is called; neither for any other call. */
interface Begun {
  readonly refusal?: ServiceError;
  readonly end?: () => void;
}

const SINGLE_WRITES = ['PutItem', 'UpdateItem', 'DeleteItem'];

/**
 * Keeps a rule of DynamoDB that the engine does not have. While a transaction is under way, a write of one of its items
 * is refused with `TransactionConflictException`. Another transaction with one of them is cancelled. Reads other than
 * `TransactGetItems` go on.
 */
export class Transactions {
  private readonly underWay = new Set<Transaction>();

  /** Begins a transaction as it comes in; any other call begins none. */
  begin({ operation }: AwsCall, body: Buffer | undefined): Begun {
    if (operation !== 'TransactWriteItems' && operation !== 'TransactGetItems') return {};
    const request = transactionSchema.safeParse(parseJson(body)).data;
    if (!request) return {};
    const { ClientRequestToken: token, TransactItems } = request;
    if (token !== undefined && [...this.underWay].some((other) => other.token === token)) {
      return { refusal: { code: 'TransactionInProgressException' } };
    }
    const items = TransactItems.flatMap((item) => Object.values(item).map(buildItemId));
    const conflicts = items.map((item) => this.isHeld(item));
    if (conflicts.includes(true)) return { refusal: cancellation(conflicts) };
    if (operation === 'TransactGetItems') return {};
    const transaction = { token, items };
    this.underWay.add(transaction);
    return { end: () => this.underWay.delete(transaction) };
  }

  /** The refusal of a write of one item that a transaction under way has; undefined for any other call. */
  refusalOfWrite({ operation }: AwsCall, body: Buffer | undefined): ServiceError | undefined {
    if (this.underWay.size === 0 || !SINGLE_WRITES.includes(operation)) return undefined;
    const action = actionSchema.safeParse(parseJson(body)).data;
    if (!action || !this.isHeld(buildItemId(action))) return undefined;
    return { code: 'TransactionConflictException', message: 'Transaction is ongoing for the item' };
  }

  private isHeld(item: string): boolean {
    return [...this.underWay].some(({ items }) => items.includes(item));
  }
}

function buildItemId({ TableName, Key, Item }: z.infer<typeof actionSchema>): string {
  const { pk, sk } = Key ?? Item ?? {};
  // A table may be named by its ARN, too.
  return JSON.stringify([TableName.split('/').at(-1), pk, sk]);
}

/** The error of a cancelled transaction: a reason for each of its items. */
function cancellation(conflicts: readonly boolean[]): ServiceError {
  const conflict = { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' };
  const CancellationReasons = conflicts.map((conflicting) => (conflicting ? conflict : { Code: 'None' }));
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  return {
    code: 'TransactionCanceledException',
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    more: { CancellationReasons },
  };
}

/** The error of a transaction that is cancelled by a fault: a conflict on its first item. */
export function firstItemCancelled(body: Buffer | undefined): ServiceError {
  const request = z.object({ TransactItems: z.array(z.unknown()) }).safeParse(parseJson(body)).data;
  return cancellation((request?.TransactItems ?? [{}]).map((_, index) => index === 0));
}
