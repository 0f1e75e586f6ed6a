import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { HeldChange } from '../../../shared/domain/change.ts';
import type { Device } from '../../../shared/domain/device.ts';
import type { TokenEvent } from '../../../shared/domain/event.ts';
import { moveIdentity } from '../../../shared/repositories/identity-moves.ts';
import { type Notices, type NotificationStatus, notices } from '../../../shared/repositories/items.ts';
import { type NoticedEvent, sendNotices } from '../../../shared/use-cases/send-notices.ts';
import { aChange, aDevice, aHeldChange, aHolder, aToken, aUser, later, NOW } from '../../fixtures.ts';
import { at, given } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, refuse, sent } from '../../world/world.ts';

const block = aChange({ action: 'BLOCK', reason: 'SUSPECTED_FRAUD', status: 'APPLIED' });

let world: MemoryWorld;
let endpointArn: string;

beforeEach(async () => {
  world = memoryWorld();
  given(world, aHolder());
  endpointArn = await world.push.createEndpoint('ANDROID', 'push-token');
});

const phone = (members: Partial<Device> = {}) => aDevice({ userId: 'user-holder', endpointArn, ...members });
const notice = (seq: number, push: NotificationStatus, email: NotificationStatus): Notices => ({ seq, push, email });
const told = (outcome: Notices) => at(notices.at('change-1'), outcome);

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

const isOutcome = (input: object) => JSON.stringify(input).includes('"sk":"NOTICES"');
/** The stored notices, with their keys. */
const outcome = () => world.services.tables.items('llavero').filter(({ sk }) => sk === 'NOTICES');
const ofChange = (outcome: Notices) => [{ ...outcome, ...notices.key('change-1') }];
const recipients = () => world.services.mail.sent.map(({ Destination }) => Destination?.ToAddresses?.join());
const pushed = () => world.services.push.published.map((push) => push.endpointArn);

it('tells the holder by push and by mail, once, and stores that it did', async () => {
  given(world, phone(), block);
  await sendNotices(world, noticed());
  expect(pushed()).toEqual([endpointArn]);
  expect(recipients()).toEqual(['demo.titular@example.com']);
  expect(outcome()).toEqual(ofChange(notice(4, 'SENT', 'SENT')));
});

it('tells a holder whom the bank has given another id since the event, by the phone that is theirs there', async () => {
  const holder = aHolder();
  given(world, phone(), block);
  const moved = { ...holder, userId: 'user-moved' };
  await world.tables.transact(await moveIdentity(world.tables, holder, moved));
  given(world, moved);
  await sendNotices(world, noticed());
  expect([pushed(), recipients()]).toEqual([[endpointArn], ['demo.titular@example.com']]);
  expect(outcome()).toEqual(ofChange(notice(4, 'SENT', 'SENT')));
});

it.each([4, 5])('tells nobody again where event %i of the change was seen to', async (seq) => {
  given(world, phone(), block, told(notice(seq, 'SENT', 'FAILED')));
  await sendNotices(world, noticed());
  expect([pushed(), recipients(), outcome()]).toEqual([[], [], ofChange(notice(seq, 'SENT', 'FAILED'))]);
});

it('leaves what another delivery of the same event has stored', async () => {
  given(world, phone(), block);
  const another = new ConditionalCheckFailedException({ message: 'said', $metadata: {} });
  refuse(world, 'Update', another, { which: isOutcome });
  await expect(sendNotices(world, noticed())).resolves.toBeUndefined();
  expect(outcome()).toEqual([]);
});

it('comes again where the table cannot be written', async () => {
  given(world, phone(), block);
  refuse(world, 'Update', new Error('no answer'), { which: isOutcome });
  await expect(sendNotices(world, noticed())).rejects.toThrow('no answer');
});

it.each([
  { why: 'is retired', device: { retiredAt: NOW.toISOString() } },
  { why: 'is gone', device: undefined },
])('mails, and does not push, where the phone $why', async ({ device }) => {
  given(world, ...(device ? [phone(device)] : []), block);
  await sendNotices(world, noticed({}, device ? 'phone-1' : undefined));
  expect(pushed()).toEqual([]);
  expect(outcome()).toEqual(ofChange(notice(4, 'NOT_NEEDED', 'SENT')));
});

it('keeps showing the push of the request where the applied change needs none', async () => {
  given(world, block, told(notice(3, 'SENT', 'FAILED')));
  await sendNotices(world, noticed({}, undefined));
  expect(outcome()).toEqual(ofChange(notice(4, 'SENT', 'SENT')));
});

it.each([
  { asked: 'phone-1', pushes: 0, push: 'NOT_NEEDED', email: 'SENT' },
  { asked: 'phone-9', pushes: 1, push: 'SENT', email: 'NOT_NEEDED' },
] as const)(
  'pushes $pushes notices of a request that $asked is asked to authorize, and mails where it pushes none',
  async ({ asked, pushes, push, email }) => {
    given(world, phone(), aHeldChange({}, { asked: [{ userId: 'someone', deviceId: asked }] }));
    await sendNotices(world, noticed({ type: 'CHANGE_REQUESTED' }));
    expect(pushed()).toHaveLength(pushes);
    expect(outcome()).toEqual(ofChange(notice(4, push, email)));
    expect(recipients()).toHaveLength(1 - pushes);
  },
);

