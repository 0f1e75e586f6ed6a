import { TransactionConflictException } from '@aws-sdk/client-dynamodb';
import {
  changes,
  companies,
  devices,
  holds,
  openShard,
  seeds,
  tokens,
  users,
} from '../../shared/repositories/items.ts';
import { openPages } from '../../shared/repositories/open-changes.ts';
import { readUserPartition } from '../../shared/repositories/waiting-changes.ts';
import { newSeed } from '../../shared/security/seed-key.ts';
import { pushFailure } from '../../shared/use-cases/push-failure.ts';
import { aDevice, aHeldChange, aHolder, aToken, aUser, later, NOW } from '../fixtures.ts';
import { at, given, stored } from './given.ts';
import { APPLICATIONS, memoryWorld, refuse, sent } from './world.ts';

const said = { message: 'said', $metadata: {} };

describe('what is given', () => {
  const company = { companyId: 'DEMO', name: 'Demo', authorizationPolicy: 'REQUESTER' } as const;
  const change = aHeldChange({ dueAt: later(2).toISOString() });
  const device = aDevice({ userId: 'user-holder' });

  it('is read by name, each kind from its own place and table, and nothing where nothing is', async () => {
    const world = memoryWorld();
    const sealed = { deviceId: 'phone-1', sealed: 'c2VhbGVk' };
    given(world, company, aUser(), aToken(), change, device, at(seeds.at('token-holder'), sealed));
    const read = await world.tables.read({
      company: companies.at('DEMO'),
      user: users.at('user-admin'),
      token: tokens.at('DEMO', 'token-holder'),
      change: changes.at('DEMO', 'change-1'),
      device: devices.at('user-holder', 'phone-1'),
      seed: seeds.at('token-holder'),
      nobody: users.at('user-holder'),
      unasked: undefined,
      both: [users.at('user-holder'), users.at('user-admin')],
    });
    expect(read).toEqual({
      company,
      user: aUser(),
      token: aToken(),
      change,
      device,
      seed: sealed,
      nobody: undefined,
      unasked: undefined,
      both: [undefined, aUser()],
    });
    expect(world.calls.map(({ service, operation }) => `${service} ${operation}`)).toEqual(['DynamoDB BatchGet']);
  });

  it('is found by the indexes and by who may decide it', async () => {
    const world = memoryWorld();
    given(world, change);
    const entry = { companyId: 'DEMO', changeId: 'change-1', dueAt: later(2).toISOString() };
    expect(await Array.fromAsync(openPages(world.tables, openShard(change)))).toEqual([[entry]]);
    expect((await readUserPartition(world.tables, 'user-admin', NOW, 1)).waiting).toEqual([
      expect.objectContaining({ changeId: 'change-1', tokenId: 'token-holder', requestedBy: 'user-admin' }),
    ]);
  });

  it('is changed by writes, and shown as it then is', async () => {
    const world = memoryWorld();
    given(world, at(holds.at('change-1'), { notification: 'SENT' }));
    const write = { UpdateExpression: 'ADD prompts :one', ExpressionAttributeValues: { ':one': 1 } };
    expect(await world.tables.writeOne(holds.at('change-1'), write)).toMatchObject({ done: true });
    expect(stored(world, holds.at('change-1'))).toEqual({ notification: 'SENT', prompts: 1 });
    expect(stored(world, holds.at('change-2'))).toBeUndefined();
    const unmet = await world.tables.writeOne(holds.at('change-1'), {
      ...write,
      ConditionExpression: 'prompts < :one',
    });
    expect(unmet).toMatchObject({ done: false, item: { prompts: 1 } });
  });

  it('is contended for as long as a test says, and the world waits by its own clock', async () => {
    const world = memoryWorld();
    refuse(world, 'Update', new TransactionConflictException(said), { times: 2 });
    const write = { UpdateExpression: 'ADD prompts :one', ExpressionAttributeValues: { ':one': 1 } };
    expect(await world.tables.writeOne(holds.at('change-1'), write)).toMatchObject({ done: true });
    expect(sent(world, 'Update')).toHaveLength(3);
    expect(world.clock.now().getTime()).toBeGreaterThan(NOW.getTime());
  });
});

