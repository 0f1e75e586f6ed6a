import { decide } from '../../../phone/protocol/index.ts';
import { type Change, isHeld } from '../../../shared/domain/change.ts';
import { eventHash, genesis, type TokenEvent } from '../../../shared/domain/event.ts';
import { receiptSchema } from '../../../shared/domain/receipt.ts';
import { changes, devices, recordEvents } from '../../../shared/repositories/items.ts';
import { applyChange } from '../../../shared/use-cases/apply-change.ts';
import { createActivationCode } from '../../../shared/use-cases/create-activation-code.ts';
import { decideChange } from '../../../shared/use-cases/decide-change.ts';
import { getReceipt } from '../../../shared/use-cases/get-receipt.ts';
import { listAuthorizations } from '../../../shared/use-cases/list-authorizations.ts';
import { requestChange } from '../../../shared/use-cases/request-change.ts';
import { emittedBy } from '../../emitted.ts';
import { aChange, aDevice, aHeldChange, aHolder, aToken, aUser, later, NOW } from '../../fixtures.ts';
import { given, stored } from '../../world/given.ts';
import { enrolledPhone } from '../../world/phone.ts';
import { type MemoryWorld, memoryWorld, refuse, sent } from '../../world/world.ts';
import { record } from './scene.ts';

const admin = aUser();

let world: MemoryWorld;

beforeEach(() => {
  // Beside the one metric that is judged, what leads there emits its own.
  jest.spyOn(console, 'log').mockImplementation(() => {});
  world = memoryWorld();
  const { userId, fullName, username, role, tokenId } = admin;
  const holder = { userId, fullName, username, role };
  given(world, { companyId: 'DEMO', name: 'Demo', authorizationPolicy: 'REQUESTER' }, admin, aHolder(), aToken());
  const recordHead = genesis('DEMO', tokenId);
  given(world, aToken({ tokenId, holder, status: 'PENDING_ENROLLMENT', device: null, recordHead }));
});

afterEach(() => void jest.restoreAllMocks());

const request = (action: 'BLOCK' | 'RELEASE', tokenId = 'token-holder', idempotencyKey = 'key-1') => {
  const reason = action === 'BLOCK' ? 'SUSPECTED_FRAUD' : 'PHONE_CHANGED';
  return requestChange(world, { caller: admin, tokenId, action, reason, note: null, idempotencyKey, requestId: 'r-1' });
};
const receipt = (changeId: string, companyId = 'DEMO') => getReceipt(world, companyId, changeId);

/** A release that the administrator's own phone has authorized and that is applied. */
async function released() {
  given(world, aDevice({ userId: 'user-holder' }));
  const { signer, deviceId } = await enrolledPhone(world, admin);
  world.clock.advance(1_000);
  const { change } = await request('RELEASE');
  const [waiting] = await listAuthorizations(world, admin);
  if (!waiting || !change.authorization?.bindingCode) throw new Error('Nothing waits');
  const approval = { decision: 'APPROVE', bindingCode: change.authorization.bindingCode } as const;
  const decision = await decide(waiting.challenge, approval, signer, world.clock.now());
  await decideChange(world, { userId: admin.userId, changeId: change.changeId, decision, requestId: 'r-2' });
  await applyChange(world, { ...change, requestId: 'r-3' });
  return { changeId: change.changeId, decision, deviceId };
}

it('gives a release with its decision, the phone and its part of the record between its neighbours', async () => {
  const { changeId, decision, deviceId } = await released();
  await createActivationCode(world, { caller: admin, tokenId: 'token-holder', requestId: 'r-4' });
  const given = receiptSchema.parse(await receipt(changeId));
  expect(given).toMatchObject({
    change: { changeId, status: 'APPLIED', authorization: { decidedBy: { userId: 'user-admin' } } },
    decision,
    device: { deviceId, enrolment: { type: 'TOKEN_ENROLLED' } },
    record: { before: null, after: { type: 'ACTIVATION_CODE_CREATED' } },
  });
  const { events, after, head } = given.record;
  expect(events.map(({ type }) => type)).toEqual(['CHANGE_REQUESTED', 'CHANGE_AUTHORIZED', 'CHANGE_APPLIED']);
  expect(head).toEqual({ seq: after?.seq, hash: after?.hash });
});

it('gives a block without decision and phone, after what came before it', async () => {
  given(world, aToken({ status: 'RELEASED', device: null }));
  await createActivationCode(world, { caller: admin, tokenId: 'token-holder', requestId: 'r-4' });
  const { change } = await request('BLOCK');
  expect(await receipt(change.changeId)).toMatchObject({
    challenge: null,
    decision: null,
    device: null,
    record: { before: { type: 'ACTIVATION_CODE_CREATED' }, events: [{ type: 'CHANGE_APPLIED' }], after: null },
  });
});

