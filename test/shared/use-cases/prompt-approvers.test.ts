import {
  EndpointDisabledException,
  NotFoundException,
  PlatformApplicationDisabledException,
} from '@aws-sdk/client-sns';
import { type HeldChange, holdInput, holdInputSchema, promptedPhones } from '../../../shared/domain/change.ts';
import { changes, devices, type Hold, holds } from '../../../shared/repositories/items.ts';
import { answerTask } from '../../../shared/use-cases/answer-task.ts';
import { ensureExecution, ensurePrompted } from '../../../shared/use-cases/ensure-waiting.ts';
import { type HeldTask, holdChange } from '../../../shared/use-cases/hold-change.ts';
import { notifyApprovers } from '../../../shared/use-cases/notify-approvers.ts';
import { promptApprovers } from '../../../shared/use-cases/prompt-approvers.ts';
import { aChange, aHeldChange, later, NOW } from '../../fixtures.ts';
import { at, given, stored } from '../../world/given.ts';
import { said } from '../../world/memory-service.ts';
import { type MemoryWorld, memoryWorld, refuse, sent } from '../../world/world.ts';
import { ADMIN, called, done, HOLDER, meanwhile, OTHER, phoneFor, phoneName } from './scene.ts';

let world: MemoryWorld;

const asked = [ADMIN, OTHER].map((person) => ({ userId: person.userId, deviceId: phoneName(person) }));
const held = aHeldChange({}, { asked });
const one = aHeldChange({}, { asked: asked.slice(0, 1) });
const rescue = aHeldChange({}, { policy: 'BANK', asked: [] });

beforeEach(async () => {
  world = memoryWorld();
  for (const person of [ADMIN, OTHER]) {
    given(world, phoneFor(person, { endpointArn: await world.push.createEndpoint('ANDROID', phoneName(person)) }));
  }
  world.calls.length = 0;
});

const pushed = () => world.services.push.published.length;
const hold = () => stored(world, holds.at('change-1'));
const store = (there: Hold) => given(world, at(holds.at('change-1'), there));

