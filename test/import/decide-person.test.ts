import { createPerson, updatePerson } from '../../scripts/import/decide-person.ts';
import { digestAddress } from '../../shared/domain/company-record.ts';
import { genesis } from '../../shared/domain/event.ts';
import { A_DEVICE, aContext, aLine, aStoredPerson, LATER, listEvents, NOW } from './fixtures.ts';

const BANK = { type: 'BANK' };
const later = aContext({ now: LATER, requestId: 'run-2' });
const withCodes = { ...later, activationCodeSeconds: 3600 };
const updated = { type: 'HOLDER_UPDATED', at: LATER.toISOString(), actor: BANK };

/** The holder as a token's first event tells of them. */
const RIGHTS = { holderId: 'sub-1', role: 'ADMINISTRATOR', enabled: true };

describe('a new person', () => {
  it('gets ids without a hyphen: no command takes one for an option, and a company’s own record is listed first', () => {
    for (let times = 0; times < 100; times += 1) {
      const { user } = createPerson(aLine(), 'sub-1', aContext());
      expect([user.tokenId, user.physicalTokenId]).toEqual(Array(2).fill(expect.stringMatching(/^[A-Za-z0-9_]{22}$/)));
    }
  });

  it('gets a virtual token to be enrolled and the physical one, each with its record begun', () => {
    const decision = createPerson(aLine(), 'sub-1', aContext());
    const [virtual, physical] = decision.tokens;
    expect(decision).toEqual({
      before: null,
      user: {
        userId: 'sub-1',
        companyId: 'demo-1',
        username: 'demo.uno',
        fullName: 'Demo Administradora Uno',
        email: 'uno@example.com',
        role: 'ADMINISTRATOR',
        enabled: true,
        tokenId: virtual?.token.tokenId,
        physicalTokenId: physical?.token.tokenId,
      },
      tokens: [virtual, physical],
      ofCompany: [
        {
          type: 'ADMINISTRATOR_ADDED',
          at: NOW.toISOString(),
          actor: BANK,
          details: {
            userId: 'sub-1',
            fullName: 'Demo Administradora Uno',
            role: 'ADMINISTRATOR',
            enabled: true,
            requestId: 'run-1',
          },
        },
      ],
      approver: undefined,
      voidsActivation: false,
      activationExpiresAt: undefined,
    });
    expect(virtual?.token).toEqual({
      tokenId: expect.stringMatching(/^[\w-]{22}$/),
      companyId: 'demo-1',
      kind: 'VIRTUAL',
      serial: expect.stringMatching(/^VT-[A-Z2-7]{10}$/),
      status: 'PENDING_ENROLLMENT',
      holder: {
        userId: 'sub-1',
        fullName: 'Demo Administradora Uno',
        username: 'demo.uno',
        role: 'ADMINISTRATOR',
        enabled: true,
      },
      device: null,
      pendingChange: null,
      holdStarts: [],
      codeStarts: [],
      searchWords: [
        'demo',
        'administradora',
        'uno',
        'vt',
        virtual?.token.serial.slice(3).toLowerCase(),
        'example',
        'com',
      ],
      recordHead: { seq: 1, hash: virtual?.events[0]?.hash },
      version: 1,
      updatedAt: NOW.toISOString(),
    });
    expect(physical?.token).toMatchObject({ kind: 'PHYSICAL', serial: 'PT-1', status: 'ENABLED', version: 1 });
    expect(virtual?.events[0]?.previousHash).toBe(genesis('demo-1', decision.user.tokenId).hash);
    expect(listEvents(decision)).toEqual([
      {
        kind: 'VIRTUAL',
        seq: 1,
        type: 'TOKEN_CREATED',
        at: NOW.toISOString(),
        actor: BANK,
        details: {
          kind: 'VIRTUAL',
          serial: virtual?.token.serial,
          to: 'PENDING_ENROLLMENT',
          ...RIGHTS,
          requestId: 'run-1',
        },
      },
      {
        kind: 'PHYSICAL',
        seq: 1,
        type: 'TOKEN_CREATED',
        at: NOW.toISOString(),
        actor: BANK,
        details: { kind: 'PHYSICAL', serial: 'PT-1', to: 'ENABLED', ...RIGHTS, requestId: 'run-1' },
      },
    ]);
  });

  it('has no physical token where the line names none', () => {
    const { user, tokens } = createPerson(aLine({ physicalSerial: null }), 'sub-1', aContext());
    expect([user.physicalTokenId, tokens.length]).toEqual([null, 1]);
  });

  it('who comes in disabled is neither enabled nor administrator, and gets no code', () => {
    const { user, activationExpiresAt } = createPerson(aLine({ role: 'DISABLED' }), 'sub-1', withCodes);
    expect([user.enabled, user.role, activationExpiresAt]).toEqual([false, 'SECONDARY', undefined]);
  });

  it('who is an administrator gets a code in the same version where codes are asked for', () => {
    const decision = createPerson(aLine(), 'sub-1', withCodes);
    expect(decision.activationExpiresAt).toBe('2026-01-02T01:00:00.000Z');
    expect(decision.tokens[0]?.token).toMatchObject({ version: 1, recordHead: { seq: 2 }, codeStarts: [] });
    expect(listEvents(decision).map(({ kind, seq, type }) => [kind, seq, type])).toEqual([
      ['VIRTUAL', 1, 'TOKEN_CREATED'],
      ['VIRTUAL', 2, 'ACTIVATION_CODE_CREATED'],
      ['PHYSICAL', 1, 'TOKEN_CREATED'],
    ]);
  });

  it('who is secondary gets no code', () => {
    expect(createPerson(aLine({ role: 'SECONDARY' }), 'sub-1', withCodes).activationExpiresAt).toBeUndefined();
  });
});