it('gives nothing of a change that is not there, or another company’s', async () => {
  const { change } = await request('BLOCK');
  await expect(receipt('change-9')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(receipt(change.changeId, 'OTRA')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it.each<[Change['status'], Change]>([
  ['PENDING_AUTHORIZATION', aHeldChange()],
  ['REJECTED', aHeldChange({ status: 'REJECTED' })],
  ['AUTHORIZED', aHeldChange({ status: 'AUTHORIZED' })],
])('gives nothing of a change that is %s, and says that it is', async (status, change) => {
  given(world, change);
  await expect(receipt('change-1')).rejects.toMatchObject({
    code: 'CHANGE_NOT_APPLIED',
    extensions: { change: { changeId: 'change-1', status } },
  });
});

it('says of a change past its time that it is expired, and writes it', async () => {
  const change = aHeldChange({}, { expiresAt: later(-1).toISOString() });
  given(world, change, aToken({ pendingChange: { ...change, expiresAt: later(-1).toISOString() } }));
  await expect(receipt('change-1')).rejects.toMatchObject({ extensions: { change: { status: 'EXPIRED' } } });
  expect(stored(world, changes.at('DEMO', 'change-1'))?.status).toBe('EXPIRED');
});

it.each<[string, Change, string]>([
  [
    'whose events are not in the record',
    aChange({ action: 'BLOCK', status: 'APPLIED' }),
    'The record has not the whole of the change',
  ],
  [
    'that was held and has no decision',
    aHeldChange({ status: 'APPLIED' }),
    'An applied change that was held has a recorded decision',
  ],
])('fails for a change %s', async (_, change, message) => {
  given(world, change);
  await expect(receipt('change-1')).rejects.toThrow(message);
});

it('fails where the phone that decided is missing', async () => {
  const { changeId, deviceId } = await released();
  const change = stored(world, changes.at('DEMO', changeId));
  if (!change || !isHeld(change)) throw new Error('There is none');
  expect(stored(world, devices.at('user-admin', deviceId))).toBeDefined();
  given(world, {
    ...change,
    authorization: { ...change.authorization, decidedBy: { userId: 'user-lost', fullName: 'x' } },
  });
  await expect(receipt(changeId)).rejects.toThrow('The phone that decided, or its enrolment, is missing');
});

describe('a record that somebody altered', () => {
  /** Puts another event in the place of the one of that type, and asks for the receipt. */
  async function askedAfter(
    alter: (event: TokenEvent) => object,
    type: TokenEvent['type'] = 'CHANGE_AUTHORIZED',
    tokenId = 'token-holder',
  ) {
    const { changeId } = await released();
    const event = record(world, tokenId).find((one) => one.type === type);
    if (!event) throw new Error('There is no such event');
    given(world, { reference: recordEvents.at('DEMO', tokenId, event.seq), item: alter(event) });
    let refusal: unknown;
    const emitted = await emittedBy(async () => {
      refusal = await receipt(changeId).catch((error: unknown) => error);
    });
    return { emitted, name: refusal instanceof Error ? refusal.name : refusal, signed: sent(world, 'Sign').length };
  }

  const REFUSED = { emitted: [['RecordAltered', 1]], signed: 0 };
  const rehashed = ({ hash: _old, ...event }: TokenEvent) => ({ ...event, hash: eventHash(event) });

  it.each<[string, (event: TokenEvent) => object, string]>([
    ['in a detail', (event) => ({ ...event, details: { ...event.details, policy: 'HOLDER' } }), 'StepFailedError'],
    ['and hashed anew', (event) => rehashed({ ...event, at: NOW.toISOString() }), 'StepFailedError'],
    ['into another type', (event) => rehashed({ ...event, type: 'HOLDER_UPDATED' }), 'StepFailedError'],
    ['into no event at all', ({ at: _time, ...event }) => event, '$ZodError'],
  ])('is told by its metric and signs no receipt: an event changed %s', async (_, alter, name) => {
    expect(await askedAfter(alter)).toEqual({ ...REFUSED, name });
  });

  it('is told where the enrolment of the phone is another', async () => {
    const alter = (event: TokenEvent) =>
      rehashed({ ...event, details: { ...event.details, signingKeyThumbprint: 'x' } });
    expect(await askedAfter(alter, 'TOKEN_ENROLLED', admin.tokenId)).toEqual({ ...REFUSED, name: 'StepFailedError' });
  });

  it('is told where its first event is gone', async () => {
    const alter = (event: TokenEvent) => rehashed({ ...event, type: 'HOLDER_UPDATED' });
    expect(await askedAfter(alter, 'CHANGE_REQUESTED')).toEqual({ ...REFUSED, name: 'RecordAlteredError' });
  });

  it('is not told of where the way to the record is at fault', async () => {
    const { changeId } = await released();
    refuse(world, 'Query', new Error('unreachable'));
    expect(await emittedBy(() => expect(receipt(changeId)).rejects.toThrow('unreachable'))).toEqual([]);
  });
});
