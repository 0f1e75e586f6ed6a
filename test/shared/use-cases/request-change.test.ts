import type { ApprovalPolicy } from '../../../shared/domain/company.ts';
import { supportAt } from '../../../shared/domain/support.ts';
import { changes, tokens } from '../../../shared/repositories/items.ts';
import { type ChangeRequest, requestChange } from '../../../shared/use-cases/request-change.ts';
import { aHeldChange, aHolder, aUser, later, NOW, withPending } from '../../fixtures.ts';
import { type Given, given, stored } from '../../world/given.ts';
import { type MemoryWorld, memoryWorld, refuse, sent } from '../../world/world.ts';
import { metWorld, pending, REQUEST, requestNew, suspension } from './request-scene.ts';
import {
  ADMIN,
  approverFor,
  called,
  done,
  everybody,
  HELD_TOKEN,
  HOLDER,
  OTHER,
  phoneName,
  record,
  refused,
  tokenFor,
  told,
  waiting,
} from './scene.ts';

let world: MemoryWorld;

beforeEach(() => {
  world = metWorld(...everybody());
});

const request = (overrides: Partial<ChangeRequest> = {}) => requestChange(world, { ...REQUEST, ...overrides });

const requested = (overrides: Partial<ChangeRequest> = {}) => requestNew(world, overrides);

/** A world of another policy, or of other things. */
function begin(...things: Given[]): void {
  world = metWorld(...things);
}

const token = () => stored(world, tokens.at('DEMO', HELD_TOKEN));
const overdue = aHeldChange(
  { changeId: 'earlier', createdAt: later(-601).toISOString() },
  { expiresAt: later(-1).toISOString() },
);

describe('a release', () => {
  it('is held: the change, the token, the record and the phone’s list are written, and the workflow starts', async () => {
    const { answer, emitted } = await done(() => request());
    const change = answer?.change;
    expect(answer).toEqual({
      change: {
        changeId: expect.stringMatching(/^[\w-]{20,128}$/),
        companyId: 'DEMO',
        tokenId: HELD_TOKEN,
        holder: { userId: 'user-holder', fullName: 'Demo Titular' },
        action: 'RELEASE',
        reason: 'PHONE_CHANGED',
        note: null,
        status: 'PENDING_AUTHORIZATION',
        requestedBy: { userId: 'user-admin', fullName: 'Demo Administradora' },
        names: { company: 'Demo', usernames: { 'user-holder': 'demo.titular', 'user-admin': 'demo.admin' } },
        requestDigest: expect.any(String),
        requestId: 'request-1',
        createdAt: NOW.toISOString(),
        updatedAt: NOW.toISOString(),
        version: 1,
        authorization: {
          policy: 'REQUESTER',
          holderExcluded: false,
          asked: [{ userId: 'user-admin', deviceId: 'phone-2' }],
          bindingCode: expect.stringMatching(/^\d{6}$/),
          nonce: expect.stringMatching(/^[\w-]{22}$/),
          expiresAt: later(600).toISOString(),
          wrongCodes: [],
        },
      },
      hold: undefined,
      notices: undefined,
      replayed: false,
      suspended: false,
      shownAt: NOW,
    });
    const changeId = change?.changeId ?? '';
    expect(stored(world, changes.at('DEMO', changeId))).toEqual({ ...change, dueAt: later(2).toISOString() });
    const before = tokenFor(HOLDER);
    expect(token()).toEqual({
      ...before,
      pendingChange: {
        changeId,
        action: 'RELEASE',
        status: 'PENDING_AUTHORIZATION',
        expiresAt: later(600).toISOString(),
      },
      holdStarts: [NOW.getTime()],
      recordHead: { seq: 1, hash: record(world)[0]?.hash },
      version: before.version + 1,
      updatedAt: NOW.toISOString(),
    });
    expect(record(world)).toMatchObject([
      {
        type: 'CHANGE_REQUESTED',
        actor: { type: 'USER', userId: 'user-admin' },
        change: { changeId },
        details: { policy: 'REQUESTER', requestId: 'request-1' },
      },
    ]);
    expect(waiting(world)).toEqual([`USER#user-admin ${changeId}`]);
    expect(called(world)).toEqual(['BatchGet', 'TransactWrite', 'StartExecution']);
    expect([...world.services.workflow.executions.values()]).toMatchObject([{ name: changeId, status: 'RUNNING' }]);
    expect(emitted).toEqual([['ChangesRequested RELEASE', 1]]);
  });

  it('is shown with six digits, zeros in front among them, of a million that are equally likely', async () => {
    const below = jest.spyOn(world.random, 'below').mockReturnValue(42);
    expect((await requested()).authorization?.bindingCode).toBe('000042');
    expect(below).toHaveBeenCalledWith(1_000_000);
  });

  it('is answered all the same where the workflow cannot be started', async () => {
    refuse(world, 'StartExecution', new Error('unreachable'));
    const change = await requested();
    expect(stored(world, changes.at('DEMO', change.changeId))?.status).toBe('PENDING_AUTHORIZATION');
  });

  it('lasts as long as the stage’s setting says', async () => {
    world = memoryWorld({ settings: { holdSeconds: 30 } });
    world.ahead.noteCompany(ADMIN);
    given(world, ...everybody());
    expect((await requested()).authorization?.expiresAt).toBe(later(30).toISOString());
  });

  it('closes an earlier change found past its time in the same transaction', async () => {
    given(world, overdue, withPending(tokenFor(HOLDER), overdue));
    const { answer, emitted } = await done(() => request());
    expect(stored(world, changes.at('DEMO', 'earlier'))).toMatchObject({
      status: 'EXPIRED',
      outcome: { cause: 'EXPIRED', by: null },
    });
    expect(told(world)).toEqual([
      ['CHANGE_EXPIRED', 'SYSTEM'],
      ['CHANGE_REQUESTED', 'user-admin'],
    ]);
    expect(waiting(world)).toEqual([`USER#user-admin ${answer?.change.changeId}`]);
    expect(sent(world, 'TransactWrite')).toHaveLength(1);
    expect(emitted).toEqual([
      ['ChangesRequested RELEASE', 1],
      ['ChangesExpired RELEASE', 1],
    ]);
  });

  it('is requested though the token names a change that is past its time and not there any more', async () => {
    given(world, withPending(tokenFor(HOLDER), overdue));
    expect((await requested()).status).toBe('PENDING_AUTHORIZATION');
    expect(told(world)).toEqual([['CHANGE_REQUESTED', 'user-admin']]);
  });
});

