import '../loud-env.ts';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { handler as applyChange } from '../../functions/apply-change/handler.ts';
import { handler as archiveEvents } from '../../functions/archive-events/handler.ts';
import { handler as expireChange } from '../../functions/expire-change/handler.ts';
import { handler as holdChange } from '../../functions/hold-change/handler.ts';
import { handler as publishEvents } from '../../functions/publish-events/handler.ts';
import { handler as pushApplication } from '../../functions/push-application/handler.ts';
import { handler as reconcileChanges } from '../../functions/reconcile-changes/handler.ts';
import { handler as sendNotices } from '../../functions/send-notices/handler.ts';
import { handler as signDay } from '../../functions/sign-day/handler.ts';

/** Texts by which a service may refuse: none is for a log, nor for Lambda, which writes it into one. */
const refused = Object.assign(new Error('Demo Titular may not put JBSWY3DPEHPK3PXP'), {
  name: 'AccessDeniedException',
});
const clients = [mockClient(DynamoDBDocumentClient), mockClient(S3Client)];
let written: string[];

beforeEach(() => {
  for (const client of clients) client.reset().rejects(refused);
  jest.spyOn(globalThis, 'fetch').mockRejectedValue(refused);
  written = [];
  const keep = (...line: unknown[]) => void written.push(String(line));
  for (const way of ['log', 'info', 'warn', 'error'] as const) jest.spyOn(console, way).mockImplementation(keep);
});

afterEach(() => jest.restoreAllMocks());

const context = { awsRequestId: 'run-1', getRemainingTimeInMillis: () => 30_000 };
const change = { changeId: 'change-1', companyId: 'DEMO', tokenId: 'token-1', requestId: 'request-1' };
const times = { createdAt: '2026-01-05T15:00:00.000Z', expiresAt: '2026-01-05T15:10:00.000Z' };
const hold = { ...change, ...times, action: 'RELEASE', asked: null };
const record = {
  eventName: 'INSERT' as const,
  dynamodb: {
    Keys: { pk: { S: 'COMPANY#DEMO#TOKEN#token-1' }, sk: { S: 'EVENT#000000000001' } },
    NewImage: { hash: { S: 'ab'.repeat(32) }, fullName: { S: 'Demo Titular' } },
  },
};
/** Not even its request can be read: what it says is no address. */
const cloudFormation = { RequestType: 'Delete', PhysicalResourceId: 'none', ResponseURL: 'Demo Titular' } as never;

const outcome = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );
const lines = () => written.map((line) => JSON.parse(line)).filter((line) => 'level' in line);

it.each<[string, () => Promise<unknown>, { name: string; story: string }]>([
  ['hold-change', () => holdChange({ ...hold, taskToken: 'task' }, context), known('request-1')],
  ['apply-change', () => applyChange(change, context), known('request-1')],
  ['expire-change', () => expireChange(change, context), known('request-1')],
  ['apply-change, of no change', () => applyChange({ fullName: 'Demo Titular' }, context), unreadable()],
  ['reconcile-changes', () => reconcileChanges({}, context), known('run-1')],
  ['archive-events', () => archiveEvents({ Records: [record] }, context), known('run-1')],
  ['send-notices', () => sendNotices({ Records: [record] }, context), unreadable()],
  ['publish-events', () => publishEvents({ Records: [record] }, context), unreadable()],
  ['sign-day', () => signDay({}, context), known('run-1')],
  ['push-application', () => pushApplication(cloudFormation, context), known('run-1')],
])(
  'a run that fails is one line of its story, and Lambda is told its name alone: %s',
  async (_, run, { name, story }) => {
    const error = await outcome(run());
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        message: 'run failed',
        requestId: 'run-1',
        correlationId: story,
        errorNames: expect.arrayContaining([name]),
      }),
    ]);
    expect(error).toMatchObject({ name });
    expect(error).not.toHaveProperty('cause');
    const told = error instanceof Error ? `${error.message} ${error.stack} ${JSON.stringify(error)}` : '';
    expect(`${told} ${written.join(' ')}`).not.toMatch(/Titular|may not|JBSWY3DPEHPK3PXP/);
  },
);

function known(story: string) {
  return { name: 'AccessDeniedException', story };
}

function unreadable() {
  return { name: '$ZodError', story: 'run-1' };
}

it('a run that comes to its end says nothing of failing', async () => {
  await archiveEvents({ Records: [] }, context);
  expect(lines()).toEqual([]);
});