describe('a person who is stored', () => {
  it('is not written where the line says the same', () => {
    expect(updatePerson(aLine(), aStoredPerson(), later)).toBeNull();
  });

  it('keeps the physical token where the line names none, and the role where it disables a disabled one', () => {
    expect(updatePerson(aLine({ physicalSerial: null }), aStoredPerson(), later)).toBeNull();
    const disabled = aStoredPerson(aLine({ role: 'DISABLED' }));
    expect(updatePerson(aLine({ role: 'DISABLED' }), disabled, later)).toBeNull();
  });

  it('whose e-mail address changes is found by it, and the company’s record has digests of both', () => {
    const stored = aStoredPerson();
    const decision = updatePerson(aLine({ email: 'dos@example.com' }), stored, later);
    expect(decision).toMatchObject({ before: stored.user, user: { ...stored.user, email: 'dos@example.com' } });
    const tokens = [stored.virtual, stored.physical].map((token) => ({
      before: token,
      token: {
        ...token,
        searchWords: expect.arrayContaining(['dos', 'example', 'uno']),
        version: 2,
        updatedAt: LATER.toISOString(),
      },
      events: [],
    }));
    expect(decision?.tokens).toEqual(tokens);
    expect(decision?.ofCompany).toEqual([
      {
        type: 'NOTICE_ADDRESS_CHANGED',
        at: LATER.toISOString(),
        actor: BANK,
        details: {
          userId: 'sub-1',
          fullName: 'Demo Administradora Uno',
          from: digestAddress({ userId: 'sub-1', email: 'uno@example.com' }),
          to: digestAddress({ userId: 'sub-1', email: 'dos@example.com' }),
          requestId: 'run-2',
        },
      },
    ]);
  });

  it('whose name changes has it changed on both tokens, each in its next version', () => {
    const stored = aStoredPerson();
    const decision = updatePerson(aLine({ fullName: 'Demo Otra' }), stored, later);
    const details = { fullNameFrom: 'Demo Administradora Uno', fullNameTo: 'Demo Otra', requestId: 'run-2' };
    expect(decision).toMatchObject({ before: stored.user, user: { fullName: 'Demo Otra' }, approver: undefined });
    expect(
      decision?.tokens.map(({ before, token }) => [before?.version, token.version, token.holder.fullName]),
    ).toEqual([
      [1, 2, 'Demo Otra'],
      [1, 2, 'Demo Otra'],
    ]);
    expect(decision && listEvents(decision)).toEqual([
      { kind: 'VIRTUAL', seq: 2, ...updated, details },
      { kind: 'PHYSICAL', seq: 2, ...updated, details },
    ]);
  });

  it('who becomes administrator with a phone can authorize', () => {
    const stored = aStoredPerson(aLine({ role: 'SECONDARY' }), { status: 'ACTIVE', device: A_DEVICE });
    const decision = updatePerson(aLine(), stored, later);
    expect(decision).toMatchObject({ user: { role: 'ADMINISTRATOR' }, approver: { deviceId: 'device-1' } });
    expect(decision?.tokens.map(({ token }) => token.holder.role)).toEqual(['ADMINISTRATOR', 'ADMINISTRATOR']);
  });

  it.each([
    { what: 'a blocked token', virtual: { status: 'BLOCKED', statusBeforeBlock: 'ACTIVE', device: A_DEVICE } },
    { what: 'no phone', virtual: {} },
  ] as const)('who becomes administrator with $what cannot authorize', ({ virtual }) => {
    const stored = aStoredPerson(aLine({ role: 'SECONDARY' }), virtual);
    expect(updatePerson(aLine(), stored, later)).toMatchObject({ approver: { deviceId: null } });
  });

  it.each(['SECONDARY', 'DISABLED'] as const)('who becomes %s can authorize no more', (role) => {
    const stored = aStoredPerson(aLine(), { status: 'ACTIVE', device: A_DEVICE });
    expect(updatePerson(aLine({ role }), stored, later)).toMatchObject({ approver: { deviceId: null } });
  });

  it('who is disabled keeps the role, and loses a code that is still good', () => {
    const decision = updatePerson(aLine({ role: 'DISABLED' }), aStoredPerson(), withCodes);
    expect(decision).toMatchObject({
      user: { role: 'ADMINISTRATOR', enabled: false },
      voidsActivation: true,
      activationExpiresAt: undefined,
    });
    const details = { enabledFrom: true, enabledTo: false, requestId: 'run-2' };
    expect(decision && listEvents(decision)).toEqual([
      { kind: 'VIRTUAL', seq: 2, ...updated, details },
      { kind: 'PHYSICAL', seq: 2, ...updated, details },
    ]);
  });

  it('who is enabled again can authorize again, and no code from before then is good', () => {
    const { user, ...tokens } = aStoredPerson(aLine(), { status: 'ACTIVE', device: A_DEVICE });
    expect(updatePerson(aLine(), { user: { ...user, enabled: false }, ...tokens }, later)).toMatchObject({
      user: { enabled: true },
      approver: { deviceId: 'device-1' },
      voidsActivation: true,
    });
  });

  it('gets a physical token, and the virtual one tells it', () => {
    const stored = aStoredPerson(aLine({ physicalSerial: null }));
    const decision = updatePerson(aLine(), stored, later);
    expect(decision?.tokens[1]?.token).toMatchObject({
      tokenId: decision?.user.physicalTokenId,
      status: 'ENABLED',
      version: 1,
    });
    expect(decision && listEvents(decision)).toEqual([
      {
        kind: 'VIRTUAL',
        seq: 2,
        ...updated,
        details: { physicalSerialFrom: null, physicalSerialTo: 'PT-1', requestId: 'run-2' },
      },
      {
        kind: 'PHYSICAL',
        seq: 1,
        type: 'TOKEN_CREATED',
        at: LATER.toISOString(),
        actor: BANK,
        details: { kind: 'PHYSICAL', serial: 'PT-1', to: 'ENABLED', ...RIGHTS, requestId: 'run-2' },
      },
    ]);
  });

  it('gets a physical token that is disabled where a phone has its place already', () => {
    const stored = aStoredPerson(aLine({ physicalSerial: null }), { status: 'ACTIVE', device: A_DEVICE });
    expect(updatePerson(aLine(), stored, later)?.tokens[1]?.token.status).toBe('DISABLED');
  });

  it('has another serial on the same physical token, in the state in which it is', () => {
    const { physical, ...rest } = aStoredPerson();
    const disabled = physical && { ...physical, status: 'DISABLED' as const };
    const decision = updatePerson(aLine({ physicalSerial: 'PT-2' }), { ...rest, physical: disabled }, later);
    expect(decision?.tokens.map(({ token }) => [token.kind, token.serial, token.status, token.version])).toEqual([
      ['PHYSICAL', 'PT-2', 'DISABLED', 2],
    ]);
    expect(decision && listEvents(decision)).toEqual([
      {
        kind: 'PHYSICAL',
        seq: 2,
        ...updated,
        details: { physicalSerialFrom: 'PT-1', physicalSerialTo: 'PT-2', requestId: 'run-2' },
      },
    ]);
  });

  it.each(['PENDING_ENROLLMENT', 'RELEASED'] as const)('gets a code for a token that is %s', (status) => {
    const decision = updatePerson(aLine(), aStoredPerson(aLine(), { status }), withCodes);
    expect(decision).toMatchObject({ activationExpiresAt: '2026-01-02T01:00:00.000Z' });
    expect(decision && listEvents(decision)).toEqual([
      {
        kind: 'VIRTUAL',
        seq: 2,
        type: 'ACTIVATION_CODE_CREATED',
        at: LATER.toISOString(),
        actor: BANK,
        details: { expiresAt: '2026-01-02T01:00:00.000Z', requestId: 'run-2' },
      },
    ]);
  });

  it.each([
    { status: 'ACTIVE', device: A_DEVICE },
    { status: 'BLOCKED', statusBeforeBlock: 'PENDING_ENROLLMENT' },
  ] as const)('gets no code for a token that is $status', (virtual) => {
    expect(updatePerson(aLine(), aStoredPerson(aLine(), virtual), withCodes)).toBeNull();
  });

  it('whose name changes gets the code in the same version of the token', () => {
    const decision = updatePerson(aLine({ fullName: 'Demo Otra' }), aStoredPerson(), withCodes);
    expect(decision && listEvents(decision).map(({ kind, seq, type }) => [kind, seq, type])).toEqual([
      ['VIRTUAL', 2, 'HOLDER_UPDATED'],
      ['VIRTUAL', 3, 'ACTIVATION_CODE_CREATED'],
      ['PHYSICAL', 2, 'HOLDER_UPDATED'],
    ]);
    expect(decision?.tokens.map(({ token }) => token.version)).toEqual([2, 2]);
  });
});
