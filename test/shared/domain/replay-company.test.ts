import { digestAddress } from '../../../shared/domain/company-record.ts';
import type { TokenEvent } from '../../../shared/domain/event.ts';
import { NO_COMPANY, type ReplayedPerson, replayCompany, tellPerson } from '../../../shared/domain/replay-company.ts';
import { aUser } from '../../fixtures.ts';

type Told = readonly [TokenEvent['type'], TokenEvent['details']?];

/** The company to which these events lead; how they are chained is not what replaying judges. */
const lead = (...told: Told[]) =>
  told
    .map(([type, details = {}], index): TokenEvent => {
      const rest = { at: '2026-01-05T15:00:00.000Z', actor: { type: 'BANK' }, previousHash: '', hash: '' } as const;
      return { seq: index + 1, type, details, ...rest };
    })
    .reduce(replayCompany, NO_COMPANY);

const CREATED: Told = ['COMPANY_CREATED', { name: 'Demo', policy: 'REQUESTER' }];
const DEMO = { name: 'Demo', policy: 'REQUESTER', people: new Map() };
const rights = (userId: string, role: string, enabled: boolean) => ({ userId, role, enabled });
const ADDED: Told = ['ADMINISTRATOR_ADDED', rights('user-1', 'ADMINISTRATOR', true)];
const ADMINISTRATOR: ReplayedPerson = { administrator: true, enabled: true };

it('says nothing of a company without a record', () => {
  expect(lead()).toEqual({ name: undefined, policy: undefined, people: new Map() });
});

it.each(['COMPANY_CREATED', 'COMPANY_FOUND'] as const)('begins with a name and a policy: %s', (type) => {
  expect(lead([type, { name: 'Demo', policy: 'REQUESTER' }])).toEqual(DEMO);
});

it('follows a new name and a new policy, and keeps the rest', () => {
  const renamed = lead(CREATED, ADDED, ['COMPANY_RENAMED', { from: 'Demo', to: 'Otra' }]);
  const people = new Map([['user-1', ADMINISTRATOR]]);
  expect(renamed).toEqual({ name: 'Otra', policy: 'REQUESTER', people });
  const ruled = lead(CREATED, ADDED, ['POLICY_CHANGED', { from: 'REQUESTER', to: 'HOLDER' }]);
  expect(ruled).toEqual({ name: 'Demo', policy: 'HOLDER', people });
});

it.each<[string, Told, boolean, boolean]>([
  ['an administrator who comes', ADDED, true, true],
  [
    'one who is no longer an administrator',
    ['ADMINISTRATOR_REMOVED', rights('user-1', 'SECONDARY', true)],
    false,
    true,
  ],
  ['an administrator disabled', ['USER_DISABLED', rights('user-1', 'ADMINISTRATOR', false)], false, false],
  ['a user disabled', ['USER_DISABLED', rights('user-1', 'SECONDARY', false)], false, false],
  ['a user enabled', ['USER_ENABLED', rights('user-1', 'SECONDARY', true)], false, true],
])('follows the rights of %s', (_, told, administrator, enabled) => {
  expect(lead(CREATED, told)).toEqual({ ...DEMO, people: new Map([['user-1', { administrator, enabled }]]) });
});

it('keeps what was told of a person before, and of everybody else', () => {
  const company = lead(
    CREATED,
    ADDED,
    ['ADMINISTRATOR_ADDED', rights('user-2', 'ADMINISTRATOR', true)],
    ['NOTICE_ADDRESS_CHANGED', { userId: 'user-1', from: 'digest-1', to: 'digest-2' }],
  );
  expect(company.people).toEqual(
    new Map<string, ReplayedPerson>([
      ['user-1', { ...ADMINISTRATOR, address: 'digest-2' }],
      ['user-2', ADMINISTRATOR],
    ]),
  );
});

// Earlier versions wrote the first of these of an administrator who was renamed.
it.each(['USER_ENABLED', 'SIGN_IN_CHANGED'] as const)(
  'tells a person anew under the other id of %s, without the digest that has the earlier id in it',
  (type) => {
    const company = lead(
      CREATED,
      ADDED,
      ['NOTICE_ADDRESS_CHANGED', { userId: 'user-1', from: 'digest-1', to: 'digest-2' }],
      [type, { ...rights('user-3', 'ADMINISTRATOR', true), userIdFrom: 'user-1' }],
    );
    expect(company.people).toEqual(new Map([['user-3', ADMINISTRATOR]]));
  },
);

it.each<[string, Told]>([
  ['a type that is of tokens', ['CHANGE_APPLIED', rights('user-1', 'ADMINISTRATOR', true)]],
  ['a person without an id', ['ADMINISTRATOR_ADDED', { role: 'ADMINISTRATOR', enabled: true }]],
  ['an id that is no text', ['ADMINISTRATOR_ADDED', { userId: 1, role: 'ADMINISTRATOR', enabled: true }]],
])('learns of nobody from %s', (_, told) => {
  expect(lead(CREATED, told)).toEqual(DEMO);
});

it.each<[string, Told]>([
  ['a role that there is not', ['USER_ENABLED', rights('user-1', 'OWNER', true)]],
  ['rights that are no truth value', ['USER_ENABLED', { userId: 'user-1', role: 'ADMINISTRATOR', enabled: 'yes' }]],
  ['an address that is no text', ['NOTICE_ADDRESS_CHANGED', { userId: 'user-1', to: 7 }]],
])('does not take for a fact %s', (_, told) => {
  expect(lead(CREATED, told).people).toStrictEqual(new Map([['user-1', {}]]));
});

it('does not say a name or a policy that an event does not tell', () => {
  expect(lead(['COMPANY_CREATED', { name: 7, policy: 'NOBODY' }])).toEqual({
    ...DEMO,
    name: undefined,
    policy: undefined,
  });
});

it('tells the stored state of a person: a disabled administrator may not act', () => {
  const user = aUser();
  expect(tellPerson(user)).toEqual({ administrator: true, enabled: true, address: digestAddress(user) });
  const disabled = aUser({ enabled: false });
  expect(tellPerson(disabled)).toEqual({ administrator: false, enabled: false, address: digestAddress(disabled) });
});