describe('the approvers of a change', () => {
  const notify = (change: HeldChange) =>
    done(() =>
      notifyApprovers(world, {
        changeId: change.changeId,
        expiresAt: change.authorization.expiresAt,
        asked: promptedPhones(change),
      }),
    );
  const FAILED = { notification: 'FAILED', passing: false };
  const NOT_NEEDED = { notification: 'NOT_NEEDED', passing: false };

  it('are woken up on each of their phones, for as long as the hold lasts, and told its id alone', async () => {
    world.clock.advance(1);
    const { answer, emitted } = await notify(held);
    expect(answer).toEqual({ notification: 'SENT', passing: false });
    expect(called(world).toSorted()).toEqual(['Publish', 'Publish', 'Update', 'Update']);
    const { Message, MessageAttributes } = Object(sent(world, 'Publish')[0]);
    expect(JSON.parse(JSON.parse(Message).APNS)).toMatchObject({ type: 'AUTHORIZATION_PENDING', changeId: 'change-1' });
    expect(MessageAttributes['AWS.SNS.MOBILE.FCM.TTL'].StringValue).toBe('599');
    expect(emitted).toEqual([]);
  });

  it.each([
    ['who asked for it, also of their own token', 'llavero_prompt_requester', { holder: ADMIN, requestedBy: ADMIN }],
    ['whose token it is', 'llavero_prompt_holder', { holder: ADMIN, requestedBy: OTHER }],
    ['who is another administrator', 'llavero_prompt_approver', { holder: HOLDER, requestedBy: OTHER }],
  ])('are shown the text that fits one %s', async (_, text, people) => {
    await notify({ ...one, ...people });
    const { Message } = Object(sent(world, 'Publish')[0]);
    const { GCM, APNS } = JSON.parse(Message);
    expect(JSON.parse(GCM).fcmV1Message.message.android.notification.body_loc_key).toBe(text);
    expect(JSON.parse(APNS).aps.alert['loc-key']).toBe(text);
  });

  it('of an execution that an earlier version began are shown the text that fits anybody', () => {
    const earlier = { ...holdInput(one, { prompted: false }), asked: one.authorization.asked };
    expect(holdInputSchema.parse(earlier).asked).toEqual([{ ...one.authorization.asked[0], as: 'APPROVER' }]);
  });

  it('of a rescue are on no phone: nothing is called', async () => {
    expect((await notify(rescue)).answer).toEqual(NOT_NEEDED);
    expect(world.calls).toEqual([]);
  });

  it.each([
    [0.999, 0],
    [1, 1],
  ])('are woken up while there is a whole second left: %d', async (seconds, pushes) => {
    await notify({ ...one, authorization: { ...one.authorization, expiresAt: later(seconds).toISOString() } });
    expect([pushed(), sent(world, 'Update').length]).toEqual([pushes, pushes]);
  });

  it('are woken up by three changes in ten minutes, each once however often it is tried', async () => {
    const another = (changeId: string) => ({ ...one, changeId });
    const outcomes = [];
    for (const changeId of ['1', '2', '2', '3', '4']) outcomes.push((await notify(another(changeId))).answer);
    expect(outcomes.map((outcome) => outcome?.notification)).toEqual(['SENT', 'SENT', 'SENT', 'SENT', 'NOT_NEEDED']);
    world.clock.advance(600_000);
    expect(
      (await notify({ ...another('5'), authorization: { ...one.authorization, expiresAt: later(900).toISOString() } }))
        .answer,
    ).toMatchObject({ notification: 'SENT' });
  });

  it('need no push where their phone is not there any more, and none is made for it', async () => {
    const gone = aHeldChange({}, { asked: [{ userId: 'user-admin', deviceId: 'gone' }] });
    expect((await notify(gone)).answer).toEqual(NOT_NEEDED);
    expect(stored(world, devices.at('user-admin', 'gone'))).toBeUndefined();
  });

  it.each<[string, Error, object, string]>([
    ['is disabled', new EndpointDisabledException(said('x')), FAILED, 'ENDPOINT_DISABLED'],
    ['is gone', new NotFoundException(said('x')), FAILED, 'ENDPOINT_GONE'],
    [
      'is of a disabled application',
      new PlatformApplicationDisabledException(said('x')),
      FAILED,
      'APPLICATION_DISABLED',
    ],
    ['cannot be reached', new Error('x'), { notification: 'FAILED', passing: true }, 'PASSING'],
  ])(
    'are not reached where their endpoint %s, which is counted and thrown at nobody',
    async (_, error, answer, code) => {
      refuse(world, 'Publish', error);
      expect(await notify(one)).toEqual({ answer, emitted: [[`PushFailures ${code}`, 1]] });
    },
  );

  it('are not reached where the phone has no endpoint', async () => {
    given(world, phoneFor(ADMIN));
    expect(await notify(one)).toEqual({ answer: FAILED, emitted: [['PushFailures NO_ENDPOINT', 1]] });
    expect(sent(world, 'Publish')).toEqual([]);
  });

  it('are reached where one of them is; where none is, a fault that may pass counts for more', async () => {
    refuse(world, 'Publish', new Error('x'), { times: 1 });
    expect((await notify(held)).answer).toEqual({ notification: 'SENT', passing: false });
    given(world, phoneFor(OTHER));
    refuse(world, 'Publish', new Error('x'));
    expect((await notify({ ...held, changeId: 'second' })).answer).toEqual({ notification: 'FAILED', passing: true });
  });
});

describe('a prompt', () => {
  const prompt = (change: HeldChange) => done(() => promptApprovers(world, change));

  it('is stored, counted once per change, and measured', async () => {
    world.clock.advance(2_000);
    const first = await prompt(one);
    expect(first).toEqual({
      answer: true,
      emitted: [
        ['ChangesHeld RELEASE', 1],
        ['TimeToPush', 2_000],
        ['PushObjective MET', 1],
      ],
    });
    expect(hold()).toEqual({ notification: 'SENT', passing: false, prompts: 1 });
    const second = await prompt(one);
    // Another had reached them before.
    expect(second.answer).toBe(false);
    expect(second.emitted).toEqual([
      ['TimeToPush', 2_000],
      ['PushObjective MET', 1],
    ]);
    expect(hold()?.prompts).toBe(1);
  });

  it('that fails is a missed objective, has no time, and is stored with whether that may pass', async () => {
    refuse(world, 'Publish', new Error('x'));
    expect((await prompt(one)).emitted).toEqual([
      ['PushFailures PASSING', 1],
      ['ChangesHeld RELEASE', 1],
      ['PushObjective MISSED', 1],
    ]);
    expect(hold()).toEqual({ notification: 'FAILED', passing: true, prompts: 1 });
    expect((await prompt(one)).emitted.map(([name]) => name)).not.toContain('ChangesHeld RELEASE');
    expect(hold()?.prompts).toBe(2);
  });

  it('that is not needed says nothing of the objective', async () => {
    expect(await prompt(rescue)).toEqual({ answer: false, emitted: [['ChangesHeld RELEASE', 1]] });
  });
});