it.each<[string, HeldChange, Partial<Device>, object]>([
  ['the phone may be in other hands', aHeldChange({}, { asked: [], holderExcluded: true }), {}, {}],
  ['the bank asks', aHeldChange({}, { asked: [], policy: 'BANK' }), {}, { actor: { type: 'BANK' } }],
  ['the push is refused', aHeldChange({}, { asked: [] }), { endpointArn: 'gone' }, {}],
])('mails a request beside its push where %s', async (_, change, members, event) => {
  given(world, phone(members), change, aToken());
  await sendNotices(world, noticed({ type: 'CHANGE_REQUESTED', ...event }));
  expect(recipients()).toContain('demo.titular@example.com');
});

it('pushes the change’s id and no more, and takes one place of the phone’s share however often it is delivered', async () => {
  given(world, phone(), block);
  refuse(world, 'Update', new Error('no answer'), { which: isOutcome, times: 1 });
  await expect(sendNotices(world, noticed())).rejects.toThrow('no answer');
  await sendNotices(world, noticed());
  const { Message, MessageAttributes } = Object(sent(world, 'Publish')[0]);
  expect(JSON.parse(JSON.parse(Message).APNS)).toMatchObject({ type: 'TOKEN_CHANGED', changeId: 'change-1' });
  expect(MessageAttributes['AWS.SNS.MOBILE.APNS.TTL'].StringValue).toBe('604800');
  const { noticed1, noticed2, noticed1For } = Object(
    world.services.tables.items('llavero').find(({ sk }) => sk === 'DEVICE#phone-1'),
  );
  expect([noticed1, noticed2, noticed1For]).toEqual([NOW.getTime(), 0, 'change-1#4']);
});

it('pushes nothing where the phone has had its share of notices', async () => {
  given(world, block);
  const full = { noticed1: later(-1).getTime(), noticed2: later(-2).getTime(), noticed3: later(-3).getTime() };
  given(world, { ...phone(), ...full });
  await sendNotices(world, noticed());
  expect(pushed()).toEqual([]);
  expect(outcome()).toEqual(ofChange(notice(4, 'NOT_NEEDED', 'SENT')));
});

it('says FAILED of each channel that refuses, and is done all the same', async () => {
  given(world, phone(), block);
  world.services.push.disable(endpointArn);
  refuse(world, 'SendEmail', new Error('refused'));
  await sendNotices(world, noticed());
  expect(outcome()).toEqual(ofChange(notice(4, 'FAILED', 'FAILED')));
});

it('says FAILED of a phone that has no push endpoint', async () => {
  const { endpointArn: _none, ...without } = phone();
  given(world, without, block);
  await sendNotices(world, noticed());
  expect(outcome()).toEqual(ofChange(notice(4, 'FAILED', 'SENT')));
});

it('mails an enrolment, keeps that for a while and pushes nothing', async () => {
  given(world, phone());
  const { event, ...rest } = noticed({ type: 'TOKEN_ENROLLED' });
  const { change: _none, ...enrolled } = event;
  await sendNotices(world, { ...rest, event: enrolled });
  expect(pushed()).toEqual([]);
  expect(recipients()).toEqual(['demo.titular@example.com']);
  expect(outcome()).toEqual([
    {
      pk: 'NOTICE#DEMO#token-holder#4',
      sk: 'NOTICES',
      seq: 4,
      push: 'NOT_NEEDED',
      email: 'SENT',
      ttl: later(7 * 86_400).getTime() / 1000,
    },
  ]);
});

it('mails nobody in a stage that has no sender', async () => {
  given(world, phone(), block);
  await sendNotices({ ...world, settings: { ...world.settings, noticeSender: undefined } }, noticed());
  expect(recipients()).toEqual([]);
  expect(outcome()).toEqual(ofChange(notice(4, 'SENT', 'NOT_NEEDED')));
});

it('mails what the bank’s staff does to every enabled administrator too, each in a mail of their own', async () => {
  given(world, phone(), block);
  for (const userId of ['user-admin', 'user-2', 'user-3']) {
    const holder = { userId, fullName: 'Demo', username: 'demo', role: 'ADMINISTRATOR' } as const;
    given(world, aUser({ userId, email: `${userId}@example.com`, enabled: userId !== 'user-3' }));
    given(world, aToken({ tokenId: userId, holder }));
  }
  given(world, aToken());
  await sendNotices(world, noticed({ actor: { type: 'BANK' } }));
  expect(recipients().sort()).toEqual(['demo.titular@example.com', 'user-2@example.com', 'user-admin@example.com']);
});

it('fails for a holder who is missing, and tells nobody', async () => {
  given(world, phone(), block);
  await expect(sendNotices(world, { ...noticed(), holderId: 'user-lost' })).rejects.toThrow(
    'The holder of a token is missing',
  );
  expect([pushed(), recipients(), outcome()]).toEqual([[], [], []]);
});

it('says FAILED of a mail of an event without a change too', async () => {
  const { event, ...rest } = noticed({ type: 'TOKEN_ENROLLED' });
  const { change: _none, ...enrolled } = event;
  refuse(world, 'SendEmail', new Error('refused'));
  await sendNotices(world, { ...rest, event: enrolled });
  expect(outcome()).toEqual([expect.objectContaining({ email: 'FAILED', push: 'NOT_NEEDED' })]);
});
