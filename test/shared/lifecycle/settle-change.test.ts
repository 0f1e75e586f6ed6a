import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { Change, HeldChange } from '../../../shared/domain/change.ts';
import { settleChange, settleChanges, settleToken } from '../../../shared/lifecycle/settle-change.ts';
import { changeKey, tokenKey } from '../../../shared/repositories/keys.ts';
import type { Item, Key } from '../../../shared/repositories/table.ts';
import { storeItems } from '../../fake-table.ts';
import { aHeldChange, aToken, withPending } from '../../fixtures.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
const overdue = (changeId = 'change-1') =>
  aHeldChange({ changeId, tokenId: `token-${changeId}`, createdAt: ago(601) }, { expiresAt: ago(1) });
const tokenWith = (change: HeldChange) => withPending(aToken({ tokenId: change.tokenId }), change);

/** A table of these changes and their tokens, in which a transaction stores what it puts there. */
function store(...changes: HeldChange[]): void {
  let items: (Item & Key)[] = changes.flatMap((change) => [
    { ...change, ...changeKey(change.companyId, change.changeId) },
    { ...tokenWith(change), ...tokenKey(change.companyId, change.tokenId) },
  ]);
  storeItems(dynamodb, items);
  dynamodb.on(TransactWriteCommand).callsFake(({ TransactItems }) => {
    for (const { Put } of TransactItems) {
      if (Put?.TableName !== 'llavero') continue;
      items = [...items.filter(({ pk, sk }) => pk !== Put.Item.pk || sk !== Put.Item.sk), Put.Item];
    }
    storeItems(dynamodb, items);
    return {};
  });
}

/** The transaction is refused, for somebody else has written this meanwhile. */
function loseTo(change: Change): void {
  dynamodb.on(TransactWriteCommand).callsFake(() => {
    storeItems(dynamodb, [
      { ...change, ...changeKey(change.companyId, change.changeId) },
      { ...aToken({ tokenId: change.tokenId }), ...tokenKey(change.companyId, change.tokenId) },
    ]);
    throw new TransactionCanceledException({
      message: 'lost',
      $metadata: {},
      CancellationReasons: [{ Code: 'ConditionalCheckFailed' }],
    });
  });
}

const writes = () => dynamodb.commandCalls(TransactWriteCommand).length;

beforeEach(() => dynamodb.reset());

describe('a change past its time', () => {
  it('is shown as expired only once that is written', async () => {
    const change = overdue();
    store(change);
    const settled = await settleChange(change, new Date());
    expect(settled).toMatchObject({ status: 'EXPIRED', version: 2, outcome: { cause: 'EXPIRED', by: null } });
    const [call] = dynamodb.commandCalls(TransactWriteCommand);
    const puts = call?.args[0].input.TransactItems?.flatMap(({ Put }) => Put ?? []);
    expect(puts?.map(({ ConditionExpression }) => ConditionExpression)).toEqual([
      '#version = :seen',
      '#version = :seen',
      'attribute_not_exists(pk)',
    ]);
    expect(writes()).toBe(1);
  });

  it('is shown as what beat it where the writing loses', async () => {
    const change = overdue();
    store(change);
    loseTo({ ...change, status: 'AUTHORIZED', version: 2 });
    expect((await settleChange(change, new Date())).status).toBe('AUTHORIZED');
  });

  it('is not shown at all where it cannot be written', async () => {
    const change = overdue();
    store(change);
    dynamodb.on(TransactWriteCommand).rejects(new Error('unreachable'));
    await expect(settleChange(change, new Date())).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 1 });
    await expect(settleToken(tokenWith(change), new Date())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('is left out of its token only once that is written', async () => {
    const change = overdue();
    store(change);
    const settled = await settleToken(tokenWith(change), new Date());
    expect([settled.pendingChange, settled.version]).toEqual([null, tokenWith(change).version + 1]);
  });

  it('costs a page one transaction each, and the others nothing', async () => {
    const changes = ['a', 'b', 'c'].map((changeId) => overdue(changeId));
    store(...changes);
    const open = aHeldChange({ changeId: 'open', createdAt: ago(1) }, { expiresAt: ago(-600) });
    const settled = await settleChanges(
      [...changes, open].map((change) => ({ change })),
      new Date(),
    );
    expect(settled.map(({ change }) => [change.changeId, change.status])).toEqual([
      ['a', 'EXPIRED'],
      ['b', 'EXPIRED'],
      ['c', 'EXPIRED'],
      ['open', 'PENDING_AUTHORIZATION'],
    ]);
    expect(writes()).toBe(3);
  });
});

describe('any other change', () => {
  it.each<[string, Change['status'], string]>([
    ['held', 'PENDING_AUTHORIZATION', ago(-600)],
    ['authorized, however long ago', 'AUTHORIZED', ago(600)],
  ])('that is %s is shown as it was read, by itself and on its token, with no call', async (_, status, expiresAt) => {
    const change = aHeldChange({ status }, { expiresAt });
    const token = tokenWith(change);
    expect(await settleChange(change, new Date())).toBe(change);
    expect(await settleToken(token, new Date())).toBe(token);
    expect(dynamodb.calls()).toEqual([]);
  });
});
