import { isApprover, isDecidable, isOlderPhone } from '../../../shared/domain/approvers.ts';
import { canonical } from '../../../shared/domain/canonical.ts';
import {
  buildChallenge,
  type ChangeStatus,
  changeStatusAt,
  changeStatusSchema,
  isHeld,
  isOpen,
  isOverdue,
  isRescue,
  statusAt,
} from '../../../shared/domain/change.ts';
import { withUsername } from '../../../shared/domain/change-names.ts';
import { genesis } from '../../../shared/domain/event.ts';
import { newChange, newHold } from '../../../shared/domain/new-change.ts';
import { asPerson, assertCaller, isAdministrator } from '../../../shared/domain/user.ts';
import { aChange, aDevice, aHeldChange, aHolder, aToken, aUser, later, NOW } from '../../fixtures.ts';

const PENDING = 'PENDING_AUTHORIZATION';

describe('a change', () => {
  it('is open while it is held and while it waits to be applied, and in no other status', () => {
    expect(changeStatusSchema.options.filter(isOpen)).toEqual([PENDING, 'AUTHORIZED']);
  });

  it('was held where it has an authorization', () => {
    expect([isHeld(aChange()), isHeld(aHeldChange())]).toEqual([false, true]);
  });

  it.each<[string, ChangeStatus, string | undefined, ChangeStatus]>([
    ['held a millisecond before its time is over', PENDING, later(0.001).toISOString(), PENDING],
    ['expired from the moment on at which its time is over', PENDING, NOW.toISOString(), 'EXPIRED'],
    ['expired where nobody knows its time', PENDING, undefined, 'EXPIRED'],
    ['authorized however long ago its time was over', 'AUTHORIZED', later(-600).toISOString(), 'AUTHORIZED'],
  ])('is %s', (_, status, expiresAt, shown) => {
    expect(statusAt({ status, expiresAt }, NOW)).toBe(shown);
  });

  it('is overdue only while it is stored as held past its time', () => {
    const at = (status: ChangeStatus) => aHeldChange({ status }, { expiresAt: later(-1).toISOString() });
    expect(changeStatusSchema.options.filter((status) => isOverdue(at(status), NOW))).toEqual([PENDING]);
    expect(isOverdue(aHeldChange(), NOW)).toBe(false);
    expect(changeStatusAt(aChange({ status: 'APPLIED' }), NOW)).toBe('APPLIED');
  });

  it('is a rescue under the policy of the bank alone', () => {
    expect([aChange(), aHeldChange(), aHeldChange({}, { policy: 'BANK' })].map(isRescue)).toEqual([false, false, true]);
  });

  it('is signed with all that says what it does, and with nothing that may change', () => {
    expect(buildChallenge(aHeldChange({ note: 'Nota' }))).toEqual({
      changeId: 'change-1',
      companyId: 'DEMO',
      tokenId: 'token-holder',
      holder: { userId: 'user-holder', fullName: 'Demo Titular' },
      action: 'RELEASE',
      reason: 'PHONE_CHANGED',
      note: 'Nota',
      requestedBy: { userId: 'user-admin', fullName: 'Demo Administradora' },
      createdAt: NOW.toISOString(),
      expiresAt: later(600).toISOString(),
      nonce: 'bm9uY2Utbm9uY2Utbm9uYw',
    });
  });

  it('begins with the token’s company and holder, the persons by id and name, and beside them their usernames', () => {
    const requested = {
      changeId: 'change-1',
      action: 'RELEASE',
      reason: 'PHONE_CHANGED',
      note: null,
      requestedBy: aUser(),
      requestDigest: 'digest',
      requestId: 'request-1',
    } as const;
    const begun = newChange(aToken(), requested, NOW, 'Empresa Demo');
    expect(withUsername(begun, aUser())).toEqual(aChange());
    // The bank's staff, who ask for a rescue, have no username.
    expect(newChange(aToken(), requested, NOW).names).toEqual({ usernames: { 'user-holder': 'demo.titular' } });
  });

  it('begins its hold with its whole time, 128 random bits and no wrong code', () => {
    const lengths: number[] = [];
    const bytes = (length: number) => {
      lengths.push(length);
      return new Uint8Array(length).fill(255);
    };
    expect(newHold(600, NOW, { bytes })).toEqual({
      expiresAt: later(600).toISOString(),
      nonce: '_____________________w',
      wrongCodes: [],
    });
    expect(lengths).toEqual([16]);
  });
});