describe('the start of the wait', () => {
  const taskToken = 'task';
  const start = (change: HeldChange, members: Partial<HeldTask> = {}) => {
    given(world, change);
    return done(() => holdChange(world, { ...holdInput(one, { prompted: false }), taskToken, ...members }));
  };
  const dueAt = () => stored(world, changes.at('DEMO', 'change-1'))?.dueAt;

  it('wakes the approvers up and stores all of it in three calls, for the reconciler to look at when time is over', async () => {
    const { emitted } = await start({ ...one, dueAt: later(2).toISOString() });
    expect(hold()).toEqual({ taskToken, notification: 'SENT', passing: false, prompts: 1 });
    expect(called(world)).toEqual(['Update', 'Publish', 'TransactWrite']);
    expect(dueAt()).toBe(one.authorization.expiresAt);
    expect(emitted.map(([name]) => name)).toEqual(['ChangesHeld RELEASE', 'TimeToPush', 'PushObjective MET']);
  });

  it('is looked at by the reconciler soon where another prompt may reach them', async () => {
    refuse(world, 'Publish', Object.assign(new Error('slow down'), { name: 'ThrottledException' }));
    await start({ ...one, dueAt: later(2).toISOString() });
    expect(hold()).toEqual({ taskToken, notification: 'FAILED', passing: true, prompts: 1 });
    expect(dueAt()).toBe(later(2).toISOString());
  });

  it.each(['SENT', 'FAILED', 'NOT_NEEDED'] as const)(
    'wakes nobody up a second time where a new execution waits: %s',
    async (notification) => {
      store({ taskToken: 'earlier', notification, prompts: 1 });
      await start(one, { asked: null });
      expect([hold(), pushed()]).toEqual([{ taskToken, notification, prompts: 1 }, 0]);
    },
  );

  it('wakes them up where nobody has, though the execution is not to', async () => {
    await start(one, { asked: null });
    expect([hold()?.notification, pushed()]).toEqual(['SENT', 1]);
  });

  it('keeps that a prompt was sent, whatever becomes of a second', async () => {
    store({ taskToken: 'earlier', notification: 'SENT', passing: false, prompts: 1 });
    refuse(world, 'Publish', new Error('gone'));
    await start(one);
    expect(hold()).toEqual({ taskToken, notification: 'SENT', passing: false, prompts: 1 });
    expect(sent(world, 'SendTaskSuccess')).toEqual([]);
  });

  it('stores that a second prompt was sent where the first had failed', async () => {
    store({ taskToken: 'earlier', notification: 'FAILED', passing: true, prompts: 1 });
    await start(one);
    expect(hold()).toEqual({ taskToken, notification: 'SENT', passing: false, prompts: 2 });
  });

  it.each(['AUTHORIZED', 'REJECTED', 'CANCELLED', 'SUPERSEDED'] as const)(
    'answers the wait itself where the change is %s by now, and says nothing of a prompt',
    async (status) => {
      const { emitted } = await start({ ...one, status });
      expect(sent(world, 'SendTaskSuccess')).toEqual([{ taskToken, output: `{"outcome":"${status}"}` }]);
      expect([hold(), emitted]).toEqual([{ taskToken, notification: 'PENDING' }, []]);
    },
  );

  it('answers the wait itself where the change is past its time', async () => {
    const expiresAt = NOW.toISOString();
    await start(aHeldChange({}, { expiresAt }), { expiresAt });
    expect(pushed()).toBe(0);
    expect(sent(world, 'SendTaskSuccess')).toEqual([{ taskToken, output: '{"outcome":"EXPIRED"}' }]);
  });

  it('fails where the change is missing, or was never held', async () => {
    await expect(start(one, { changeId: 'nothing' })).rejects.toThrow('The change to hold is missing');
    given(world, aChange({ status: 'APPLIED' }));
    const task = { ...holdInput(one, { prompted: false }), taskToken };
    await expect(done(() => holdChange(world, task))).rejects.toThrow('The change to hold is missing');
  });
});

describe('the end of the wait', () => {
  const tell = (there: Hold | undefined) => done(() => answerTask(world, there, { ...one, status: 'REJECTED' }));
  const told = (taskToken: string) => [{ taskToken, output: '{"outcome":"REJECTED"}' }];

  it('is told to the execution that was known, with no read', async () => {
    store({ taskToken: 'later', notification: 'SENT' });
    await tell({ taskToken: 'known', notification: 'SENT' });
    expect([called(world), sent(world, 'SendTaskSuccess')]).toEqual([['SendTaskSuccess'], told('known')]);
  });

  it.each([undefined, { notification: 'PENDING', attempt: 2 } as const])(
    'is told to the one that has come meanwhile: %j',
    async (there) => {
      store({ taskToken: 'later', notification: 'SENT' });
      await tell(there);
      expect([called(world), sent(world, 'SendTaskSuccess')]).toEqual([['BatchGet', 'SendTaskSuccess'], told('later')]);
    },
  );

  it.each([
    ['nobody waits', () => undefined],
    ['that cannot be read', () => refuse(world, 'BatchGet', new Error('unreachable'))],
  ])('is told to nobody, and never throws, where %s', async (_, before) => {
    before();
    await tell(undefined);
    expect(sent(world, 'SendTaskSuccess')).toEqual([]);
  });
});