describe('the workflow of a world', () => {
  it('starts an execution, answers its task and ends it', async () => {
    const { workflow, services } = memoryWorld();
    const change = aHeldChange();
    expect(await workflow.executionState('change-1', 1)).toBe('NONE');
    expect(await workflow.start(change)).toBe(true);
    const task = services.workflow.openTask('change-1');
    await workflow.answer(task, { changeId: 'change-1', status: 'AUTHORIZED' });
    expect(services.workflow.executions.get('change-1')?.output).toBe('{"outcome":"AUTHORIZED"}');
    expect(await workflow.executionState('change-1', 1)).toBe('RUNNING');
    await workflow.stop('change-1', 1);
    expect(await workflow.executionState('change-1', 1)).toBe('ENDED');
    expect([await workflow.start(change), await workflow.start(change, { attempt: 2 })]).toEqual([false, true]);
  });
});

describe('the push of a world', () => {
  it('wakes an endpoint that is enabled, and says why it wakes no other', async () => {
    const { push, services } = memoryWorld();
    const endpoint = await push.createEndpoint('ANDROID', 'push-token');
    const wakeUp = {
      type: 'TOKEN_CHANGED',
      changeId: 'change-1',
      text: 'llavero_token_changed',
      secondsToLive: 60,
    } as const;
    const publish = () => push.publish(endpoint, wakeUp);
    const failure = () => publish().then(() => 'NONE', pushFailure);
    await publish();
    expect(services.push.published.map(({ endpointArn }) => endpointArn)).toEqual([endpoint]);
    services.push.disable(endpoint);
    expect(await failure()).toBe('ENDPOINT_DISABLED');
    expect(await push.enableEndpoint(endpoint, 'push-token')).toBe(true);
    services.push.disabledApplications.add(APPLICATIONS.ANDROID);
    expect(await failure()).toBe('APPLICATION_DISABLED');
    await push.deleteEndpoint(endpoint);
    expect([await failure(), await push.enableEndpoint(endpoint, 'push-token')]).toEqual(['ENDPOINT_GONE', false]);
  });
});

it('mails what its own sender sends, and refuses another', async () => {
  const { mailbox, services, settings } = memoryWorld();
  const mail = { subject: 'Aviso', text: 'Texto', html: '<p>Texto</p>' };
  await mailbox.send(settings.noticeSender ?? '', aHolder().email, mail);
  expect(services.mail.sent.map(({ Destination }) => Destination?.ToAddresses)).toEqual([['demo.titular@example.com']]);
  await expect(mailbox.send('otro@llavero.invalid', aHolder().email, mail)).rejects.toThrow();
});

describe('the keys of a world', () => {
  const context = { companyId: 'DEMO', tokenId: 'token-holder' };

  it('seal a seed for its token alone', async () => {
    const { seedKey, random } = memoryWorld();
    const seed = newSeed(random);
    const sealed = await seedKey.seal(seed, context);
    expect((await seedKey.open(sealed, context)).base32).toBe(seed.base32);
    await expect(seedKey.open(sealed, { ...context, tokenId: 'token-admin' })).rejects.toThrow();
  });

  it('seal a cursor for its list alone', async () => {
    const { cursorKey } = memoryWorld();
    const cursor = await cursorKey.seal({ sk: 'TOKEN#1' }, ['DEMO', 'tokens']);
    expect(await cursorKey.open(cursor, ['DEMO', 'tokens'])).toEqual({ sk: 'TOKEN#1' });
    await expect(cursorKey.open(cursor, ['OTRA', 'tokens'])).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('sign receipts and days under names of their own', async () => {
    const { receiptKey, dayKey } = memoryWorld();
    expect(await receiptKey.sign({ a: 1 }, 'receipt')).toMatchObject({ a: 1 });
    expect(await receiptKey.kid()).not.toBe(await dayKey.kid());
  });
});

it('is the same again of the same seed, and its ids have the form of a UUID', () => {
  const [one, again, other] = [memoryWorld(), memoryWorld(), memoryWorld({ seed: 2 })].map(({ random }) =>
    random.uuid(),
  );
  expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect([again === one, other === one]).toEqual([true, false]);
});
