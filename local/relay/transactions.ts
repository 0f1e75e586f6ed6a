import * as z from 'zod';
import { errorAnswer, type WireAnswer } from './error-answer.ts';
import { parseJson } from './parse-json.ts';
import type { AwsCall } from './recognise-call.ts';

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

/** A transaction that has come in: refused, or under way until `end` is called. */
export interface Begun {
  readonly refusal?: WireAnswer;
  readonly end: () => void;
}

const SINGLE_WRITES = ['PutItem', 'UpdateItem', 'DeleteItem'];
const nothing = () => undefined;

/**
 * Keeps a rule of DynamoDB that the engine does not have. While a transaction is under way, a write of one of its items
 * is refused with `TransactionConflictException`. Another transaction with one of them is cancelled. Reads other than
 * `TransactGetItems` go on.
 */
export class Transactions {
  private readonly underWay = new Set<Transaction>();

  /** Begins a transaction as it comes in; any other call begins none. */
  begin(call: AwsCall, body: Buffer | undefined): Begun {
    const isTransaction = call.operation === 'TransactWriteItems' || call.operation === 'TransactGetItems';
    const request = call.service === 'dynamodb' && isTransaction ? parseJson(body) : undefined;
    const parsed = transactionSchema.safeParse(request);
    if (!parsed.success) return { end: nothing };
    const { ClientRequestToken: token, TransactItems } = parsed.data;
    if (token !== undefined && [...this.underWay].some((other) => other.token === token)) {
      return { refusal: errorAnswer(call, { code: 'TransactionInProgressException' }), end: nothing };
    }
    const items = TransactItems.flatMap((item) => Object.values(item).map(buildItemId));
    const conflicts = items.map((item) => this.isHeld(item));
    if (conflicts.includes(true)) return { refusal: cancelled(call, conflicts), end: nothing };
    if (call.operation === 'TransactGetItems') return { end: nothing };
    const transaction = { token, items };
    this.underWay.add(transaction);
    return { end: () => void this.underWay.delete(transaction) };
  }

  /** The refusal of a write of one item that a transaction under way has; undefined for any other call. */
  refusalOfWrite(call: AwsCall, body: Buffer | undefined): WireAnswer | undefined {
    if (call.service !== 'dynamodb' || !SINGLE_WRITES.includes(call.operation)) return undefined;
    const action = actionSchema.safeParse(parseJson(body));
    if (!action.success || !this.isHeld(buildItemId(action.data))) return undefined;
    return errorAnswer(call, {
      code: 'TransactionConflictException',
      message: 'Transaction is ongoing for the item',
    });
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

/** The answer to a cancelled transaction: a reason for each of its items. */
function cancelled(call: AwsCall, conflicts: readonly boolean[]): WireAnswer {
  const conflict = { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' };
  const CancellationReasons = conflicts.map((conflicting) => (conflicting ? conflict : { Code: 'None' }));
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const code = 'TransactionCanceledException';
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  const answer = errorAnswer(call, { code, message });
  return { ...answer, body: JSON.stringify({ __type: code, Message: message, CancellationReasons }) };
}