describe('what the reconciler keeps', () => {
  let repaired: string[];
  beforeEach(() => {
    repaired = [];
  });
  const note = (kind: string) => void repaired.push(kind);
  const execution = (there?: Hold) => done(() => ensureExecution(world, one, there, note));
  const waits = async (attempt: number, ended = false) => {
    await world.workflow.start(one, { attempt });
    for (const run of world.services.workflow.executions.values())
      if (ended) world.services.workflow.end(run, 'FAILED');
    world.calls.length = 0;
  };
  const started = () => sent(world, 'StartExecution').map((input) => 'name' in input && input.name);

  it.each<[string, number, boolean, Hold | undefined, boolean, string[], string[]]>([
    ['runs', 1, false, undefined, true, [], []],
    ['runs as the second', 2, false, { notification: 'SENT', attempt: 2 }, true, [], []],
    ['has ended', 1, true, undefined, false, ['change-1-2'], ['STARTED']],
    ['has ended as the second', 2, true, { notification: 'SENT', attempt: 2 }, false, ['change-1-3'], ['STARTED']],
    ['has ended as the third', 3, true, { notification: 'SENT', attempt: 3 }, true, [], []],
    ['never was as the third', 1, true, { notification: 'SENT', attempt: 3 }, false, ['change-1-3'], ['STARTED']],
  ])('an execution that %s', async (_, attempt, ended, there, answer, names, kinds) => {
    if (there) store(there);
    await waits(attempt, ended);
    expect([(await execution(there)).answer, started(), repaired]).toEqual([answer, names, kinds]);
    if (names.length > 0) expect(hold()?.attempt ?? 1).toBe(Number(names[0]?.at(-1)));
  });

  it('an execution that was never started is started under its own name, with no write', async () => {
    expect([(await execution()).answer, started(), repaired]).toEqual([false, ['change-1'], ['STARTED']]);
    expect(called(world)).toEqual(['DescribeExecution', 'StartExecution']);
  });

  it('an execution that somebody else starts anew is left to them', async () => {
    await waits(1, true);
    meanwhile(world, () => store({ notification: 'SENT', attempt: 2 }), { operation: 'Update' });
    expect([(await execution()).answer, started(), repaired]).toEqual([false, [], []]);
  });

  it('an execution that somebody else has started by now is no repair', async () => {
    await waits(2, true);
    await waits(1, true);
    expect([(await execution()).answer, repaired]).toEqual([false, []]);
  });

  const prompted = (there: Hold | undefined, late = true, change = one) =>
    done(() => ensurePrompted(world, change, there, late, note));

  it.each<[Hold | undefined, boolean]>([
    [undefined, true],
    [{ notification: 'PENDING' }, true],
    [{ notification: 'FAILED', passing: true, prompts: 2 }, true],
    [{ notification: 'FAILED', passing: true }, true],
    [{ notification: 'FAILED', passing: true, prompts: 3 }, false],
    [{ notification: 'FAILED', passing: false, prompts: 1 }, false],
    [{ notification: 'FAILED', prompts: 1 }, false],
    [{ notification: 'SENT', passing: true, prompts: 1 }, false],
    [{ notification: 'NOT_NEEDED', prompts: 1 }, false],
  ])('a hold of %j is prompted: %p', async (there, again) => {
    if (there) store(there);
    expect([(await prompted(there)).answer, pushed(), repaired]).toEqual([
      !again,
      again ? 1 : 0,
      again ? ['PROMPTED'] : [],
    ]);
  });

  it('a hold that the workflow still has time for is left to it', async () => {
    expect([(await prompted(undefined, false)).answer, world.calls]).toEqual([false, []]);
  });

  it('a prompt that fails again is no repair', async () => {
    refuse(world, 'Publish', new Error('x'));
    expect([(await prompted(undefined)).answer, repaired]).toEqual([false, []]);
  });

  it.each([
    ['a missed objective', one, [['PushObjective MISSED', 1]]],
    ['none where the bank’s persons decide', rescue, []],
  ])('a prompt that cannot be stored is thrown, and %s', async (_, change, emitted) => {
    refuse(world, 'Update', new Error('unreachable'));
    const outcome = await done(() =>
      ensurePrompted(world, change, undefined, true, note).catch(() => 'FAULT' as const),
    );
    expect(outcome).toEqual({ answer: 'FAULT', emitted });
  });
});
