import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { EndpointDisabledException, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import type { Device } from '../../../shared/domain/device.ts';
import type { TokenEvent } from '../../../shared/domain/event.ts';
import { type NoticedEvent, sendNotices } from '../../../shared/lifecycle/send-notices.ts';
import { changeKey, deviceKey, noticesKey, tokenKey, userKey } from '../../../shared/repositories/keys.ts';
import { storeItems } from '../../fake-table.ts';
import { aChange, aHeldChange, aHolder, aToken, aUser, NOW } from '../../fixtures.ts';

const dynamodb = mockClient(DynamoDBDocumentClient);
const sns = mockClient(SNSClient);
const ses = mockClient(SESv2Client);

const block = aChange({ action: 'BLOCK', reason: 'SUSPECTED_FRAUD', status: 'APPLIED' });
const key = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) } as const;
const phone: Device = {
  deviceId: 'phone-1',
  userId: 'user-holder',
  companyId: 'DEMO',
  tokenId: 'token-holder',
  name: 'Celular Demo',
  platform: 'ANDROID',
  signingKey: key,
  encryptionKey: key,
  signingKeyThumbprint: 'signing',
  encryptionKeyThumbprint: 'encryption',
  activationCodeHash: 'hash',
  enrolledAt: NOW.toISOString(),
  endpointArn: 'endpoint',
};

/** What the table holds, the holder always among it. */
function stored(...items: readonly { pk: string; sk: string }[]): void {
  storeItems(dynamodb, [{ ...aHolder(), ...userKey('user-holder') }, ...items]);
}

const asStored = {
  device: (members: Partial<Device> = {}) => ({ ...phone, ...members, ...deviceKey('user-holder', 'phone-1') }),
  change: (change = block) => ({ ...change, ...changeKey('DEMO', change.changeId) }),
  notices: (seq: number, push: string, email: string) => ({ seq, push, email, ...noticesKey('change-1') }),
};

function noticed(event: Partial<TokenEvent> = {}, deviceId: string | undefined = 'phone-1'): NoticedEvent {
  const { changeId, action, reason, note } = block;
  return {
    companyId: 'DEMO',
    tokenId: 'token-holder',
    holderId: 'user-holder',
    deviceId,
    event: {
      seq: 4,
      type: 'CHANGE_APPLIED',
      at: NOW.toISOString(),
      actor: { type: 'USER', userId: 'user-admin', fullName: 'Demo Administradora' },
      change: { changeId, action, reason, note },
      details: {},
      previousHash: 'before',
      hash: 'after',
      ...event,
    },
  };
}

const OUTCOME = { Key: noticesKey('change-1') };
const outcome = () =>
  dynamodb.commandCalls(UpdateCommand).flatMap(({ args }) => {
    const { Key, ExpressionAttributeValues: values = {} } = args[0].input;
    if (Key?.sk !== OUTCOME.Key.sk) return [];
    const stored = Object.entries(values).map(([name, value]) => [name.slice(1), value]);
    return [{ ...Key, ...Object.fromEntries(stored) }];
  });
const recipients = () =>
  ses.commandCalls(SendEmailCommand).map(({ args }) => args[0].input.Destination?.ToAddresses?.join());

beforeEach(() => {
  for (const client of [dynamodb, sns, ses]) client.reset();
  dynamodb.on(UpdateCommand).resolves({ Attributes: asStored.device() });
  sns.on(PublishCommand).resolves({});
  ses.on(SendEmailCommand).resolves({});
});

it('tells the holder by push and by mail, once, and stores that it did', async () => {
  stored(asStored.device(), asStored.change());
  await sendNotices(noticed());
  expect(sns.commandCalls(PublishCommand).map(({ args }) => args[0].input.TargetArn)).toEqual(['endpoint']);
  expect(recipients()).toEqual(['demo.titular@example.com']);
  expect(outcome()).toEqual([asStored.notices(4, 'SENT', 'SENT')]);
});

it.each([4, 5])('tells nobody again where event %i of the change was seen to', async (seq) => {
  stored(asStored.device(), asStored.change(), asStored.notices(seq, 'SENT', 'FAILED'));
  await sendNotices(noticed());
  expect([sns.calls(), ses.calls(), outcome()]).toEqual([[], [], []]);
});

it('leaves what another delivery of the same event has stored', async () => {
  stored(asStored.device(), asStored.change());
  dynamodb.on(UpdateCommand, OUTCOME).rejects(new ConditionalCheckFailedException({ message: 'said', $metadata: {} }));
  await expect(sendNotices(noticed())).resolves.toBeUndefined();
});