describe('whom a held change asks', () => {
  const phone = (person: typeof ADMIN) => ({ userId: person.userId, deviceId: phoneName(person) });
  const others = { policy: 'OTHER_ADMINISTRATOR', holderExcluded: false, asked: [phone(OTHER)] };
  const holder = { policy: 'HOLDER', holderExcluded: false, asked: [phone(HOLDER)] };
  const requester = { policy: 'REQUESTER', holderExcluded: false, asked: [phone(ADMIN)] };
  const blocked = tokenFor(HOLDER, { status: 'BLOCKED', statusBeforeBlock: 'ACTIVE' });
  const UNBLOCK: Partial<ChangeRequest> = { action: 'UNBLOCK', reason: 'FALSE_ALARM' };

  it.each<[string, ApprovalPolicy, Given[], Partial<ChangeRequest>, object, string[]]>([
    ['the requester', 'REQUESTER', [], {}, requester, []],
    ['the other administrators', 'OTHER_ADMINISTRATOR', [], {}, others, ['Query']],
    ['the holder', 'HOLDER', [], {}, holder, ['BatchGet']],
    [
      'the requester for the holder whose phone is in doubt',
      'HOLDER',
      [],
      { reason: 'PHONE_LOST' },
      { ...requester, holderExcluded: true },
      ['BatchGet'],
    ],
    [
      'the requester for the holder whose token is blocked',
      'HOLDER',
      [blocked],
      UNBLOCK,
      { ...requester, holderExcluded: true },
      [],
    ],
    ['the requester for a disabled holder', 'HOLDER', [aHolder({ enabled: false })], {}, requester, ['BatchGet']],
    ['the requester where the holder has no phone', 'HOLDER', [tokenFor(HOLDER, { device: null })], {}, requester, []],
  ])('is %s', async (_, policy, things, overrides, expected, reads) => {
    begin(...everybody(policy), ...things);
    expect((await requested(overrides)).authorization).toMatchObject(expected);
    expect(called(world)).toEqual(['BatchGet', ...reads, 'TransactWrite', 'StartExecution']);
  });

  it('is another administrator where the requester has no phone', async () => {
    begin(...everybody('REQUESTER', [OTHER]));
    expect((await requested()).authorization).toMatchObject(others);
  });

  it('is another administrator where the requester releases their own lost phone', async () => {
    const own = { tokenId: ADMIN.tokenId, reason: 'PHONE_LOST' };
    expect((await requested(own)).authorization).toMatchObject({ ...others, holderExcluded: true });
  });

  it('is no administrator who is the excluded holder', async () => {
    begin(...everybody('OTHER_ADMINISTRATOR'));
    expect(await refused(() => request({ tokenId: OTHER.tokenId, reason: 'PHONE_LOST' }))).toMatchObject({
      code: 'NO_APPROVER_AVAILABLE',
    });
  });

  it('is 25 of the administrators at most', async () => {
    begin(...everybody('OTHER_ADMINISTRATOR'));
    const many = Array.from({ length: 30 }, (_, index) => aUser({ userId: `user-${index}` }));
    given(world, ...many.map(approverFor));
    expect((await requested()).authorization?.asked).toHaveLength(25);
  });
});

