import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { takePlace } from '../../../shared/repositories/windows.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const KEY = { pk: 'USER#u', sk: 'DEVICE#d' };
const LIMIT = { limit: 3, seconds: 600 };
const take = () => takePlace(KEY, 'pushed', LIMIT, new Date(), { create: false, once: 'change-2' });

/** DynamoDB refuses the condition, and shows the item that there is. */
function refusedBy(item?: Record<string, unknown>): void {
  dynamodb.on(UpdateCommand).rejects(
    new ConditionalCheckFailedException({
      message: 'said',
      $metadata: {},
      ...(item ? { Item: marshall(item) } : {}),
    }),
  );
}

beforeEach(() => dynamodb.reset());

it('takes a place, and notes what for, in one write', async () => {
  const item = { ...KEY, pushed1: 1, pushed1For: 'change-2' };
  dynamodb.on(UpdateCommand).resolves({ Attributes: item });
  expect(await take()).toEqual(item);
  expect(dynamodb.commandCalls(UpdateCommand)).toHaveLength(1);
});

it.each(['pushed1For', 'pushed3For'])(
  'gives the item, and takes no other place, where %s is the same',
  async (name) => {
    const item = { ...KEY, pushed1: 3, pushed2: 2, pushed3: 1, [name]: 'change-2' };
    refusedBy(item);
    expect(await take()).toEqual(item);
  },
);

it('gives nothing where the window is full of others', async () => {
  refusedBy({ ...KEY, pushed1: 3, pushed2: 2, pushed3: 1, pushed1For: 'a', pushed2For: 'b', pushed3For: 'c' });
  expect(await take()).toBeUndefined();
});

it('gives nothing where the item is not there', async () => {
  refusedBy();
  expect(await take()).toBeUndefined();
});
