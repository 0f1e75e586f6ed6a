import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context, DynamoDBRecord } from 'aws-lambda';
import { signIdentity } from '../../scripts/rescue/sign-identity.ts';
import { type Change, holdInput, isHeld } from '../../shared/domain/change.ts';
import {
  changes,
  devices,
  holds,
  notices,
  recordEvents,
  tokens,
  usernameOwners,
} from '../../shared/repositories/items.ts';
import { requestChange } from '../../shared/use-cases/request-change.ts';
import { FakeArchive } from '../fake-archive.ts';
import { aDevice, aHeldChange, aHolder, aToken, aUser, later, withPending } from '../fixtures.ts';
import { at, given, stored } from '../world/given.ts';
import { standIn, stopStandingIn } from '../world/stand-in.ts';
import { type MemoryWorld, memoryWorld, refuse, TABLE_NAMES } from '../world/world.ts';

const admin = aUser();
const context = {
  awsRequestId: 'run-1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:rescue:live',
  getRemainingTimeInMillis: () => 60_000,
} as Context;

let world: MemoryWorld;

beforeEach(() => {
  world = memoryWorld();
  standIn(world);
  given(world, { companyId: 'DEMO', name: 'Demo', authorizationPolicy: 'REQUESTER' }, admin, aHolder(), aToken());
});

afterEach(stopStandingIn);

/** Calls a function as Lambda does. */
async function run(functionName: string, event: unknown): Promise<unknown> {
  const { handler }: { handler(event: unknown, context: Context): Promise<unknown> } = await import(
    `../../functions/${functionName}/handler.ts`
  );
  return handler(event, context);
}

const changeNow = () => stored(world, changes.at('DEMO', 'change-1'));

describe('a function of the workflow', () => {
  const input = { changeId: 'change-1', companyId: 'DEMO', tokenId: 'token-holder', requestId: 'request-1' };

  async function givenHeld(status: Change['status'] = 'PENDING_AUTHORIZATION', expiresAt = later(600)) {
    const endpointArn = await world.push.createEndpoint('ANDROID', 'push-token');
    const decided = { decidedBy: { userId: 'user-admin', fullName: 'Demo' }, decidedAt: later(-1).toISOString() };
    const change = aHeldChange(
      { status, createdAt: later(-60).toISOString() },
      { expiresAt: expiresAt.toISOString(), ...(status === 'AUTHORIZED' ? decided : {}) },
    );
    const phone = aDevice({ deviceId: 'phone-9', userId: 'user-admin', endpointArn });
    given(world, change, withPending(aToken({ device: null }), change), phone);
  }

  it('keeps the task of a change that waits, and wakes its approver', async () => {
    await givenHeld();
    await expect(
      run('hold-change', { ...holdInput(aHeldChange(), { prompted: false }), taskToken: 'task' }),
    ).resolves.toBeUndefined();
    expect(stored(world, holds.at('change-1'))).toMatchObject({ taskToken: 'task', notification: 'SENT' });
    expect(world.services.push.published).toHaveLength(1);
  });

  it('applies a change that is authorized, and says so', async () => {
    await givenHeld('AUTHORIZED');
    await expect(run('apply-change', input)).resolves.toEqual({ outcome: 'APPLIED' });
    expect(changeNow()?.status).toBe('APPLIED');
    expect(stored(world, tokens.at('DEMO', 'token-holder'))?.status).toBe('RELEASED');
  });

  it('applies nothing that is not authorized', async () => {
    await givenHeld();
    await expect(run('apply-change', input)).rejects.toMatchObject({ name: 'NotAuthorizedError' });
    expect(stored(world, tokens.at('DEMO', 'token-holder'))?.status).toBe('ACTIVE');
  });

  it('expires a change whose time is over', async () => {
    await givenHeld('PENDING_AUTHORIZATION', later(0));
    await expect(run('expire-change', input)).resolves.toEqual({ outcome: 'EXPIRED' });
    expect(changeNow()?.status).toBe('EXPIRED');
  });

  it('is asked again, by its name alone, where the change has time left', async () => {
    await givenHeld();
    const early = run('expire-change', input);
    await expect(early).rejects.toMatchObject({
      name: 'NotExpiredYetError',
      message: expect.not.stringMatching('change'),
    });
    expect(changeNow()?.status).toBe('PENDING_AUTHORIZATION');
  });

  it.each(['hold-change', 'apply-change', 'expire-change'])(
    '%s refuses an input that names no change',
    async (name) => {
      await expect(run(name, { ...input, changeId: 7, taskToken: 'task' })).rejects.toMatchObject({
        name: '$ZodError',
      });
      expect(world.calls).toEqual([]);
    },
  );
});