describe('a caller', () => {
  it('is an administrator while they are enabled and have the role', () => {
    const users = [aUser(), aUser({ enabled: false }), aUser({ role: 'SECONDARY' })];
    expect(users.map(isAdministrator)).toEqual([true, false, false]);
  });

  it.each([
    ['ANYONE', aHolder(), undefined],
    ['ADMINISTRATOR', aUser(), undefined],
    ['ANYONE', undefined, 'USER_DISABLED'],
    ['ANYONE', aUser({ enabled: false }), 'USER_DISABLED'],
    ['ADMINISTRATOR', aUser({ enabled: false }), 'USER_DISABLED'],
    ['ADMINISTRATOR', aHolder(), 'ADMINISTRATOR_ONLY'],
  ] as const)('of the kind %s may be %j, or is refused with %s', (kind, user, code) => {
    if (code) expect(() => assertCaller(user, kind)).toThrow(expect.objectContaining({ code }));
    else expect(assertCaller(user, kind)).toEqual(user);
  });

  it('is named by their id and name alone', () => {
    expect(asPerson(aUser())).toEqual({ userId: 'user-admin', fullName: 'Demo Administradora' });
  });
});

describe('an approver', () => {
  const other = aUser({ userId: 'user-other' });

  it.each([
    ['REQUESTER', aUser(), true],
    ['REQUESTER', other, false],
    ['REQUESTER', aUser({ role: 'SECONDARY' }), false],
    ['OTHER_ADMINISTRATOR', other, true],
    ['OTHER_ADMINISTRATOR', aUser(), false],
    ['OTHER_ADMINISTRATOR', aUser({ userId: 'user-other', role: 'SECONDARY' }), false],
    ['HOLDER', aHolder(), true],
    ['HOLDER', aUser(), false],
    ['BANK', aUser(), false],
  ] as const)('under %s is %j: %s', (policy, user, expected) => {
    expect(isApprover(aHeldChange({}, { policy }), user)).toBe(expected);
  });

  it('is nobody of another company, and no holder who is left out', () => {
    expect(isApprover(aHeldChange(), aUser({ companyId: 'OTRA' }))).toBe(false);
    expect(isApprover(aHeldChange({}, { policy: 'HOLDER', holderExcluded: true }), aHolder())).toBe(false);
    const others = aHeldChange({}, { policy: 'OTHER_ADMINISTRATOR', holderExcluded: true });
    expect(isApprover(others, aUser({ userId: 'user-holder' }))).toBe(false);
    expect(isApprover(others, other)).toBe(true);
  });

  it.each([
    ['enrolled before the change', {}, true],
    ['enrolled at the very moment of the change', { enrolledAt: NOW.toISOString() }, false],
    ['enrolled after it', { enrolledAt: later(1).toISOString() }, false],
    ['retired', { retiredAt: NOW.toISOString() }, false],
  ])('proves a decision with a phone that was %s: %j, %s', (_, device, expected) => {
    expect(isOlderPhone(aDevice(device), aHeldChange())).toBe(expected);
  });

  const candidate = { user: aUser(), device: aDevice(), activeDeviceId: 'phone-1' };
  it.each([
    ['with the phone of their active token', candidate, true],
    ['who is unknown', { ...candidate, user: undefined }, false],
    ['who is disabled', { ...candidate, user: aUser({ enabled: false }) }, false],
    ['who may not approve', { ...candidate, user: other }, false],
    ['without a phone', { ...candidate, device: undefined }, false],
    ['with a phone of no active token', { ...candidate, activeDeviceId: undefined }, false],
    ['with a phone that is too new', { ...candidate, device: aDevice({ enrolledAt: NOW.toISOString() }) }, false],
  ])('may still decide: one %s', (_, one, expected) => {
    expect(isDecidable(aHeldChange(), [one])).toBe(expected);
    expect(isDecidable(aHeldChange(), [one, candidate])).toBe(true);
  });

  it('is nobody where nobody is left, save of a rescue, which is the bank’s', () => {
    expect(isDecidable(aHeldChange(), [])).toBe(false);
    expect(
      isDecidable(aHeldChange({}, { policy: 'HOLDER' }), [{ ...candidate, user: aHolder({ enabled: false }) }]),
    ).toBe(false);
    expect(isDecidable(aHeldChange({}, { policy: 'BANK' }), [])).toBe(true);
  });
});

describe('what is hashed', () => {
  it('refuses what has no JSON form', () => {
    expect(() => canonical(undefined)).toThrow('The value has no canonical JSON form');
  });

  it('begins a record with its own company and token', () => {
    const heads = [genesis('DEMO', 'token'), genesis('DEMO', 'other'), genesis('OTRA', 'token')];
    expect(new Set(heads.map(({ hash }) => hash)).size).toBe(3);
    expect(heads.map(({ seq }) => seq)).toEqual([0, 0, 0]);
  });
});
