import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { DynamoDBRecord } from 'aws-lambda';
import { handler } from '../../../functions/archive-events/handler.ts';
import { FakeArchive } from '../../fake-archive.ts';

const HASH = 'ab'.repeat(32);
const WRITTEN_AT = Date.parse('2026-01-05T23:59:59Z') / 1000;
const KEY = `events/2026-01-05/DEMO/token-1/000000000007.${HASH}`;

let archive: FakeArchive;

beforeEach(() => {
  archive = new FakeArchive();
});

afterEach(() => archive.mock.restore());

function aRecord(overrides: Partial<DynamoDBRecord> = {}): DynamoDBRecord {
  return {
    eventName: 'INSERT',
    dynamodb: {
      ApproximateCreationDateTime: WRITTEN_AT,
      Keys: { pk: { S: 'COMPANY#DEMO#TOKEN#token-1' }, sk: { S: 'EVENT#000000000007' } },
      NewImage: { hash: { S: HASH }, actor: { M: { fullName: { S: 'Demo Titular' } } } },
    },
    ...overrides,
  };
}

const deliver = (records: DynamoDBRecord[]) =>
  handler({ Records: records }, { awsRequestId: 'run-1', getRemainingTimeInMillis: () => 10_000 });

it('puts that an event was, under the day of the stream, and nothing of what it said', async () => {
  await deliver([aRecord()]);
  expect([...archive.objects].map(([key, { body }]) => [key, JSON.parse(body)])).toEqual([
    [KEY, { company: 'DEMO', token: 'token-1', seq: 7, hash: HASH }],
  ]);
});

it('takes the same event again, and keeps the first', async () => {
  await deliver([aRecord()]);
  archive.now = new Date('2026-01-06T03:00:00.000Z');
  await deliver([aRecord(), aRecord()]);
  expect([...archive.objects].map(([key, { putAt }]) => [key, putAt.toISOString()])).toEqual([
    [KEY, '2026-01-05T15:00:00.000Z'],
  ]);
});

it.each(['MODIFY', 'REMOVE'] as const)('does not archive what is no new event, and goes on: %s', async (eventName) => {
  await deliver([aRecord({ eventName }), aRecord()]);
  expect([...archive.objects.keys()]).toEqual([KEY]);
});

it.each([
  { name: 'another key', Keys: { pk: { S: 'OTHER' }, sk: { S: 'EVENT#000000000007' } } },
  { name: 'no number', Keys: { pk: { S: 'COMPANY#DEMO#TOKEN#token-1' }, sk: { S: 'EVENT#7' } } },
  { name: 'no hash', NewImage: {} },
  { name: 'a hash that would be a path', NewImage: { hash: { S: '../../days/x' } } },
])('does not archive what the service did not write: $name', async ({ name: _name, ...altered }) => {
  await deliver([aRecord({ dynamodb: { ...aRecord().dynamodb, ...altered } })]);
  expect(archive.objects.size).toBe(0);
});

it('fails as a whole where an entry cannot be put, so that the stream delivers it again', async () => {
  archive.mock.on(PutObjectCommand).rejects(Object.assign(new Error('Slow down'), { name: 'SlowDown' }));
  await expect(deliver([aRecord()])).rejects.toThrow(expect.objectContaining({ name: 'SlowDown' }));
});