describe('the reconciler', () => {
  it('sees to what is due and measures what is open', async () => {
    const dueAt = later(0).toISOString();
    given(world, aHeldChange({ status: 'REJECTED', dueAt }));
    await expect(run('reconcile-changes', {})).resolves.toEqual({ seen: 1, failed: 0 });
    expect(changeNow()?.dueAt).toBeUndefined();
  });

  it('leaves to the next run what it has no time for', async () => {
    given(world, aHeldChange({ status: 'REJECTED', dueAt: later(0).toISOString() }));
    jest.spyOn(context, 'getRemainingTimeInMillis').mockReturnValue(9_000);
    await expect(run('reconcile-changes', {})).resolves.toEqual({ seen: 0, failed: 0 });
    expect(changeNow()?.dueAt).toBe(later(0).toISOString());
  });
});

describe('the stream of the record', () => {
  /** The record of an applied block as the stream brings it. */
  async function blockRecord(overrides: Partial<DynamoDBRecord> = {}): Promise<DynamoDBRecord> {
    await requestChange(world, {
      caller: admin,
      tokenId: 'token-holder',
      action: 'BLOCK',
      reason: 'SUSPECTED_FRAUD',
      note: null,
      idempotencyKey: 'key-1',
      requestId: 'request-1',
    });
    const [item = {}] = world.services.tables.items(TABLE_NAMES.record);
    return { eventName: 'INSERT', dynamodb: { NewImage: marshall(item) as never }, ...overrides };
  }

  const mailed = () => world.services.mail.sent.length;

  it('tells the holder once, however often an event comes', async () => {
    const Records = [await blockRecord()];
    await run('send-notices', { Records });
    await run('send-notices', { Records });
    expect(mailed()).toBe(1);
    const { changeId = '' } = stored(world, recordEvents.at('DEMO', 'token-holder', 1))?.change ?? {};
    expect(stored(world, notices.at(changeId))).toEqual({ seq: 1, push: 'NOT_NEEDED', email: 'SENT' });
  });

  it('tells nobody of what is no new event, of whom nobody is named, or what nobody is told of', async () => {
    const record = await blockRecord();
    const { NewImage = {} } = record.dynamodb ?? {};
    const { holderId: _nobody, ...unnamed } = NewImage;
    const untold = { ...NewImage, type: { S: 'CHANGE_CANCELLED' } };
    await run('send-notices', {
      Records: [
        { ...record, eventName: 'REMOVE' },
        { ...record, dynamodb: {} },
        { ...record, dynamodb: { NewImage: unnamed } },
        { ...record, dynamodb: { NewImage: untold } },
      ],
    });
    expect(mailed()).toBe(0);
  });

  it('takes a released phone off its endpoint, after all are told, and comes again where SNS refuses', async () => {
    const endpointArn = await world.push.createEndpoint('ANDROID', 'push-holder');
    const phone = aDevice({ userId: 'user-holder', endpointArn, retiredAt: later(0).toISOString() });
    given(world, phone, { endpointArn, devices: [phone.deviceId], version: 1 });
    const { NewImage = {} } = (await blockRecord()).dynamodb ?? {};
    const Records = ['RELEASE', 'BLOCK'].map((action, index) => {
      const changed = { M: { ...NewImage.change?.M, action: { S: action } } };
      return {
        eventName: 'INSERT',
        dynamodb: { NewImage: { ...NewImage, seq: { N: `${index + 1}` }, change: changed } },
      };
    });
    refuse(world, 'DeleteEndpoint', new Error('unreachable'), { times: 1 });
    await expect(run('send-notices', { Records })).rejects.toMatchObject({ name: 'Error' });
    expect([mailed(), world.services.push.endpoints.size]).toEqual([2, 1]);
    await run('send-notices', { Records });
    expect([mailed(), world.services.push.endpoints.size]).toEqual([2, 0]);
    expect(stored(world, devices.at('user-holder', phone.deviceId))).not.toHaveProperty('endpointArn');
  });

  it('comes again where what came of it cannot be kept', async () => {
    const Records = [await blockRecord()];
    refuse(world, 'Update', new Error('Demo Titular'), { times: 1 });
    await expect(run('send-notices', { Records })).rejects.toMatchObject({
      message: expect.not.stringMatching('Titular'),
    });
  });
});

describe('the signing of days', () => {
  let archive: FakeArchive;

  beforeEach(() => {
    archive = new FakeArchive();
    archive.put(`events/2026-01-04/DEMO/token-1/000000000001.${'ab'.repeat(32)}`, '{}', later(-86_400));
  });

  afterEach(() => archive.mock.restore());

  it('signs what is over, and nothing a second time', async () => {
    await expect(run('sign-day', { source: 'aws.events' })).resolves.toEqual({ signed: ['2026-01-04'] });
    await expect(run('sign-day', {})).resolves.toEqual({ signed: [] });
  });

  it('signs through the day that it is told, and takes nothing that is no day', async () => {
    await expect(run('sign-day', { through: '2026-01-03' })).resolves.toEqual({ signed: [] });
    await expect(run('sign-day', { through: 'yesterday' })).rejects.toMatchObject({ name: '$ZodError' });
  });
});