describe('a request', () => {
  const changeId = async () => (await requested()).changeId;

  const full = { holdStarts: [-100, -50, -1].map((seconds) => later(seconds).getTime()) };

  // Each of them alone refuses; of several, the first says why.
  const FAULTS: { code: string; things?: Given[]; overrides?: Partial<ChangeRequest>; extensions?: object }[] = [
    {
      code: 'VALIDATION_FAILED',
      overrides: { reason: 'SUSPECTED_FRAUD' },
      extensions: {
        errors: [{ path: 'reason', message: 'No es una causal de esta acción · Not a reason of this action' }],
      },
    },
    { code: 'USER_DISABLED', things: [aUser({ enabled: false, role: 'SECONDARY' })] },
    { code: 'ADMINISTRATOR_ONLY', things: [aUser({ role: 'SECONDARY' })] },
    { code: 'NOT_FOUND', overrides: { tokenId: 'token-of-nobody' } },
    { code: 'IDEMPOTENCY_KEY_REUSED' },
    {
      code: 'CHANGE_ALREADY_PENDING',
      things: [withPending(tokenFor(HOLDER, { ...full, status: 'RELEASED' }), pending)],
    },
    { code: 'ACTION_NOT_AVAILABLE', things: [tokenFor(HOLDER, { ...full, status: 'RELEASED' })] },
    { code: 'REQUESTER_SUSPENDED', things: [suspension(null)] },
    { code: 'NO_APPROVER_AVAILABLE', extensions: { support: supportAt(NOW) } },
    {
      code: 'TOO_MANY_REQUESTS',
      things: [tokenFor(HOLDER, full)],
      extensions: { retryAfter: 500 },
    },
  ];
  it.each(FAULTS.map(({ code, extensions }, index) => ({ code, extensions, index })))(
    'is refused with $code before any of the later refusals, and writes nothing',
    async ({ code, extensions, index }) => {
      const key = await changeId();
      const faults = FAULTS.slice(index);
      const approvers = faults.some((fault) => fault.code === 'NO_APPROVER_AVAILABLE') ? [] : [ADMIN, OTHER];
      begin(
        ...everybody('REQUESTER', approvers),
        ...faults.toReversed().flatMap(({ things = [] }) => things),
        ...(faults.some((fault) => fault.code === 'IDEMPOTENCY_KEY_REUSED')
          ? [aHeldChange({ changeId: key, requestDigest: 'another' })]
          : []),
      );
      const before = record(world).length;
      const overrides = Object.assign({}, ...faults.map((fault) => fault.overrides));
      expect(await refused(() => request(overrides))).toEqual({ code, ...extensions });
      expect([record(world).length, sent(world, 'TransactWrite')]).toEqual([before, []]);
    },
  );

  it('is read in one call more by a process that has not read of its caller before, and by no other', async () => {
    world = memoryWorld();
    given(world, ...everybody());
    await done(() => request());
    await done(() => request());
    expect(called(world).filter((operation) => operation === 'BatchGet')).toHaveLength(3);
  });

  it('is of the company that its caller is in now', async () => {
    world = memoryWorld();
    given(world, ...everybody());
    world.ahead.noteCompany({ ...ADMIN, companyId: 'OTRA' });
    expect((await done(() => request())).answer?.change).toMatchObject({ companyId: 'DEMO' });
    given(world, { ...ADMIN, companyId: 'OTRA' });
    expect(await refused(() => request({ idempotencyKey: 'key-2' }))).toEqual({ code: 'NOT_FOUND' });
  });

  it('is refused where its caller is nobody’s user', async () => {
    expect(await refused(() => request({ caller: aUser({ userId: 'nobody' }) }))).toEqual({ code: 'USER_DISABLED' });
  });

  it('is refused where the company is not there', async () => {
    begin(...everybody().filter((thing) => !('authorizationPolicy' in thing)));
    expect(await refused(() => request())).toEqual({ code: 'NOT_FOUND' });
  });

  it('for a reason that needs a note is refused without it and made with it', async () => {
    expect(await refused(() => request({ reason: 'OTHER' }))).toEqual({
      code: 'VALIDATION_FAILED',
      errors: [{ path: 'note', message: 'Esta causal requiere una nota · This reason requires a note' }],
    });
    expect(world.calls).toEqual([]);
    expect(await requested({ reason: 'OTHER', note: 'Cambio de área' })).toMatchObject({ note: 'Cambio de área' });
  });

  it.each([
    ['this token', HELD_TOKEN],
    ['the company', null],
  ])('is refused while its requester is suspended for %s, and made once that is over', async (_, onlyToken) => {
    given(world, suspension(onlyToken));
    expect(await refused(() => request())).toEqual({ code: 'REQUESTER_SUSPENDED' });
    given(world, suspension(onlyToken, NOW));
    expect((await requested()).status).toBe('PENDING_AUTHORIZATION');
  });

  it('is made though its requester is suspended for another token', async () => {
    given(world, suspension('token-other'));
    expect((await requested()).status).toBe('PENDING_AUTHORIZATION');
  });

  it('is made as the third of a token in ten minutes, and keeps the times that count', async () => {
    const starts = [-601, -600, -599, -1].map((seconds) => later(seconds).getTime());
    given(world, tokenFor(HOLDER, { holdStarts: starts }));
    await requested();
    expect(token()?.holdStarts).toEqual([...starts.slice(2), NOW.getTime()]);
  });
});
