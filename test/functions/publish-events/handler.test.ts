import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBRecord } from 'aws-lambda';
import { standIn, stopStandingIn } from '../../world/stand-in.ts';
import { type MemoryWorld, memoryWorld } from '../../world/world.ts';

const HASH = 'ab'.repeat(32);

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
  standIn(world);
});

afterEach(stopStandingIn);

function aRecord(members: object = {}, eventName: DynamoDBRecord['eventName'] = 'INSERT'): DynamoDBRecord {
  const item = {
    pk: 'COMPANY#DEMO#TOKEN#token-1',
    sk: 'EVENT#000000000007',
    companyId: 'DEMO',
    tokenId: 'token-1',
    holderId: 'user-holder',
    seq: 7,
    type: 'TOKEN_ENROLLED',
    at: '2026-01-05T15:00:00.000Z',
    actor: { type: 'USER', userId: 'user-holder', fullName: 'Demo Titular' },
    details: { deviceId: 'phone-1', to: 'ACTIVE' },
    previousHash: HASH,
    hash: HASH,
    ...members,
  };
  // The image's attribute values are those of the SDK, under another name.
  return { eventName, dynamodb: { NewImage: marshall(item) as NonNullable<DynamoDBRecord['dynamodb']>['NewImage'] } };
}

async function deliver(...Records: DynamoDBRecord[]): Promise<unknown[]> {
  const { handler } = await import('../../../functions/publish-events/handler.ts');
  const context: Pick<Context, 'awsRequestId' | 'getRemainingTimeInMillis'> = {
    awsRequestId: 'run-1',
    getRemainingTimeInMillis: () => 60_000,
  };
  await handler({ Records }, context);
  return world.services.events.taken.map(({ Detail = '' }) => JSON.parse(Detail));
}

it('publishes what joins the record, and neither whom it concerns nor their phone', async () => {
  expect(await deliver(aRecord())).toEqual([
    {
      schema: 'llavero-event/1',
      companyId: 'DEMO',
      tokenId: 'token-1',
      seq: 7,
      type: 'TOKEN_ENROLLED',
      at: '2026-01-05T15:00:00.000Z',
      to: 'ACTIVE',
      previousHash: HASH,
      hash: HASH,
    },
  ]);
});

it('publishes an event of the company itself as one of no token', async () => {
  expect(
    await deliver(aRecord({ tokenId: '-', type: 'POLICY_CHANGED', details: { from: 'REQUESTER', to: 'HOLDER' } })),
  ).toEqual([expect.objectContaining({ tokenId: null, seq: 7, from: 'REQUESTER', to: 'HOLDER' })]);
});

it.each(['MODIFY', 'REMOVE'] as const)('publishes nothing of an event that was altered: %s', async (eventName) => {
  expect(await deliver(aRecord({}, eventName))).toEqual([]);
});

it('fails on what is no event, so that its place goes to the failure queue', async () => {
  await expect(deliver(aRecord({ seq: 'seven' }))).rejects.toThrow('The run failed');
});