describe('a rescue', () => {
  const FUNCTION = 'arn:aws:lambda:us-east-1:111122223333:function:rescue';
  const person = (name: string) => ({
    userId: `AROA:${name}`,
    arn: `arn:aws:sts::111122223333:assumed-role/Rescue/${name}`,
  });
  const proposal = {
    operation: 'PROPOSE',
    username: 'Demo.Admin',
    action: 'RELEASE',
    reason: 'PHONE_LOST',
    note: null,
    key: '6f1c8f0e-2a68-4c43-8f6c-8f7c5b8f3d11',
  };

  beforeEach(() => {
    const { userId, companyId, tokenId, physicalTokenId } = admin;
    const owner = { userId, companyId, tokenId, physicalTokenId, canSignIn: true };
    const { fullName, username, role } = admin;
    const holder = { userId, fullName, username, role };
    given(world, at(usernameOwners.at('demo.admin'), owner), aToken({ tokenId, holder, device: null }));
  });

  /** Asks as this person, who signs what is asked. */
  async function ask(functionName: string, name: string, request: object, signed = request, answered = '') {
    const { userId, arn } = person(name);
    const xml = answered || `<Arn>${arn}</Arn><UserId>${userId}</UserId><Account>111122223333</Account>`;
    jest.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(xml));
    const credentials = { accessKeyId: 'AKIADEMODEMODEMODEMO', secretAccessKey: 'demo' };
    const proof = await signIdentity(credentials, { functionArn: FUNCTION, endpoint: undefined }, signed);
    return run(functionName, { request, proof });
  }

  async function proposed(): Promise<string> {
    const answer = await ask('propose-rescue', 'ana', proposal);
    expect(answer).toEqual({
      done: expect.objectContaining({ status: 'PENDING_AUTHORIZATION', proposedBy: 'ana', confirmedBy: null }),
    });
    const change = world.services.tables.items(TABLE_NAMES.main).find(({ requestDigest }) => requestDigest);
    return String(change?.changeId);
  }

  const confirmation = (changeId: string) => ({
    operation: 'CONFIRM',
    changeId,
    username: 'demo.admin',
    action: 'RELEASE',
  });

  it('is proposed by one person and confirmed by another', async () => {
    const changeId = await proposed();
    const answer = await ask('confirm-rescue', 'luis', confirmation(changeId));
    expect(answer).toEqual({
      done: expect.objectContaining({ changeId, status: 'AUTHORIZED', proposedBy: 'ana', confirmedBy: 'luis' }),
    });
    const change = stored(world, changes.at('DEMO', changeId));
    expect(change && isHeld(change) && change.authorization.policy).toBe('BANK');
  });

  it('is not confirmed by whoever proposed it', async () => {
    const changeId = await proposed();
    const answer = await ask('confirm-rescue', 'ana', confirmation(changeId));
    expect(answer).toEqual({ problem: expect.objectContaining({ code: 'SECOND_PERSON_REQUIRED' }) });
    expect(stored(world, changes.at('DEMO', changeId))?.status).toBe('PENDING_AUTHORIZATION');
  });

  it('is refused of whoever holds no session of its role', async () => {
    const { arn } = person('ana');
    const xml = `<Arn>${arn.replace('/Rescue/', '/Other/')}</Arn><UserId>AROA:ana</UserId><Account>111122223333</Account>`;
    const answer = await ask('propose-rescue', 'ana', proposal, proposal, xml);
    expect(answer).toMatchObject({ problem: { code: 'STAFF_REFUSED' } });
    expect(world.calls).toEqual([]);
  });

  it.each([
    ['a username that is nobody’s', { username: 'demo.nadie' }, { code: 'NOT_FOUND' }],
    ['a member that it does not know', { extra: 1 }, { code: 'VALIDATION_FAILED', errors: [{ path: 'extra' }] }],
    ['no release or unblock', { action: 'BLOCK' }, { code: 'VALIDATION_FAILED', errors: [{ path: 'action' }] }],
  ])('is refused for %s, and nothing is held', async (_, members, problem) => {
    expect(await ask('propose-rescue', 'ana', { ...proposal, ...members })).toMatchObject({ problem });
    expect(world.services.workflow.executions.size).toBe(0);
  });

  it('is refused where what was signed is another request', async () => {
    const answer = await ask('propose-rescue', 'ana', proposal, { ...proposal, reason: 'PHONE_STOLEN' });
    expect(answer).toMatchObject({ problem: { code: 'STAFF_REFUSED' } });
  });

  it('is refused without a word of the inside where the table fails', async () => {
    refuse(world, 'BatchGet', new Error('Demo Administradora'));
    const answer = await ask('propose-rescue', 'ana', proposal);
    expect(answer).toEqual({ problem: { code: 'INTERNAL', title: expect.not.stringMatching('Administradora') } });
  });
});