it('comes again where the table cannot be written', async () => {
  stored(asStored.device(), asStored.change());
  dynamodb.on(UpdateCommand, OUTCOME).rejects(new Error('no answer'));
  await expect(sendNotices(noticed())).rejects.toThrow('no answer');
});

it.each([
  { why: 'is retired', device: { retiredAt: NOW.toISOString() } },
  { why: 'is gone', device: undefined },
])('mails, and does not push, where the phone $why', async ({ device }) => {
  stored(...(device ? [asStored.device(device)] : []), asStored.change());
  await sendNotices(noticed({}, device ? 'phone-1' : undefined));
  expect(sns.calls()).toEqual([]);
  expect(outcome()).toEqual([asStored.notices(4, 'NOT_NEEDED', 'SENT')]);
});

it('keeps showing the push of the request where the applied change needs none', async () => {
  stored(asStored.change(), asStored.notices(3, 'SENT', 'FAILED'));
  await sendNotices(noticed({}, undefined));
  expect(outcome()).toEqual([asStored.notices(4, 'SENT', 'SENT')]);
});

it.each([
  { asked: 'phone-1', pushes: 0, push: 'NOT_NEEDED' },
  { asked: 'phone-9', pushes: 1, push: 'SENT' },
])('pushes $pushes notices of a request that $asked is asked to authorize', async ({ asked, pushes, push }) => {
  const change = aHeldChange({}, { asked: [{ userId: 'someone', deviceId: asked }] });
  stored(asStored.device(), asStored.change(change));
  await sendNotices(noticed({ type: 'CHANGE_REQUESTED' }));
  expect(sns.commandCalls(PublishCommand)).toHaveLength(pushes);
  expect(outcome()).toEqual([asStored.notices(4, push, 'SENT')]);
});

it('pushes nothing where the phone has had its share of notices', async () => {
  stored(asStored.device(), asStored.change());
  dynamodb.on(UpdateCommand).rejects(new ConditionalCheckFailedException({ message: 'said', $metadata: {} }));
  await sendNotices(noticed());
  expect(sns.calls()).toEqual([]);
  expect(outcome()).toEqual([asStored.notices(4, 'NOT_NEEDED', 'SENT')]);
});

it('says FAILED of each channel that refuses, and is done all the same', async () => {
  stored(asStored.device(), asStored.change());
  sns.on(PublishCommand).rejects(new EndpointDisabledException({ message: 'said', $metadata: {} }));
  ses.on(SendEmailCommand).rejects(new Error('refused'));
  await sendNotices(noticed());
  expect(outcome()).toEqual([asStored.notices(4, 'FAILED', 'FAILED')]);
});

it('says FAILED of a phone that has no push endpoint', async () => {
  const { endpointArn: _none, ...without } = asStored.device();
  stored(without, asStored.change());
  await sendNotices(noticed());
  expect(outcome()).toEqual([asStored.notices(4, 'FAILED', 'SENT')]);
});

it('mails an enrolment, keeps that for a while and pushes nothing', async () => {
  stored(asStored.device());
  const { event, ...rest } = noticed({ type: 'TOKEN_ENROLLED' });
  const { change: _none, ...enrolled } = event;
  await sendNotices({ ...rest, event: enrolled });
  expect(sns.calls()).toEqual([]);
  expect(recipients()).toEqual(['demo.titular@example.com']);
  expect(outcome()).toEqual([
    {
      pk: 'NOTICE#DEMO#token-holder#4',
      sk: 'NOTICES',
      seq: 4,
      push: 'NOT_NEEDED',
      email: 'SENT',
      ttl: expect.any(Number),
    },
  ]);
});

it('mails what the bank’s staff does to every enabled administrator too, each in a mail of their own', async () => {
  const others = ['user-admin', 'user-2', 'user-3'].map((userId) => ({
    ...aUser({ userId, email: `${userId}@example.com`, enabled: userId !== 'user-3' }),
    ...userKey(userId),
  }));
  stored(asStored.device(), asStored.change(), ...others);
  const tokenOf = (userId: string) => ({
    ...aToken({ tokenId: userId, holder: { userId, fullName: 'Demo', username: 'demo', role: 'ADMINISTRATOR' } }),
    ...tokenKey('DEMO', userId),
  });
  dynamodb
    .on(QueryCommand)
    .resolvesOnce({ Items: [tokenOf('user-admin')], LastEvaluatedKey: tokenKey('DEMO', 'user-admin') })
    .resolves({ Items: [tokenOf('user-2'), tokenOf('user-3'), tokenOf('user-holder')] });
  await sendNotices(noticed({ actor: { type: 'BANK' } }));
  expect(recipients().sort()).toEqual(['demo.titular@example.com', 'user-2@example.com', 'user-admin@example.com']);
});
