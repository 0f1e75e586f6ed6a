import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { StaleDecisionError } from '../../../shared/errors.ts';
import { decideAgain, getAll, transact } from '../../../shared/repositories/table.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const ITEMS = [{ Put: { TableName: 'llavero', Item: { pk: 'a', sk: 'b' } } }];

/** A cancelled transaction as the SDK throws it: one reason per item. */
function cancelled(...codes: string[]): TransactionCanceledException {
  return new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
}

beforeEach(() => dynamodb.reset());

describe('a transaction', () => {
  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    'is tried again after %s',
    async (code) => {
      dynamodb.on(TransactWriteCommand).rejectsOnce(cancelled('None', code)).resolves({});
      await transact(ITEMS);
      expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(2);
    },
  );

  it('is not tried again after a failed condition, whatever else failed with it', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('TransactionConflict', 'ConditionalCheckFailed'));
    await expect(transact(ITEMS)).rejects.toThrow(StaleDecisionError);
    expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(1);
  });

  it('is not tried, and not tried again, from the moment on that what it writes no longer holds', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('TransactionConflict'));
    await expect(transact(ITEMS, { notAfter: new Date(Date.now() - 1).toISOString() })).rejects.toThrow(
      StaleDecisionError,
    );
    expect(dynamodb.commandCalls(TransactWriteCommand)).toHaveLength(0);
    const soon = new Date(Date.now() + 10).toISOString();
    await expect(transact(ITEMS, { notAfter: soon })).rejects.toThrow(StaleDecisionError);
  });

  it('is given up as UNAVAILABLE when contention does not end', async () => {
    dynamodb.on(TransactWriteCommand).rejects(cancelled('TransactionConflict'));
    await expect(transact(ITEMS)).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 1 });
  });

  it.each(['ValidationError', 'ItemCollectionSizeLimitExceeded'])('is not tried again after %s', async (code) => {
    const error = cancelled(code);
    dynamodb.on(TransactWriteCommand).rejects(error);
    await expect(transact(ITEMS)).rejects.toBe(error);
  });

  it('is not tried again where the right to it is missing', async () => {
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    dynamodb.on(TransactWriteCommand).rejects(denied);
    await expect(transact(ITEMS)).rejects.toBe(denied);
  });
});

describe('a decision that lost a race', () => {
  it('is made again on what then is', async () => {
    let version = 0;
    const decided = await decideAgain(async () => {
      version += 1;
      if (version < 3) throw new StaleDecisionError('moved on');
      return version;
    });
    expect(decided).toBe(3);
  });

  it('ends as UNAVAILABLE when it loses every time, and as itself when it is refused', async () => {
    const stale = () => Promise.reject(new StaleDecisionError('moved on'));
    await expect(decideAgain(stale)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const refusal = new Error('refused');
    await expect(decideAgain(() => Promise.reject(refusal))).rejects.toBe(refusal);
  });
});

describe('a batch of reads', () => {
  const key = (index: number) => ({ pk: `p${index}`, sk: 's' });

  it('comes in the order of its keys, with nothing where nothing is, and each key asked once', async () => {
    dynamodb.on(BatchGetCommand).resolves({
      Responses: {
        llavero: [
          { ...key(2), a: 2 },
          { ...key(1), a: 1 },
        ],
      },
    });
    expect(await getAll([key(1), key(3), key(2), key(1)])).toEqual([
      { ...key(1), a: 1 },
      undefined,
      { ...key(2), a: 2 },
      { ...key(1), a: 1 },
    ]);
    expect(dynamodb.commandCalls(BatchGetCommand)[0]?.args[0].input.RequestItems).toEqual({
      llavero: { Keys: [key(1), key(3), key(2)], ConsistentRead: true },
    });
  });

  it('asks again for what DynamoDB left unprocessed, and a hundred at a time', async () => {
    dynamodb
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { llavero: [key(0)] }, UnprocessedKeys: { llavero: { Keys: [key(1)] } } })
      .resolves({ Responses: { llavero: [key(1)] } });
    expect(await getAll([key(0), key(1)])).toEqual([key(0), key(1)]);
    dynamodb.reset();
    dynamodb.on(BatchGetCommand).resolves({ Responses: {} });
    await getAll(Array.from({ length: 150 }, (_, index) => key(index)));
    const sizes = dynamodb
      .commandCalls(BatchGetCommand)
      .map(({ args }) => args[0].input.RequestItems?.llavero?.Keys?.length);
    expect(sizes).toEqual([100, 50]);
  });
});
